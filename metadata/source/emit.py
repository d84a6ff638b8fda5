"""Writing YAML: the same values always give the same bytes.

Keys stay in the order given. The items of lists that an object's file keeps short (`INLINE`) stand
on one line each while they fit.
"""

from __future__ import annotations

import io
import re
from typing import Any

from yaml.emitter import Emitter
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.serializer import Serializer

from metadata.source.yaml import BOOL, FLOAT, INT, NULL, PREFIX, TEXT, Resolver

WIDEST_LINE = 160
"""An item that would be longer is spread over several lines."""

UNBROKEN = 1_000_000
ODD_BREAKS = re.compile("[\r\x85\u2028\u2029\ufeff]")
"""Characters that reading would take for line breaks or leave out, unless they are escaped."""


class Dumper(Emitter, Serializer, Resolver):
    """Writes nodes."""

    def __init__(self, stream: io.StringIO) -> None:
        Emitter.__init__(self, stream, allow_unicode=True, width=UNBROKEN, indent=2)
        Serializer.__init__(self)
        Resolver.__init__(self)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indent lists under their key."""
        super().increase_indent(flow=flow, indentless=False)


def to_yaml(value: Any, *, inline: frozenset[str] = frozenset()) -> str:
    """Return `value` as YAML; items of the lists named in `inline` stand on one line each."""
    return _text(_node(value, flow=False, inline=inline))


def _text(node: Node) -> str:
    stream = io.StringIO()
    dumper = Dumper(stream)
    dumper.open()
    dumper.serialize(node)
    dumper.close()
    return stream.getvalue().removesuffix("...\n")


def _node(value: Any, *, flow: bool, inline: frozenset[str] = frozenset()) -> Node:
    if isinstance(value, dict):
        pairs = [
            (_scalar(key), _member(key, each, flow=flow, inline=inline))
            for key, each in value.items()
        ]
        return MappingNode(PREFIX + "map", pairs, flow_style=flow or not value)
    if isinstance(value, list | tuple):
        items = [_node(each, flow=flow, inline=inline) for each in value]
        is_short = flow or not value or _is_short(value)
        if is_short and not flow:
            items = [_node(each, flow=True) for each in value]
        return SequenceNode(PREFIX + "seq", items, flow_style=is_short)
    return _scalar(value)


def _member(key: str, value: Any, *, flow: bool, inline: frozenset[str]) -> Node:
    if flow or key not in inline or not isinstance(value, list):
        return _node(value, flow=flow, inline=inline)
    items = [_one_line(each) or _node(each, flow=False, inline=inline) for each in value]
    return SequenceNode(PREFIX + "seq", items, flow_style=False)


def _one_line(value: Any) -> Node | None:
    node = _node(value, flow=True)
    text = _text(node)
    return node if len(text) <= WIDEST_LINE and text.count("\n") == 1 else None


def _is_short(values: list[Any] | tuple[Any, ...]) -> bool:
    """Tell whether a list of plain words fits on a line."""
    is_plain = all(isinstance(each, str | int | float | bool) for each in values)
    return is_plain and sum(len(str(each)) + 2 for each in values) <= WIDEST_LINE // 2


def _scalar(value: Any) -> ScalarNode:
    if value is None:
        return ScalarNode(NULL, "null")
    if isinstance(value, bool):
        return ScalarNode(BOOL, "true" if value else "false")
    if isinstance(value, int):
        return ScalarNode(INT, str(value))
    if isinstance(value, float):
        return ScalarNode(FLOAT, repr(value))
    text = str(value)
    if ODD_BREAKS.search(text):
        return ScalarNode(TEXT, text, style='"')
    return ScalarNode(TEXT, text, style="|" if "\n" in text else None)
