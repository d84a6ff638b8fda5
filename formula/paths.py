"""Paths: from a dotted word to the lookups it walks and the field it ends at.

Two families of path are one language: `account.ownerId.user.name`, where a segment naming the
target object may follow each lookup and the record's own object may lead, and `ownerId.name`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from formula import problem
from formula.environment import (
    ChildSymbol,
    Environment,
    FieldSymbol,
    GlobalSymbol,
    ObjectSymbol,
)
from formula.limits import MAX_HOPS
from formula.naming import did_you_mean, near
from formula.syntax import Name
from formula.types import Kind
from paas.kernel import Finding, Span, Violation, value_class


@value_class
class Reference:
    """A word of the source that names a field of an object; what a rename rewrites."""

    object: str
    field: str
    span: Span


@value_class
class Path:
    """A resolved path. `scope` is the casefolded global, or None for the record."""

    scope: str | None
    steps: tuple[FieldSymbol, ...]
    field: FieldSymbol
    references: tuple[Reference, ...] = ()


@value_class
class ChildPath:
    """A resolved name of child records; `rest` is what follows it, to be read from each child."""

    steps: tuple[FieldSymbol, ...]
    child: ChildSymbol
    rest: Name | None
    references: tuple[Reference, ...]


class PathError(Exception):
    """The path names nothing; carries the violation."""

    def __init__(self, violation: Violation) -> None:
        super().__init__(violation.code)
        self.violation = violation


@value_class
class _Segment:
    text: str
    span: Span

    @property
    def key(self) -> str:
        return self.text.casefold()


def resolve_path(name: Name, environment: Environment) -> Path:
    """Resolve a dotted word; raises `PathError`."""
    own = environment.object
    if own is not None and own.fields.get(name.text.casefold()) is not None:
        return _walk(name, GlobalSymbol(own), [_Segment(name.text, name.span)], environment)
    segments = _split(name)
    if segments[0].key.startswith("$"):
        return _global_path(name, segments, environment)
    start = environment.object
    if start is None:
        raise _error(problem.UNKNOWN_NAME, name.span, (), name=name.text)
    first = segments[0].key
    if len(segments) > 1 and first == start.name.casefold() and first not in start.fields:
        segments = segments[1:]
    return _walk(name, GlobalSymbol(start), segments, environment)


def resolve_children(name: Name, environment: Environment) -> ChildPath | None:
    """Resolve a word that names child records: `contact`, `contact.accountId`, `ownerId.task`.

    None if it names none; raises `PathError` for what may not be read.
    """
    segments = _split(name)
    current, position = environment.object, 0
    steps: list[FieldSymbol] = []
    references: list[Reference] = []
    if current is not None and _is_led(current, segments):
        position = 1
    while current is not None and position < len(segments):
        segment = segments[position]
        child, length = _child_at(current, segments, position)
        if child is not None:
            references += _to_children(child, segments[position : position + length], environment)
            rest = _joined(segments[position + length :])
            return ChildPath(tuple(steps), child, rest, tuple(references))
        position += 1
        if segment.key == current.name.casefold() and segment.key not in current.fields:
            continue
        field = _lookup_at(current, segment)
        if field is None or len(steps) == MAX_HOPS:
            return None
        _check_readable(current, field, segment, environment)
        references.append(Reference(current.name, field.name, segment.span))
        steps.append(field)
        current = environment.objects(field.type.target or "")
    return None


def _is_led(current: ObjectSymbol, segments: Sequence[_Segment]) -> bool:
    """Tell whether the object's own name leads to child records, whatever children it has."""
    if segments[0].key != current.name.casefold():
        return False
    return _child_at(current, segments, 0)[1] < 2 and _child_at(current, segments, 1)[1] > 0


def _child_at(
    current: ObjectSymbol, segments: Sequence[_Segment], position: int
) -> tuple[ChildSymbol | None, int]:
    for length in (2, 1):
        key = ".".join(segment.key for segment in segments[position : position + length])
        child = current.children.get(key)
        if child is not None:
            return child, length
    return None, 0


def _to_children(
    child: ChildSymbol, segments: Sequence[_Segment], environment: Environment
) -> list[Reference]:
    target = environment.objects(child.object)
    if target is not None:
        _check_readable(target, child.lookup, segments[-1], environment)
    if len(segments) == 1:
        return []
    return [Reference(child.object, child.lookup.name, segments[-1].span)]


def _joined(segments: Sequence[_Segment]) -> Name | None:
    if not segments:
        return None
    span = Span(segments[0].span.start, segments[-1].span.end)
    return Name(".".join(segment.text for segment in segments), span)


def _lookup_at(current: ObjectSymbol, segment: _Segment) -> FieldSymbol | None:
    for key in (segment.key, segment.key + "id"):
        field = current.fields.get(key)
        if field is not None:
            return field if field.type.kind is Kind.REFERENCE else None
    return None


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
        written = segments[0].text
        suggestions = near(written, environment.globals) or tuple(sorted(environment.globals))
        raise _error(problem.UNKNOWN_GLOBAL, segments[0].span, suggestions, name=written)
    if not rest:
        raise _error(problem.INCOMPLETE_PATH, name.span, (), name=name.text)
    if isinstance(start, ObjectSymbol):
        start = GlobalSymbol(start, scope)
    return _walk(name, start, rest, environment)


def _walk(
    name: Name, start: GlobalSymbol, segments: Sequence[_Segment], environment: Environment
) -> Path:
    steps = list(start.steps)
    references: list[Reference] = []
    current, position = start.object, 0
    while True:
        segment = segments[position]
        is_last = position == len(segments) - 1
        field = _field(current, segment, is_last, environment)
        if not start.is_free:
            _check_readable(current, field, segment, environment)
        references.append(Reference(current.name, field.name, segment.span))
        if is_last:
            return Path(start.scope, tuple(steps), field, tuple(references))
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


def _field(
    current: ObjectSymbol, segment: _Segment, is_last: bool, environment: Environment
) -> FieldSymbol:
    field = current.fields.get(segment.key)
    if field is None and not is_last:
        lookup = current.fields.get(segment.key + "id")
        field = lookup if lookup and lookup.type.kind is Kind.REFERENCE else None
    if field is None:
        raise _error(
            problem.UNKNOWN_MEMBER if current.members else problem.UNKNOWN_FIELD,
            segment.span,
            _near_fields(segment.text, current, environment),
            name=segment.text,
            object=current.members or current.name,
        )
    return field


def _near_fields(name: str, current: ObjectSymbol, environment: Environment) -> tuple[str, ...]:
    """Return what may have been meant; nobody is told of fields he may not read."""
    fields = [field for field in current.fields.values() if environment.may_read(current, field)]
    labelled = [
        field.name
        for field in fields
        if name.casefold() in {label.casefold() for label in field.labels.values()}
    ]
    return tuple(labelled) or near(name, (field.name for field in fields))


def _check_readable(
    current: ObjectSymbol,
    field: FieldSymbol,
    segment: _Segment,
    environment: Environment,
) -> None:
    if not environment.may_read(current, field):
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
