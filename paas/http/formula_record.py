"""One formula over one stored record: its value, and every part of it with its value.

The record is read through the same door as everybody's records, as the caller given. In system
mode that is everything, as it is for the formulas of administrators; for a user it is what he may
see, so nothing can be learnt here that could not be read. This is for one record at a time; the
pipeline has its own way of preparing rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import formula
from formula import ChildRead, Evaluation, Formula
from metadata import ObjectModel, Snapshot, hop_key
from paas.kernel import CallContext, pick
from runtime import ListQuery, Records

Path = tuple[str, ...]
Row = dict[str, Any]
PAGE = 200

_READERS: Mapping[formula.Kind, Callable[[Any], Any]] = {
    formula.Kind.NUMBER: lambda value: Decimal(str(value)),
    formula.Kind.DATE: date.fromisoformat,
    formula.Kind.DATETIME: datetime.fromisoformat,
    formula.Kind.TIME: time.fromisoformat,
}


class FormulaRecord:
    """A record as one formula sees it."""

    def __init__(
        self,
        records: Records,
        snapshot: Snapshot,
        context: CallContext,
        *,
        made: Formula,
        model: ObjectModel,
        record_id: str | None,
    ) -> None:
        self._records = records
        self._snapshot = snapshot
        self._context = context
        self._made = made
        paths = {*made.reads, *made.hops}
        self._row: Row = {}
        if record_id is not None:
            flat = self._get(context, model.name, record_id, paths)
            self._row = self._nested(flat, model, paths)
            self._add_children(self._row, record_id, made.child_reads)

    def value(self) -> Any:
        """Return the formula's value; the record counts as stored and unchanged."""
        return self._made.evaluate(self._row, self._row, self._evaluation())

    def explain(self) -> formula.Explanation:
        """Return every part that was computed, with its value."""
        return formula.explain(self._made, self._row, self._row, self._evaluation())

    # -- rows ----------------------------------------------------------------------------------

    def _get(
        self, context: CallContext, name: str, record_id: str, paths: Iterable[Path]
    ) -> Mapping[str, Any]:
        return self._records.get(context, name, record_id, fields=_fields(paths))

    def _nested(self, flat: Mapping[str, Any], model: ObjectModel, paths: Iterable[Path]) -> Row:
        """Put values read through lookups where formulas look for them."""
        row: Row = {"id": flat["id"]}
        for path in sorted(_lengthened(paths), key=len):
            place: Row | None = row
            owner = model
            for step in path[:-1]:
                field = owner.fields[step]
                owner = self._snapshot.object(field.target or "")
                place = self._behind(place, hop_key(field) or "", step)
            if place is not None:
                field = owner.fields[path[-1]]
                raw = flat.get(".".join(path))
                read = _READERS.get(field.symbol_type.kind)
                place[field.name] = raw if raw is None or read is None else read(raw)
        return row

    @staticmethod
    def _behind(place: Row | None, key: str, step: str) -> Row | None:
        if place is None:
            return None
        if key not in place:
            place[key] = None if place.get(step) is None else {}
        found: Row | None = place[key]
        return found

    def _add_children(self, row: Row, record_id: str, reads: Iterable[ChildRead]) -> None:
        for read in reads:
            owner: Row | None = row
            owner_id: str | None = record_id
            for step in read.path:
                owner_id = owner.get(step) if owner else None
                owner = owner.get(f"@{step}") if owner else None
            if owner is not None and owner_id is not None:
                owner[read.child.row_key] = self._children(owner, owner_id, read)

    def _children(self, owner: Row, owner_id: str, read: ChildRead) -> list[Row]:
        model = self._snapshot.object(read.child.object)
        lookup = model.fields[read.child.lookup.name]
        paths = {*read.reads, *read.hops}
        fields = _fields(paths)
        query = ListQuery(fields=fields, filter=f"{lookup.name} = '{owner_id}'", limit=PAGE)
        found: list[Row] = []
        while True:
            page = self._records.list(self._context, model.name, query)
            for flat in page.records:
                child = self._nested(flat, model, paths)
                child[hop_key(lookup) or ""] = owner
                self._add_children(child, flat["id"], read.children)
                found.append(child)
            if page.next is None:
                return found
            query = ListQuery(fields, query.filter, limit=PAGE, cursor=page.next)

    # -- beside the record -----------------------------------------------------------------------

    def _evaluation(self) -> Evaluation:
        context = self._context
        return Evaluation(
            now=context.now,
            today=context.today,
            zone=context.zone,
            globals=self._records.known(self._snapshot, context, self._made.globals_read),
            language=context.language,
            lookup=self._look_up,
        )

    def _look_up(self, name: str, wanted: str, key: str, value: Any) -> Any:
        model = self._snapshot.object(name)
        query = ListQuery(fields=("id", wanted), filter=f"{key} = {_literal(value)}", limit=1)
        page = self._records.list(self._context, name, query)
        if not page.records:
            return None
        return self._nested(page.records[0], model, [(wanted,)])[wanted]


def _lengthened(paths: Iterable[Path]) -> set[Path]:
    """Return the paths and every lookup on their way."""
    return {path[:end] for path in paths for end in range(1, len(path) + 1)}


def _fields(paths: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted({"id", *(".".join(path) for path in _lengthened(paths))}))


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return f"DATETIMEVALUE('{value:%Y-%m-%d %H:%M:%S}')"
    if isinstance(value, date):
        return f"DATEVALUE('{value.isoformat()}')"
    written = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return "'" + written.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + "'"


def shown(value: Any) -> Any:
    """Return a value of a formula as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def explanation_object(found: formula.Explanation, language: str) -> dict[str, Any]:
    """Return an explanation as JSON has it."""
    return {
        "parts": [
            {
                "span": {"start": part.span.start, "end": part.span.end},
                "text": part.text,
                "type": part.kind.value,
                "type_label": pick(part.kind.label, language),
                "value": shown(part.value),
            }
            for part in found.parts
        ],
        "diagnostics": [
            {
                "code": each.code,
                "detail": each.detail(language),
                "span": {"start": each.span.start, "end": each.span.end} if each.span else None,
            }
            for each in found.diagnostics
        ],
    }
