"""Composite requests: several reads and writes in one unit of work, each may use what came before.

A text `@{ref.field}` stands for a value of an earlier answer. What depends on a request that failed
is not tried. With `all_or_none` the first failure undoes everything; without, each request stands
under a savepoint of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from paas.kernel import Finding, Kind, Problem, Violation
from runtime.command import WriteCommand
from runtime.inquiry import answer, read_body
from runtime.record import fetch_record
from runtime.work import Work

Method = Literal["create", "update", "delete", "get", "query"]
WRITING = frozenset({"create", "update", "delete"})
TIME_LIMIT = 2.0
"""Seconds for one query: writers wait meanwhile."""
_REFERENCE = re.compile(r"@\{([A-Za-z][A-Za-z0-9_]{0,39})\.([^{}]{1,200})\}")


class CompositeRefused(Problem):
    """The composite request is refused."""

    code = "composite.refused"
    kind = Kind.INVALID
    zh = "第 {place} 个请求未成功，全部操作已撤销。"
    en = "Request number {place} failed; nothing was done."


class DependencyFailed(Problem):
    """A request it depends on failed."""

    code = "composite.dependency_failed"
    kind = Kind.CONFLICT
    zh = "所依赖的请求“{ref}”未成功，此请求未执行。"
    en = "The request “{ref}”, on which this one depends, failed; this one was not tried."


class ReferencesUnknown(Problem):
    """References name nothing."""

    code = "composite.references_unknown"
    kind = Kind.INVALID
    zh = "请求引用了不存在的结果。"
    en = "The request refers to answers that do not exist."


REFERENCE_UNKNOWN = Finding(
    "composite.reference_unknown",
    "“{text}”没有指向前面某个请求的结果。",
    "“{text}” names nothing that an earlier request has answered.",
)


@dataclass(frozen=True, slots=True)
class Errand:
    """One request of a composite; `ref` is how later ones name it."""

    method: Method
    object: str = ""
    ref: str | None = None
    id: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] | None = None
    query: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrandResult:
    """What became of one request: its answer, or its problem."""

    part: Errand
    body: dict[str, Any] | None = None
    problem: Problem | None = None


def run_composite(work: Work, parts: Sequence[Errand], *, all_or_none: bool) -> list[ErrandResult]:
    """Run the requests in order; raises `CompositeRefused` where none may remain."""
    results: list[ErrandResult] = []
    known: dict[str, ErrandResult] = {}
    for place, part in enumerate(parts):
        result = _attempt(work, part, known, alone=all_or_none)
        if result.problem is not None and all_or_none:
            raise _refusal(result.problem, place)
        results.append(result)
        if part.ref is not None:
            known[part.ref] = result
    return results


def _attempt(
    work: Work, part: Errand, known: Mapping[str, ErrandResult], *, alone: bool
) -> ErrandResult:
    try:
        ready = _filled(part, known)
        if alone:
            return ErrandResult(part, _run(work, ready))
        with work.connection.savepoint():
            return ErrandResult(part, _run(work, ready))
    except Problem as problem:
        if problem.kind is Kind.UNAVAILABLE:
            raise
        return ErrandResult(part, problem=problem)


def _refusal(problem: Problem, place: int) -> CompositeRefused:
    """Return a refusal of everything that points into the request at fault."""
    pointer = f"/requests/{place}"
    errors = [
        Violation(
            each.code,
            each.texts,
            pointer + (each.pointer or ""),
            each.params,
            each.span,
            each.extra,
        )
        for each in problem.errors
    ]
    if not errors:
        texts = {"zh-CN": problem.zh, "en-US": problem.en}
        errors = [Violation(problem.code, texts, pointer, problem.params, extra=problem.extra)]
    return CompositeRefused(errors=errors, place=place + 1)


def _run(work: Work, part: Errand) -> dict[str, Any]:
    if part.method == "get":
        plan, row = fetch_record(
            work.connection, work.snapshot, work.context, part.object, str(part.id), part.fields
        )
        return plan.export(row)
    if part.method == "query":
        request = read_body(part.query)
        found = answer(work.connection, work.snapshot, work.context, request, seconds=TIME_LIMIT)
        return found.body()
    values = dict(part.values)
    if part.method != "create":
        values["id"] = part.id
    (outcome,) = work.write(WriteCommand(part.method, part.object, [values]))
    if outcome.problem is not None:
        raise outcome.problem
    return outcome.record or {"id": outcome.id, "version": outcome.version}


# ---------------------------------------------------------------- references


class _Unresolved(Exception):
    """A reference that names nothing; carries its text."""


def _filled(part: Errand, known: Mapping[str, ErrandResult]) -> Errand:
    """Return the request with values in place of references."""
    errors: list[Violation] = []

    def fill(value: Any, pointer: str) -> Any:
        if isinstance(value, str):
            try:
                return _text(value, known)
            except _Unresolved as error:
                errors.append(REFERENCE_UNKNOWN.at(pointer, text=str(error)[:80]))
                return value
        if isinstance(value, list):
            return [fill(each, f"{pointer}/{index}") for index, each in enumerate(value)]
        if isinstance(value, Mapping):
            return {key: fill(each, f"{pointer}/{key}") for key, each in value.items()}
        return value

    query: dict[str, Any] = dict(part.query)
    if "params" in query:
        query["params"] = fill(query["params"], "/query/params")
    filled = Errand(
        part.method,
        part.object,
        part.ref,
        fill(part.id, "/id"),
        cast("Mapping[str, Any]", fill(part.values, "/fields")),
        part.fields,
        query,
    )
    if errors:
        raise ReferencesUnknown(errors=errors)
    return filled


def _text(text: str, known: Mapping[str, ErrandResult]) -> Any:
    """Return a text with its references replaced; one that is all of it keeps its type."""
    whole = _REFERENCE.fullmatch(text)
    if whole is not None:
        return _value(whole, known)
    return _REFERENCE.sub(lambda match: str(_value(match, known)), text)


def _value(match: re.Match[str], known: Mapping[str, ErrandResult]) -> Any:
    result = known.get(match[1])
    if result is None:
        raise _Unresolved(match[0])
    if result.body is None:
        raise DependencyFailed(ref=match[1])
    found: Any = result.body
    rest = match[2]
    while rest:
        if isinstance(found, Mapping) and rest in found:
            return found[rest]
        step, _dot, rest = rest.partition(".")
        if isinstance(found, Mapping) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdigit() and int(step[:6]) < len(found):
            found = found[int(step[:6])]
        else:
            raise _Unresolved(match[0])
    return found
