"""YAML, the small part of it that descriptions use: mappings, lists and plain values.

Scalars follow the core schema of YAML 1.2, so `no` and `12:30` are text. Anchors, aliases and tags
are refused: nothing here needs them, and they let a short file grow without end.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml as library
from yaml.events import (
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.nodes import ScalarNode
from yaml.reader import ReaderError
from yaml.resolver import BaseResolver

from metadata.document import pointer_of
from metadata.source import problem
from paas.kernel import Finding, Violation

LARGEST_FILE = 4_000_000
MOST_LEVELS = 40

PREFIX = "tag:yaml.org,2002:"
NULL, BOOL, INT, FLOAT, TEXT = (PREFIX + name for name in ("null", "bool", "int", "float", "str"))
COLLECTIONS = {None, "!", PREFIX + "map", PREFIX + "seq"}


DIGITS = r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
NUMBER = re.compile(DIGITS)
WHOLE = re.compile(r"[-+]?[0-9]{1,40}")


class Resolver(BaseResolver):
    """Tells text from other scalars, for reading and writing alike."""


for tag, pattern, first in (
    (NULL, r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    (BOOL, r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    (INT, r"[-+]?[0-9]+", list("-+0123456789")),
    (FLOAT, DIGITS, list("-+.0123456789")),
):
    Resolver.add_implicit_resolver(tag, re.compile(f"^(?:{pattern})$"), first)


try:  # libyaml where the wheel has it: ten times as fast
    from yaml._yaml import CParser as _Parser
except ImportError:
    from metadata.source.python_parser import PythonParser as _Parser  # type: ignore[assignment]


class Loader(_Parser, Resolver):
    """Reads text into events that know their lines."""

    def __init__(self, stream: str) -> None:
        _Parser.__init__(self, stream)
        Resolver.__init__(self)


class Refused(Exception):
    """A file cannot be read; carries why."""

    def __init__(self, violation: Violation) -> None:
        self.violation = violation
        super().__init__(violation.code)


@dataclass(frozen=True, slots=True)
class Source:
    """The content of a file. `lines` gives the line of every pointer."""

    file: str
    content: Any
    lines: Mapping[str, int] = field(default_factory=dict)

    def part(self, pointer: str) -> Mapping[str, int]:
        """Return the lines of what stands under `pointer`, by pointers from there."""
        return {
            inside.removeprefix(pointer): line
            for inside, line in self.lines.items()
            if inside == pointer or inside.startswith(pointer + "/")
        }

    def refuse(self, finding: Finding, pointer: str, **params: Any) -> Violation:
        """Return a violation at the place of `pointer`."""
        return at(finding, self.file, self.lines.get(pointer, 1), **params)


def at(finding: Finding, file: str, line: int, **params: Any) -> Violation:
    """Return a violation in a file."""
    extra = {"file": file, "line": line}
    return finding.at(None, extra=extra, file=file, line=line, **params)


def read(path: Path, file: str) -> Source:
    """Read the file at `path`, called `file` in messages; raises `Refused`."""
    raw = path.read_bytes()
    if len(raw) > LARGEST_FILE:
        raise Refused(at(problem.TOO_LARGE, file, 1, limit=LARGEST_FILE))
    try:
        return parse(raw.decode("utf-8-sig"), file)
    except UnicodeDecodeError:
        raise Refused(at(problem.NOT_TEXT, file, 1)) from None


def parse(text: str, file: str) -> Source:
    """Read YAML text; raises `Refused`."""
    try:
        reading = _Reading(text, file)
        content = reading.document()
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Refused(at(problem.SYNTAX, file, line, reason=error.reason)) from None
    except library.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Refused(at(problem.SYNTAX, file, line, reason=error.problem or "?")) from None
    return Source(file, content, reading.lines)


class _Reading:
    """Turns the parser's events into values, noting lines."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self._parser: Any = Loader(text)

    def document(self) -> Any:
        """Return the only document there may be."""
        self._next()  # the stream starts
        if isinstance(self._next(), StreamEndEvent):
            return None
        content = self._value(self._next(), (), 0)
        self._next()  # the document ends
        end = self._next()
        if not isinstance(end, StreamEndEvent):
            self._refuse(problem.TWO_DOCUMENTS, end)
        return content

    def _next(self) -> Any:
        return self._parser.get_event()

    def _value(self, event: Any, path: tuple[object, ...], depth: int) -> Any:
        self.lines[pointer_of(path)] = event.start_mark.line + 1
        if depth > MOST_LEVELS:
            self._refuse(problem.TOO_DEEP, event, limit=MOST_LEVELS)
        if event.anchor is not None:
            self._refuse(problem.ALIAS, event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if event.tag not in COLLECTIONS:
            self._refuse(problem.TAG, event, tag=event.tag.removeprefix(PREFIX))
        if isinstance(event, SequenceStartEvent):
            return list(self._items(path, depth))
        return dict(self._pairs(path, depth))

    def _items(self, path: tuple[object, ...], depth: int) -> Iterator[Any]:
        for index in itertools.count():
            event = self._next()
            if isinstance(event, SequenceEndEvent):
                return
            yield self._value(event, (*path, index), depth + 1)

    def _pairs(self, path: tuple[object, ...], depth: int) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        while not isinstance(event := self._next(), MappingEndEvent):
            if not isinstance(event, ScalarEvent) or event.anchor is not None:
                self._refuse(problem.KEY_NOT_TEXT, event)
            key: str = event.value  # `2024:` or `no:` is a key like any other
            if key in seen:
                self._refuse(problem.KEY_TWICE, event, key=key)
            seen.add(key)
            value = self._value(self._next(), (*path, key), depth + 1)
            self.lines[pointer_of((*path, key))] = event.start_mark.line + 1
            yield key, value

    def _scalar(self, event: ScalarEvent) -> Any:
        text: str = event.value
        tag = event.tag
        if tag in {None, "!"}:
            tag = self._parser.resolve(ScalarNode, text, event.implicit)
        if tag == TEXT:
            return text
        if tag == NULL:
            return None
        if tag == BOOL and text.lower() in {"true", "false"}:
            return text.lower() == "true"
        if tag == INT and WHOLE.fullmatch(text):
            return int(text)
        if tag == FLOAT and NUMBER.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        return self._refuse(problem.TAG, event, tag=tag.removeprefix(PREFIX))

    def _refuse(self, finding: Finding, event: Any, **params: Any) -> Any:
        raise Refused(at(finding, self.file, event.start_mark.line + 1, **params))
