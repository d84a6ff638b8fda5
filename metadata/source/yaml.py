"""YAML, the small part of it that descriptions use: mappings, lists and plain values.

Scalars follow the core schema of YAML 1.2, so `no` and `12:30` are text. Anchors, aliases and tags
are refused: nothing here needs them, and they let a short file grow without end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml as library
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError
from yaml.resolver import BaseResolver

from metadata.document import pointer_of
from metadata.source import problem
from paas.kernel import Finding, Violation

LARGEST_FILE = 4_000_000
MOST_LEVELS = 40

PREFIX = "tag:yaml.org,2002:"
NULL, BOOL, INT, FLOAT, TEXT = (PREFIX + name for name in ("null", "bool", "int", "float", "str"))
COLLECTIONS = {PREFIX + "map", PREFIX + "seq"}


class Resolver(BaseResolver):
    """Tells text from other scalars, for reading and writing alike."""


for tag, pattern, first in (
    (NULL, r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    (BOOL, r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    (INT, r"[-+]?[0-9]+", list("-+0123456789")),
    (FLOAT, r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    Resolver.add_implicit_resolver(tag, re.compile(f"^(?:{pattern})$"), first)


try:  # libyaml where the wheel has it: ten times as fast
    from yaml._yaml import CParser as _Parser
except ImportError:
    from metadata.source.composer import PythonParser as _Parser  # type: ignore[assignment]


class Loader(_Parser, Resolver):
    """Reads a file into nodes that know their lines."""

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
        _refuse_aliases(text, file)
        node = Loader(text).get_single_node()
        reading = _Reading(file)
        content = reading.value(node, (), 0) if node is not None else None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Refused(at(problem.SYNTAX, file, line, reason=error.reason)) from None
    except library.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Refused(at(problem.SYNTAX, file, line, reason=error.problem or "?")) from None
    except RecursionError:
        raise Refused(at(problem.TOO_DEEP, file, 1, limit=MOST_LEVELS)) from None
    return Source(file, content, reading.lines)


def _refuse_aliases(text: str, file: str) -> None:
    if "&" not in text and "*" not in text:
        return
    parser: Any = Loader(text)
    while parser.check_event():
        event = parser.get_event()
        if getattr(event, "anchor", None) is not None:
            raise Refused(at(problem.ALIAS, file, event.start_mark.line + 1))


class _Reading:
    """Turns nodes into values, noting lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}

    def value(self, node: Node, path: tuple[object, ...], depth: int) -> Any:
        self.lines[pointer_of(path)] = node.start_mark.line + 1
        if depth > MOST_LEVELS:
            self._refuse(problem.TOO_DEEP, node, limit=MOST_LEVELS)
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if node.tag not in COLLECTIONS:
            self._refuse(problem.TAG, node, tag=node.tag.removeprefix(PREFIX))
        if isinstance(node, SequenceNode):
            return [self.value(each, (*path, i), depth + 1) for i, each in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return dict(self._pairs(node, path, depth))

    def _pairs(
        self, node: MappingNode, path: tuple[object, ...], depth: int
    ) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._refuse(problem.KEY_NOT_TEXT, key_node)
            key: str = key_node.value  # `2024:` or `no:` is a key like any other
            if key in seen:
                self._refuse(problem.KEY_TWICE, key_node, key=key)
            seen.add(key)
            value = self.value(value_node, (*path, key), depth + 1)
            self.lines[pointer_of((*path, key))] = key_node.start_mark.line + 1
            yield key, value

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        if node.tag == TEXT:
            return text
        if node.tag == NULL:
            return None
        if node.tag == BOOL:
            return text.lower() == "true"
        if node.tag == INT and len(text) <= 40:
            return int(text)
        if node.tag == FLOAT and math.isfinite(float(text)):
            return float(text)
        return self._refuse(problem.TAG, node, tag=node.tag.removeprefix(PREFIX))

    def _refuse(self, finding: Finding, node: Node, **params: Any) -> Any:
        raise Refused(at(finding, self.file, node.start_mark.line + 1, **params))
