"""Statements over search tokens: writing them along with records, and looking for them.

On SQLite a row of parameters is one token; on PostgreSQL it is one record with lists of slots and
tokens, so that tokens go into the statement that writes the record.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from metadata import FieldModel, ObjectModel, Snapshot
from paas.db import Connection, Statement, compile_statement, one_of, text_statement
from paas.db.schema import search, search_slot
from runtime.scope import Scope
from runtime.sql.predicate import visible
from runtime.sql.table import table_of

SQLITE = "sqlite"
COLUMNS = ("slot", "token", "record_key")
_BITS = (1 << 128) - 1
_LISTS: tuple[sa.types.TypeEngine[Any], ...] = (
    sa.ARRAY(sa.BigInteger()),
    sa.ARRAY(sa.Text()),
    search.c.record_key.type,
)


def slot_of(field: FieldModel) -> int:
    """Return the number that stands for a field among tokens, for ever.

    It is made from the uid; should two fields ever share one, a search looks at some records in
    vain.
    """
    return _slot(field.uid)


@lru_cache(maxsize=4096)
def _slot(uid: str) -> int:
    return int.from_bytes(hashlib.blake2b(uid.encode(), digest_size=6).digest())


def key_of(record_id: str, dialect: str) -> Any:
    """Return how tokens name a record: the id turned round, newest first."""
    turned = uuid.UUID(int=uuid.UUID(record_id).int ^ _BITS)
    return turned.bytes if dialect == SQLITE else str(turned)


def id_of(key: Any) -> str:
    """Return the id of the record that tokens name so."""
    held = uuid.UUID(bytes=key) if isinstance(key, bytes) else uuid.UUID(key)
    return str(uuid.UUID(int=held.int ^ _BITS))


# ---------------------------------------------------------------- writing


def _lists(prefix: str) -> list[sa.BindParameter[Any]]:
    return [
        sa.bindparam(f"{prefix}{name}", type_=kind)
        for name, kind in zip(COLUMNS, _LISTS, strict=True)
    ]


def added(dialect: str, prefix: str = "") -> sa.Insert:
    """Return what writes tokens; those that are there already stay."""
    if dialect == SQLITE:
        return sa.insert(search).prefix_with("OR IGNORE")
    slots, tokens, key = _lists(prefix)
    rows = sa.select(sa.func.unnest(slots), sa.func.unnest(tokens), key)
    insert = postgresql.insert(search).from_select(list(COLUMNS), rows)
    return insert.on_conflict_do_nothing()


def removed(dialect: str, prefix: str = "") -> sa.Delete:
    """Return what removes tokens."""
    columns = [search.c[name] for name in COLUMNS]
    if dialect == SQLITE:
        given = [sa.bindparam(each.name, type_=each.type) for each in columns]
        return sa.delete(search).where(*map(sa.ColumnElement.__eq__, columns, given))
    slots, tokens, key = _lists(prefix)
    unnested = sa.func.unnest(slots, tokens).table_valued("slot", "token", name="gone")
    gone = unnested.render_derived()
    slot, token, record = columns
    return sa.delete(search).where(slot == gone.c.slot, token == gone.c.token, record == key)


# ---------------------------------------------------------------- looking


@dataclass(frozen=True, slots=True)
class Probe:
    """Tokens to look for: those of a slot that begin so, at most `window` of them."""

    slot: int
    beginning: str
    window: int


LAST = "\U0010ffff"
_WITHIN = """SELECT token, record_key FROM {paas_search}
WHERE slot = :slot AND token >= :low AND token < :high ORDER BY token, record_key LIMIT :most"""
_EVERY = """SELECT p.n, h.token, h.record_key
FROM unnest(CAST(:slots AS bigint[]), CAST(:lows AS text[]), CAST(:highs AS text[]),
CAST(:windows AS int[])) WITH ORDINALITY AS p(slot, low, high, most, n)
CROSS JOIN LATERAL (SELECT s.token, s.record_key FROM {paas_search} s
WHERE s.slot = p.slot AND s.token >= p.low AND s.token < p.high
ORDER BY s.token, s.record_key LIMIT p.most) h"""


@cache
def _looking(dialect: str) -> Statement:
    return text_statement(_WITHIN if dialect == SQLITE else _EVERY, dialect=dialect, schema=None)


def look(connection: Connection, probes: Sequence[Probe]) -> list[list[tuple[str, Any]]]:
    """Return for each probe tokens and keys of records, in order.

    SQLite has no lateral join, but a statement costs it next to nothing: one for each probe.
    """
    statement = _looking(connection.dialect)
    if connection.dialect == SQLITE:
        return [connection.fetch(statement, _bounds(each)) for each in probes]
    bounds = [_bounds(each) for each in probes]
    columns = {"slots": "slot", "lows": "low", "highs": "high", "windows": "most"}
    values = {name: [each[key] for each in bounds] for name, key in columns.items()}
    found: list[list[tuple[str, Any]]] = [[] for _ in probes]
    for number, token, key in connection.fetch(statement, values):
        found[number - 1].append((token, key))
    return [sorted(each) for each in found]


def _bounds(probe: Probe) -> Mapping[str, Any]:
    beginning = probe.beginning
    return {
        "slot": probe.slot,
        "low": beginning,
        "high": beginning + LAST,
        "most": probe.window,
    }


def seen_statement(
    snapshot: Snapshot, model: ObjectModel, dialect: str, scope: Scope
) -> Statement | None:
    """Return the statement for those of the records `ids` that lie in `scope`; None if all do."""
    table = table_of(snapshot, model, dialect)
    seen = visible(scope, table, leads=dialect != SQLITE)
    if seen is None:
        return None
    query = sa.select(table.c.id).where(one_of(table.c.id, "ids"), seen)
    return compile_statement(query, dialect)


# ---------------------------------------------------------------- filling


@dataclass(frozen=True, slots=True)
class SlotStatements:
    """What is asked of the table of slots, and of the tokens of one slot."""

    known: Statement
    """Every slot: its number, tokenizer, position, and whether it is filled."""
    forget: Statement
    keep: Statement
    drop: Statement
    """Removes some tokens of a slot."""


@cache
def slot_statements(dialect: str) -> SlotStatements:
    """Return the statements of a dialect."""
    slot = sa.bindparam("number", type_=search_slot.c.slot.type)
    some = sa.select(*(search.c[name] for name in COLUMNS)).where(search.c.slot == slot)
    some = some.limit(sa.bindparam("most", type_=sa.Integer()))
    row = sa.tuple_(*(search.c[name] for name in COLUMNS))
    columns = ["slot", "tokenizer", "position", "is_filled"]
    return SlotStatements(
        known=compile_statement(sa.select(*(search_slot.c[name] for name in columns)), dialect),
        forget=compile_statement(sa.delete(search_slot).where(search_slot.c.slot == slot), dialect),
        keep=compile_statement(sa.insert(search_slot), dialect, columns=columns),
        drop=compile_statement(sa.delete(search).where(row.in_(some)), dialect),
    )
