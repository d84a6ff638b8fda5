"""Paths: from a dotted word to the lookups it walks and the field it ends at.

Two families of path are one language: `account.ownerId.user.name`, where a segment naming the
target object may follow each lookup and the record's own object may lead, and `ownerId.name`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from formula import problem
from formula.environment import Environment, FieldSymbol, ObjectSymbol
from formula.limits import MAX_HOPS
from formula.naming import did_you_mean, near
from formula.syntax import Name
from formula.types import Kind
from paas.kernel import Finding, Span, Violation


@dataclass(frozen=True, slots=True)
class Reference:
    """A word of the source that names a field of an object; what a rename rewrites."""

    object: str
    field: str
    span: Span


@dataclass(frozen=True, slots=True)
class Path:
    """A resolved path. `scope` is the casefolded global, or None for the record."""

    scope: str | None
    steps: tuple[FieldSymbol, ...]
    field: FieldSymbol
    references: tuple[Reference, ...] = ()


class PathError(Exception):
    """The path names nothing; carries the violation."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.code)
        self.violation = violation


@dataclass(frozen=True, slots=True)
class _Segment:
    text: str
    span: Span

    @property
    def key(self) -> str:
        return self.text.casefold()


def resolve_path(name: Name, environment: Environment) -> Path:
    """Resolve a dotted word; raises `PathError`."""
    segments = _split(name)
    if segments[0].key.startswith("$"):
        return _global_path(name, segments, environment)
    start = environment.object
    if start is None:
        raise _error(problem.UNKNOWN_NAME, name.span, (), name=name.text)
    first = segments[0].key
    if len(segments) > 1 and first == start.name.casefold() and first not in start.fields:
        segments = segments[1:]
    return _walk(name, None, start, segments, environment)


def _split(name: Name) -> list[_Segment]:
    segments, start = [], name.span.start
    for text in name.text.split("."):
        segments.append(_Segment(text, Span(start, start + len(text))))
        start += len(text) + 1
    return segments


def _global_path(name: Name, segments: list[_Segment], environment: Environment) -> Path:
    scope, rest = segments[0].key, segments[1:]
    if scope == "$currentuser":
        scope = "$user"
        if rest and rest[0].key == "$user":
            rest = rest[1:]
    start = environment.globals.get(scope)
    if start is None:
        suggestions = near(scope, environment.globals)
        raise _error(problem.UNKNOWN_GLOBAL, segments[0].span, suggestions, name=scope)
    if not rest:
        raise _error(problem.INCOMPLETE_PATH, name.span, (), name=name.text)
    return _walk(name, scope, start, rest, environment)


def _walk(
    name: Name,
    scope: str | None,
    start: ObjectSymbol,
    segments: Sequence[_Segment],
    environment: Environment,
) -> Path:
    steps: list[FieldSymbol] = []
    references: list[Reference] = []
    current, position = start, 0
    while True:
        segment = segments[position]
        is_last = position == len(segments) - 1
        field = _field(current, segment, is_last)
        _check_readable(current, field, segment, scope, environment)
        references.append(Reference(current.name, field.name, segment.span))
        if is_last:
            return Path(scope, tuple(steps), field, tuple(references))
        current = _target(field, segment, segments[position + 1], environment)
        steps.append(field)
        if len(steps) > MAX_HOPS:
            raise _error(problem.TOO_MANY_HOPS, name.span, (), limit=MAX_HOPS)
        position += 1
        if segments[position].key == current.name.casefold():
            if position < len(segments) - 1:
                position += 1
            elif segments[position].key not in current.fields:
                raise _error(problem.INCOMPLETE_PATH, name.span, (), name=name.text)


def _field(current: ObjectSymbol, segment: _Segment, is_last: bool) -> FieldSymbol:
    field = current.fields.get(segment.key)
    if field is None and not is_last:
        lookup = current.fields.get(segment.key + "id")
        field = lookup if lookup and lookup.type.kind is Kind.REFERENCE else None
    if field is None:
        raise _error(
            problem.UNKNOWN_FIELD,
            segment.span,
            _near_fields(segment.text, current),
            name=segment.text,
            object=current.name,
        )
    return field


def _near_fields(name: str, current: ObjectSymbol) -> tuple[str, ...]:
    labelled = [
        field.name
        for field in current.fields.values()
        if name.casefold() in {label.casefold() for label in field.labels.values()}
    ]
    return tuple(labelled) or near(name, (field.name for field in current.fields.values()))


def _check_readable(
    current: ObjectSymbol,
    field: FieldSymbol,
    segment: _Segment,
    scope: str | None,
    environment: Environment,
) -> None:
    readable = environment.readable
    if scope is None and readable is not None and not readable(current.name, field.name):
        raise _error(problem.FIELD_UNREADABLE, segment.span, (), name=segment.text)


def _target(
    field: FieldSymbol, segment: _Segment, following: _Segment, environment: Environment
) -> ObjectSymbol:
    if field.type.kind is not Kind.REFERENCE or field.type.target is None:
        raise _error(problem.NOT_A_LOOKUP, segment.span, (), name=segment.text, next=following.text)
    target = environment.objects(field.type.target)
    if target is None:
        raise _error(problem.UNKNOWN_OBJECT, segment.span, (), name=field.type.target)
    return target


def _error(finding: Finding, span: Span, suggestions: Iterable[str], **params: object) -> PathError:
    names = list(suggestions)
    return PathError(
        finding.at(
            "",
            span=span,
            extra={"suggestions": names} if names else None,
            hint=did_you_mean(names),
            **params,
        )
    )
