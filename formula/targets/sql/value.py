"""What the SQL target passes around: an expression and how its values are written in SQL.

Numbers have two encodings on SQLite: an integer that is the value × 10^scale, exact and native
while it provably fits 64 bits, and canonical decimal text for everything else. PostgreSQL has
`numeric`. All other kinds have one encoding per dialect, that of the column they are stored in.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import sqlalchemy as sa

from formula.tree import Aggregate, Call, FieldPath
from formula.types import Kind
from paas.kernel import Kind as ProblemKind
from paas.kernel import Problem

Expression = sa.ColumnElement[Any]
LARGEST_INTEGER = 2**63 - 1


class NotInSql(Problem):
    """The formula cannot be evaluated by the database."""

    code = "formula.not_in_sql"
    kind = ProblemKind.INVALID
    zh = "函数 {name} 不能在查询中使用。"
    en = "The function {name} cannot be used in queries."


class Form(enum.Enum):
    """How a value is written."""

    PLAIN = "plain"
    """The dialect's own form of the kind: numeric, text, boolean, date …"""
    SCALED = "scaled"
    """An integer, value × 10^scale (SQLite)."""
    DECIMAL_TEXT = "decimal_text"
    """A number as text without exponent or trailing zeros (SQLite)."""
    UUID = "uuid"
    """A reference as the database's uuid (PostgreSQL)."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A lowered sub-expression.

    `bound` is the largest absolute integer a SCALED value can be (SQLite); `width` the number of
    digits a number can have, of which `scale` are decimals, or None (PostgreSQL). `constant` is
    the Python value of a literal (with `is_constant`). `is_total`: never null. `fails` is true
    (never null) where computing the value failed, as opposed to being blank; None if it cannot
    fail, or if nobody asked.
    """

    expression: Expression
    kind: Kind
    form: Form = Form.PLAIN
    scale: int = 0
    bound: int = LARGEST_INTEGER
    width: int | None = None
    constant: Any = None
    is_constant: bool = False
    is_total: bool = False
    fails: Expression | None = None

    def failing_with(self, *others: Coded) -> Coded:
        """Return the value, failing also where one of `others` does."""
        return replace(self, fails=any_of(self.fails, *(each.fails for each in others)))


@dataclass(frozen=True, slots=True)
class Lowered:
    """A whole formula in SQL, and how its values come back.

    `form` and `scale` tell the reader how to decode numbers: SCALED divides by 10^scale,
    DECIMAL_TEXT is `Decimal(text)`, PLAIN is what the driver gives.
    """

    expression: Expression
    kind: Kind
    form: Form
    scale: int = 0

    @property
    def sort_key(self) -> Expression:
        """Return what to order by: the value itself, but for decimal text a key that sorts so."""
        if self.form is not Form.DECIMAL_TEXT:
            return self.expression
        return sa.func.formula_sort_key(self.expression, type_=sa.Text())

    @property
    def encoding(self) -> str:
        """Return the encoding in one word: `scaled:2`, `decimal_text`, or the kind."""
        if self.form is Form.SCALED:
            return f"scaled:{self.scale}"
        return self.form.value if self.form is Form.DECIMAL_TEXT else self.kind.value


class Columns(Protocol):
    """What the caller provides: columns of the record and of joined records, and parameters."""

    def column(self, node: FieldPath) -> sa.ColumnElement[Any]:
        """Return the stored column at a path; joins are added by the caller, once per path."""

    def children(self, node: Aggregate) -> ChildRows:
        """Return the child records that an aggregate is over, for one sub-query."""

    def hierarchy(self, node: Call) -> sa.ColumnElement[bool]:
        """Return UNDER or ABOVE, never null; raises `NotInSql` where nothing is known of it."""

    def parameter(self, name: str | tuple[str, ...]) -> sa.ColumnElement[Any]:
        """Return the bound parameter `today`, `now`, `zone`, or of a global's path.

        Globals arrive in the form their field is stored in.
        """


class ChildRows(Protocol):
    """Child records of the record a statement is about, while a sub-query over them is made."""

    @property
    def columns(self) -> Columns:
        """Return what the child records have; paths that lead back are those of the parent."""

    def select(self, what: Expression, *, where: Sequence[Expression]) -> sa.Select[Any]:
        """Return a query over the child records, correlated with the statement around it.

        It joins what was walked so far, so it is asked for last.
        """


def any_of(*conditions: Expression | None) -> Expression | None:
    """Join failure conditions; None where there is none."""
    found = [each for each in conditions if each is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else sa.or_(*found)


def common_width(values: Sequence[Coded], more: int = 0) -> tuple[int | None, int]:
    """Return the digits and decimals that hold each of the numbers, with `more` digits in front."""
    scale = max((each.scale for each in values), default=0)
    widths = [None if each.width is None else each.width - each.scale for each in values]
    known = [width for width in widths if width is not None]
    return (max(known) + scale + more if len(known) == len(widths) else None), scale


def never_null(condition: Expression) -> Expression:
    """Make a condition two-valued."""
    return sa.func.coalesce(condition, sa.false(), type_=sa.Boolean())
