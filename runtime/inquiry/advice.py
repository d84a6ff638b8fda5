"""What a query costs, in words, and what would make it cheaper: indexes worth declaring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import formula
from metadata import ObjectModel, Snapshot
from paas.db import Connection, Statement
from paas.kernel import CallContext, Finding, Violation
from runtime.environment import parameters
from runtime.sql.explain import Step, explain
from runtime.sql.predicate import reader_parameters
from runtime.sql.source import Parameter, Path

NOT_SELECTIVE = Finding(
    "query.not_selective",
    "“{object}”的每条记录都要检查；可以为字段 {fields} 建立索引。",
    "Every record of “{object}” is looked at: declare an index on {fields}.",
)
UNINDEXED_SORT = Finding(
    "query.unindexed_sort",
    "结果要全部排序后才能取一页；可以为字段 {fields} 建立索引。",
    "All that is found is sorted before a page is taken: declare an index on {fields}.",
)
MOST_INDEXED = 600
"""Characters of a text field that may have an index."""
_WORDS: Mapping[str, Finding] = {
    "index": Finding(
        "query.step_index",
        "按“{field}”的索引查找“{object}”",
        "Finds “{object}” by the index on “{field}”",
    ),
    "key": Finding("query.step_key", "按 id 查找“{object}”", "Finds “{object}” by id"),
    "scan": Finding(
        "query.step_scan", "逐条检查“{object}”的全部记录", "Looks at every record of “{object}”"
    ),
    "order": Finding(
        "query.step_order",
        "按“{field}”的顺序读取“{object}”",
        "Reads “{object}” in the order of “{field}”",
    ),
    "sort": Finding("query.step_sort", "对结果排序", "Sorts what was found"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One statement to be explained: what it is, and what it asks of which object."""

    statement: Statement
    environment: Mapping[str, Parameter]
    values: Mapping[str, Any]
    model: ObjectModel
    condition: formula.Formula | None
    order: Sequence[Path]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """The steps of one statement and what is to be said of them."""

    name: str
    steps: list[Step]
    warnings: list[Violation]

    def shown(self, language: str) -> dict[str, Any]:
        """Return the advice as it is sent."""
        return {
            "statement": self.name,
            "steps": [_shown(step, language) for step in self.steps],
            "warnings": [
                {
                    "code": each.code,
                    "detail": each.detail(language),
                    "object": each.params["object"],
                    "fields": list(each.extra["fields"]),
                }
                for each in self.warnings
            ],
        }


def _shown(step: Step, language: str) -> dict[str, Any]:
    finding = _WORDS[step.access]
    text = finding.at(object=step.object, field=step.field).detail(language)
    return {
        "access": step.access,
        "object": step.object,
        "field": step.field,
        "rows": step.rows,
        "text": text,
    }


def advise(
    connection: Connection, snapshot: Snapshot, context: CallContext, explained: Explained
) -> Advice:
    """Return how the database would go about a statement."""
    known = parameters(explained.environment, context, connection=connection, snapshot=snapshot)
    values = {**reader_parameters(context), **known, **explained.values}
    steps = explain(connection, snapshot, explained.statement, values)
    return Advice(explained.name, steps, list(_warnings(explained, steps)))


def _warnings(explained: Explained, steps: Sequence[Step]) -> Iterator[Violation]:
    model = explained.model
    is_scanned = any(
        step.object == model.name and step.access in ("scan", "order") for step in steps
    )
    reads = explained.condition.reads if explained.condition is not None else ()
    fields = _indexable(model, (path[0] for path in reads if len(path) == 1))
    if is_scanned and reads and fields and not _has_index(model, reads):
        yield _at(NOT_SELECTIVE, model, fields)
    first = explained.order[0] if explained.order else ()
    sorted_by = _indexable(model, first if len(first) == 1 else ())
    if sorted_by and any(step.access == "sort" for step in steps):
        yield _at(UNINDEXED_SORT, model, sorted_by)


def _at(finding: Finding, model: ObjectModel, fields: list[str]) -> Violation:
    names = ", ".join(fields)
    return finding.at(extra={"fields": fields}, object=model.name, fields=names)


def _has_index(model: ObjectModel, reads: Any) -> bool:
    """Tell whether a field of the condition has an index already, which the database declined."""
    return any(len(path) == 1 and path[0] in model.leading for path in reads)


def _indexable(model: ObjectModel, names: Any) -> list[str]:
    found = []
    for name in sorted(set(names)):
        field = model.fields[name]
        short = (field.definition.length or 0) <= MOST_INDEXED
        if (
            field.column is not None
            and field.name not in model.leading
            and short
            and not _is_flag(field)
        ):
            found.append(name)
    return found


def _is_flag(field: Any) -> bool:
    """Tell whether a field has so few values that an index would not help."""
    return bool(field.symbol_type.kind is formula.Kind.BOOLEAN)
