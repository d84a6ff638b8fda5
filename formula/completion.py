"""What may be written at a place of a formula: fields through lookups, functions, values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from formula.environment import Environment, FieldSymbol, GlobalSymbol, ObjectSymbol
from formula.functions import FUNCTION_TABLE
from formula.paths import PathError, resolve_path
from formula.printer import quote
from formula.syntax import Name
from formula.types import Kind
from paas.kernel import Span

_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]*\Z")
_VALUE = re.compile(
    r"(?P<path>[A-Za-z_$][\w$.]*)\s*(?:==?|<>|!=|,)\s*(?P<open>['\"])(?P<text>[^'\"]*)\Z"
)


@dataclass(frozen=True, slots=True)
class Completion:
    """A suggestion: `text` replaces the source from `start` to the place asked for."""

    text: str
    kind: str
    start: int
    labels: Mapping[str, str] = field(default_factory=dict)
    type: Kind | None = None


def complete(source: str, place: int, environment: Environment) -> list[Completion]:
    """Return what may stand at `place`, best first.

    Kinds are field, function, global, children and value.
    """
    before = source[:place]
    value = _VALUE.search(before)
    if value is not None:
        found = list(_values(value, environment))
        if found:
            return found
    word = _WORD.search(before)
    typed = word[0] if word else ""
    owner, dot, last = typed.rpartition(".")
    start = place - len(last)
    if dot:
        target = _object_at(owner, environment)
        return list(_fields(target, last, start, environment)) if target else []
    return [
        *_fields(environment.object, typed, start, environment),
        *_functions(typed, start, environment),
        *_globals(typed, start, environment),
        *_children(typed, start, environment),
    ]


def _values(match: re.Match[str], environment: Environment) -> Iterator[Completion]:
    symbol = _symbol_at(match["path"], environment)
    typed = match["text"].casefold()
    for value in symbol.type.values if symbol else ():
        if any(typed in text.casefold() for text in (value.value, *value.labels.values())):
            yield Completion(quote(value.value), "value", match.start("open"), value.labels)


def _symbol_at(path: str, environment: Environment) -> FieldSymbol | None:
    try:
        return resolve_path(Name(path, Span(0, len(path))), environment).field
    except PathError:
        return None


def _object_at(path: str, environment: Environment) -> ObjectSymbol | None:
    """Return the object whose fields may follow `path.`."""
    scope = path.casefold().replace("$currentuser.$user", "$user")
    if scope in environment.globals:
        return _object_of(environment.globals[scope])
    own = environment.object
    if own is not None and scope == own.name.casefold():
        return own
    symbol = _symbol_at(path, environment) or _symbol_at(path.rpartition(".")[0], environment)
    if symbol is None or symbol.type.target is None:
        return None
    return environment.objects(symbol.type.target)


def _object_of(symbol: ObjectSymbol | GlobalSymbol) -> ObjectSymbol:
    return symbol.object if isinstance(symbol, GlobalSymbol) else symbol


def _children(typed: str, start: int, environment: Environment) -> Iterator[Completion]:
    owner = environment.object
    for child in owner.children.values() if owner else ():
        if _matches(typed, (child.name, *child.labels.values())):
            yield Completion(child.name, "children", start, child.labels)


def _fields(
    owner: ObjectSymbol | None, typed: str, start: int, environment: Environment
) -> Iterator[Completion]:
    for symbol in owner.fields.values() if owner else ():
        if owner is not None and not environment.may_read(owner, symbol):
            continue
        if _matches(typed, (symbol.name, *symbol.labels.values())):
            yield Completion(symbol.name, "field", start, symbol.labels, symbol.type.kind)


def _functions(typed: str, start: int, environment: Environment) -> Iterator[Completion]:
    for function in (environment.functions or FUNCTION_TABLE).values():
        is_usable = environment.context.allow_change_functions or not function.needs_change
        if is_usable and function.name[0].isalpha() and _matches(typed, (function.name,)):
            help_ = {"zh-CN": function.zh, "en-US": function.en}
            yield Completion(function.name, "function", start, help_)


def _globals(typed: str, start: int, environment: Environment) -> Iterator[Completion]:
    for scope in environment.globals:
        if _matches(typed, (scope,)):
            labels = _object_of(environment.globals[scope]).labels
            yield Completion(scope, "global", start, labels)


def _matches(typed: str, texts: Iterable[str]) -> bool:
    return any(typed.casefold() in text.casefold() for text in texts)
