"""From generated source to a function that keeps no more than it needs.

A tenant keeps thousands of these functions. Of what the compiler makes of a source, the column of
every instruction takes as much as the instructions, and nobody will ever look at it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import CodeType, FunctionType
from typing import Any

_ON_THE_FIRST_LINE = 0x80 | 13 << 3
"""An entry of a line table: so many instructions, less one, on the same line, no column given."""
_PER_ENTRY = 8


def define(
    source: str, name: str, known: Mapping[str, Any], defaults: tuple[Any, ...] = ()
) -> Callable[..., Any]:
    """Return the one function that `source` defines.

    `known` are the globals it may use, `defaults` the values of its last parameters.
    """
    module = compile(source, name, "exec")
    code = next(each for each in module.co_consts if isinstance(each, CodeType))
    code = code.replace(
        co_linetable=_lines(len(code.co_code) // 2),
        co_consts=tuple([_shared(each) for each in code.co_consts]),
    )
    used = (*code.co_names, *_names_inside(code))
    needed = {name: known[name] for name in used if name in known}
    return FunctionType(code, needed, code.co_name, defaults)


def _names_inside(code: CodeType) -> list[str]:
    """Return the names that loops inside use, which are functions of their own."""
    names: list[str] = []
    waiting = [each for each in code.co_consts if isinstance(each, CodeType)]
    while waiting:
        inner = waiting.pop()
        names += inner.co_names
        waiting += [each for each in inner.co_consts if isinstance(each, CodeType)]
    return names


def _lines(count: int) -> bytes:
    full, rest = divmod(count, _PER_ENTRY)
    table = bytes((_ON_THE_FIRST_LINE | _PER_ENTRY - 1, 0)) * full
    return table + bytes((_ON_THE_FIRST_LINE | rest - 1, 0)) if rest else table


def _shared(constant: Any) -> Any:
    """Texts repeat from formula to formula: 审批通过."""
    return sys.intern(constant) if type(constant) is str else constant
