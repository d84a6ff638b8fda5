"""How the database would go about a statement: which table by which index, and how many rows.

Both databases are asked with EXPLAIN, which runs nothing, and their answers are brought to one
form in the words of the description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from metadata import ObjectModel, Snapshot
from metadata.ddl import indexes_of
from paas.db import Connection, Statement
from runtime.sql.codec import SQLITE

Access = Literal["index", "key", "scan", "order", "sort"]
"""`index`: found by an index on a field; `key`: by id; `scan`: every row is looked at; `order`:
rows come in the order of an index; `sort`: rows are sorted."""
MOST_COUNTED = 100_000
"""Rows of a table that are counted for an estimate; more are not worth waiting for."""
_TABLE = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?')
_LINE = re.compile(
    r"(?P<how>SEARCH|SCAN) (?P<table>\w+)(?: USING (?:AUTOMATIC )?(?:PARTIAL )?"
    r"(?:COVERING )?(?:INDEX (?P<index>\w+)|(?P<key>INTEGER PRIMARY KEY|PRIMARY KEY)))?"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `rows` is an estimate, None where the database makes none."""

    access: Access
    object: str | None = None
    field: str | None = None
    rows: int | None = None


def explain(
    connection: Connection, snapshot: Snapshot, statement: Statement, values: Mapping[str, Any]
) -> list[Step]:
    """Return the steps of a statement, those about tables of objects and sorts."""
    tables = {snapshot.object(name).table: snapshot.object(name) for name in snapshot.objects}
    places = _Places(statement.text, tables)
    if connection.dialect == SQLITE:
        asked = replace(statement, text="EXPLAIN QUERY PLAN " + statement.text)
        lines = [row[3] for row in connection.fetch(asked, values)]
        return [_counted(connection, step, tables) for step in _of_lines(lines, places)]
    asked = replace(statement, text="EXPLAIN (FORMAT JSON) " + statement.text)
    (plan,) = json.loads(connection.fetch(asked, values)[0][0])
    return list(_of_nodes(plan["Plan"], places))


class _Places:
    """Names of tables and indexes in a statement, as objects and fields."""

    def __init__(self, text: str, tables: Mapping[str, ObjectModel]) -> None:
        self._models: dict[str, ObjectModel] = {}
        for table, alias in _TABLE.findall(text):
            model = tables.get(table)
            if model is not None:
                self._models[alias or table] = model

    def model(self, name: str) -> ObjectModel | None:
        """Return the object behind a table's name or alias."""
        return self._models.get(name)

    @staticmethod
    def field(model: ObjectModel, index: str | None) -> str | None:
        """Return the field of an index; None for the key's."""
        return next(
            (each.subject.partition(".")[2] for each in indexes_of(model) if each.name == index),
            None,
        )


# ---------------------------------------------------------------- SQLite


def _of_lines(lines: list[str], places: _Places) -> Iterator[Step]:
    for line in lines:
        if line.startswith("USE TEMP B-TREE FOR") and "ORDER BY" in line:
            yield Step("sort")
            continue
        match = _LINE.match(line)
        model = places.model(match["table"]) if match else None
        if match is None or model is None:
            continue
        field = places.field(model, match["index"])
        is_by_key = match["key"] is not None or (match["index"] is not None and field is None)
        if match["how"] == "SEARCH":
            yield Step("key" if is_by_key else "index", model.name, "id" if is_by_key else field)
        elif match["index"] or match["key"]:
            yield Step("order", model.name, "id" if is_by_key else field)
        else:
            yield Step("scan", model.name)


def _counted(connection: Connection, step: Step, tables: Mapping[str, ObjectModel]) -> Step:
    if step.access != "scan":
        return step
    table = next(name for name, model in tables.items() if model.name == step.object)
    counting = f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT {MOST_COUNTED})"
    return replace(step, rows=connection.fetch(counting)[0][0])


# ---------------------------------------------------------------- PostgreSQL


def _of_nodes(node: Mapping[str, Any], places: _Places) -> Iterator[Step]:
    kind = str(node["Node Type"])
    rows = int(node.get("Plan Rows", 0))
    if kind in ("Sort", "Incremental Sort"):
        yield Step("sort", rows=rows)
    model = places.model(str(node.get("Alias") or node.get("Relation Name")))
    if model is not None:
        yield _scan(node, kind, rows, model, places)
    for inner in node.get("Plans", ()):
        yield from _of_nodes(inner, places)


def _scan(
    node: Mapping[str, Any], kind: str, rows: int, model: ObjectModel, places: _Places
) -> Step:
    if kind == "Seq Scan":
        return Step("scan", model.name, rows=rows)
    index = node.get("Index Name") or _bitmap_index(node)
    field = places.field(model, index)
    if kind in ("Index Scan", "Index Only Scan") and "Index Cond" not in node:
        return Step("order", model.name, field or "id", rows)
    return Step("index" if field else "key", model.name, field or "id", rows)


def _bitmap_index(node: Mapping[str, Any]) -> str | None:
    for inner in node.get("Plans", ()):
        found = inner.get("Index Name") or _bitmap_index(inner)
        if found:
            return str(found)
    return None
