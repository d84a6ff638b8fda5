"""Signatures: written as people read them, parsed once into values.

    ROUND(number: number, digits: number) -> number
    FIND(search: text, text: text, start?: number) -> number
    CASE(expression: key, [value: key, result: same]+, else: same) -> same

`[…]+` repeats once or more, `[…]*` any number of times. `same` and `key` are type variables:
every argument so marked must be of one type. `choice` is a text that names a value of the
picklist given before it. `any` takes everything. A trailing `!` wants a field itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from formula.types import Kind

VARIABLES = frozenset({"same", "key"})
_KINDS = {kind.value: kind for kind in Kind}
_SHAPE = re.compile(r"(?P<name>[^(\s]+)\((?P<inside>.*)\) -> (?P<result>\w+)")
_GROUP = re.compile(r"\[(?P<inside>[^\]]*)\](?P<repeat>[+*])")
_PARAMETER = re.compile(r"(?P<name>\w+)(?P<optional>\?)?: (?P<type>[\w|]+)(?P<path>!)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One place for an argument: a set of kinds, or a type variable."""

    name: str
    kinds: frozenset[Kind]
    variable: str | None = None
    is_optional: bool = False
    is_choice: bool = False
    is_path: bool = False

    @property
    def takes_anything(self) -> bool:
        """Tell whether an argument of any type fits."""
        return not self.kinds and self.variable is None and not self.is_choice


@dataclass(frozen=True, slots=True)
class Signature:
    """Parameters before, in and after a repeated group, and the result."""

    name: str
    text: str
    before: tuple[Parameter, ...]
    group: tuple[Parameter, ...]
    after: tuple[Parameter, ...]
    least: int
    result: Kind | str
    has_paths: bool = False

    def parameters(self, count: int) -> tuple[Parameter, ...] | None:
        """Return the parameter of each of `count` arguments, or None if the count is wrong."""
        if not self.group:
            required = sum(not parameter.is_optional for parameter in self.before)
            return self.before[:count] if required <= count <= len(self.before) else None
        rest = count - len(self.before) - len(self.after)
        rounds, odd = divmod(rest, len(self.group))
        if odd or rounds < self.least:
            return None
        return self.before + self.group * rounds + self.after


def parse_signature(text: str) -> Signature:
    """Read a signature; a mistake in one is a bug."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise ValueError(text)
    inside = shape["inside"]
    group = _GROUP.search(inside)
    before, middle, after = inside, "", ""
    if group:
        before, middle, after = inside[: group.start()], group["inside"], inside[group.end() :]
    result = shape["result"]
    has_paths = any(bool(match["path"]) for match in _PARAMETER.finditer(inside))
    return Signature(
        name=shape["name"],
        text=text,
        before=_parameters(before),
        group=_parameters(middle),
        after=_parameters(after),
        least=int(group is not None and group["repeat"] == "+"),
        result=result if result in VARIABLES or result == "markup" else _KINDS[result],
        has_paths=has_paths,
    )


def _parameters(text: str) -> tuple[Parameter, ...]:
    found = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _PARAMETER.fullmatch(part)
        if match is None:
            raise ValueError(part)
        found.append(_parameter(match))
    return tuple(found)


def _parameter(match: re.Match[str]) -> Parameter:
    words = match["type"].split("|")
    return Parameter(
        match["name"],
        frozenset(_KINDS[word] for word in words if word in _KINDS),
        variable=words[0] if words[0] in VARIABLES else None,
        is_optional=bool(match["optional"]),
        is_choice=words[0] == "choice",
        is_path=bool(match["path"]),
    )
