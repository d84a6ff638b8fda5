"""Statements: SQLAlchemy clauses compiled once to the text a driver executes again and again.

Compiling costs tens of times more than executing, so callers keep the result with whatever it
was compiled for (usually a snapshot). Type processors of SQLAlchemy do not run at execution:
callers hand over values the driver knows, and decode what comes back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

Parameters = Mapping[str, Any] | Sequence[Any]
ORDERED = (tuple, list)
"""The sequences taken as positional parameters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The text for one dialect, and how named values become what its driver takes.

    Parameters are a mapping. On SQLite `names` is the order of the positional parameters, and, if
    there are neither `constants` nor `lists`, a tuple or list in that order is taken as it is; on
    PostgreSQL it is None and parameters stay named. `constants` are values the clause itself
    carried. Parameters in `lists` take a list.
    """

    text: str
    names: tuple[str, ...] | None = None
    constants: Mapping[str, Any] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    bind: Callable[[Parameters], Parameters] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        bind = self._named if self.names is None else self._positional()
        object.__setattr__(self, "bind", bind)

    def _named(self, params: Parameters) -> Parameters:
        if not self.constants:
            return params or {}
        return {**self.constants, **_mapping(params)}

    def _positional(self) -> Callable[[Parameters], Parameters]:
        take = _taker(self.names or ())
        lists, constants = self.lists, self.constants

        def bind(params: Parameters) -> Parameters:
            return params if isinstance(params, ORDERED) else take(params)  # type: ignore[arg-type]

        def bind_more(params: Parameters) -> Parameters:
            values = {**constants, **_mapping(params)}
            for name in lists:
                values[name] = json.dumps(values[name], ensure_ascii=False)
            return take(values)

        return bind_more if lists or constants else bind


def _mapping(params: Parameters) -> Mapping[str, Any]:
    if params and not isinstance(params, Mapping):
        raise TypeError("a statement with constants or lists takes a mapping")
    return params or {}  # type: ignore[return-value]


def _taker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    if not names:
        return lambda _: ()
    if len(names) == 1:
        (only,) = names
        return lambda params: (params[only],)
    return itemgetter(*names)


class _ListType(sa.types.UserDefinedType[Any]):
    """Marks the parameter of `one_of`."""

    cache_ok = True


class one_of(FunctionElement[bool]):
    """`column` equals one of the values in the list parameter `name`; any length, one text.

    Where `IN` would need a text per length, this stays one prepared statement.
    """

    type = sa.Boolean()
    inherit_cache = True

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=_ListType()))

    def self_group(self, against: Any = None) -> one_of:  # noqa: ARG002
        """Stay as it is: `… = 1`, which SQLite otherwise gets, would keep it off the index."""
        return self


@compiles(one_of, SQLITE)
def _one_of_on_sqlite(element: one_of, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = (compiler.process(clause, **kwargs) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(one_of, POSTGRESQL)
def _one_of_on_postgresql(element: one_of, compiler: SQLCompiler, **kwargs: Any) -> str:
    column, values = element.clauses
    element_type = column.type.compile(dialect=compiler.dialect).partition(" COLLATE ")[0]
    left, right = (compiler.process(clause, **kwargs) for clause in (column, values))
    return f"{left} = ANY({right}::{element_type}[])"


@cache
def sqlalchemy_dialect(name: str) -> sa.Dialect:
    """Return SQLAlchemy's dialect for `name`, in the parameter style `Connection` executes."""
    if name == SQLITE:
        return sqlite.dialect(paramstyle="qmark")
    if name == POSTGRESQL:
        return psycopg.dialect()  # type: ignore[no-untyped-call]
    raise ValueError(f"unknown dialect {name!r}")


def compile_statement(
    clause: sa.ClauseElement, dialect: str, *, columns: Sequence[str] | None = None
) -> Statement:
    """Compile `clause` for `dialect`.

    `columns` limits an INSERT without values to those columns. Lists of unknown length go
    through `one_of`, not through an expanding `IN`.
    """
    target = sqlalchemy_dialect(dialect)
    if isinstance(clause, sa.Insert) and not clause._returning:
        clause = clause.inline()  # otherwise PostgreSQL's compiler may add a RETURNING
    if isinstance(clause, sa.schema.ExecutableDDLElement):
        text = str(clause.compile(dialect=target)).strip()
        return Statement(text, () if dialect == SQLITE else None)
    compiled = clause.compile(
        dialect=target, column_keys=list(columns) if columns is not None else None
    )
    assert isinstance(compiled, SQLCompiler)
    if compiled.escaped_bind_names:
        raise ValueError(f"not a plain parameter name: {sorted(compiled.escaped_bind_names)}")
    expanded = compiled.construct_expanded_state(_values(compiled))
    return Statement(
        text=expanded.statement.strip(),
        names=tuple(expanded.positiontup or ()) if dialect == SQLITE else None,
        constants=_constants(compiled, target, expanded.parameter_expansion),
        lists=_lists(compiled) if dialect == SQLITE else frozenset(),
    )


def _values(compiled: SQLCompiler) -> dict[str, Any]:
    values = {name: bind.effective_value for bind, name in compiled.bind_names.items()}
    for bind, name in compiled.bind_names.items():
        if bind.expanding and bind.required:
            raise ValueError(f"parameter {name!r} of an IN has no values; use one_of")
    return values


def _constants(
    compiled: SQLCompiler, target: sa.Dialect, expansion: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    constants: dict[str, Any] = {}
    for bind, name in compiled.bind_names.items():
        if bind.required:
            continue
        value = bind.effective_value
        parts = (
            zip(expansion[name], value or (), strict=True)
            if name in expansion
            else ((name, value),)
        )
        for key, part in parts:
            constants[key] = _driver_value(part, bind.type, target)
    return constants


def _driver_value(value: Any, kind: sa.types.TypeEngine[Any], target: sa.Dialect) -> Any:
    process = kind.dialect_impl(target).bind_processor(target)
    return value if process is None or value is None else process(value)


def _lists(compiled: SQLCompiler) -> frozenset[str]:
    return frozenset(
        name for bind, name in compiled.bind_names.items() if isinstance(bind.type, _ListType)
    )
