"""Whether databases can compute a formula, asked before any table is at hand.

A description must not depend on the database a tenant happens to have, so both are asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from formula.targets.sql.lowering import Lowering
from formula.targets.sql.postgresql.lowering import SQL_TYPES
from formula.targets.sql.value import Expression, NotInSql
from formula.tree import Aggregate, Call, FieldPath, Node
from formula.types import Kind

_INTEGERS = frozenset({Kind.NUMBER, Kind.BOOLEAN})


def first_missing(tree: Node, dialects: Mapping[str, type[Lowering]]) -> str | None:
    """Return the name of the first function that one of the databases cannot compute."""
    for dialect, lowering in dialects.items():
        try:
            lowering(_Placeless(dialect)).part(tree)
        except NotInSql as problem:
            return str(problem.params["name"])
    return None


@dataclass(frozen=True, slots=True)
class _Placeless:
    """Columns and child records that stand nowhere."""

    dialect: str

    @property
    def columns(self) -> _Placeless:
        return self

    def column(self, node: FieldPath) -> Expression:
        return sa.column(node.field.name, self._type(node.type.kind))

    def parameter(self, name: Any) -> Expression:
        kind = sa.Text() if isinstance(name, str) else sa.types.NULLTYPE
        return sa.bindparam("_".join(name), type_=kind)

    def children(self, _node: Aggregate) -> _Placeless:
        return self

    def hierarchy(self, _node: Call) -> Expression:
        return sa.true()

    def select(self, what: Expression, *, where: Sequence[Expression]) -> sa.Select[Any]:
        return sa.select(what).where(*where)

    def _type(self, kind: Kind) -> sa.types.TypeEngine[Any]:
        if self.dialect == "sqlite":
            return sa.Integer() if kind in _INTEGERS else sa.Text()
        return SQL_TYPES.get(kind, sa.Text())
