"""Matching text with patterns, in linear time and within bounds."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

from formula.evaluation import BAD_REGEX, TEXT_TOO_LONG, Failure
from formula.function import Category, Function, declare, meaning
from formula.limits import MAX_MATCH, MAX_PATTERNS
from formula.meter import spend

_COMPILED = 100
"""Units of work per character of a pattern that may have to be compiled."""


@lru_cache(maxsize=MAX_PATTERNS)
def pattern(expression: str) -> Any:
    """Compile an RE2 expression; raises `Failure` if it is wrong."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(expression, options)
    except re2.error as error:
        raise Failure(BAD_REGEX) from error


def _measure(text: str, expression: str) -> None:
    work = len(text) * len(expression)
    if work > MAX_MATCH:
        raise Failure(TEXT_TOO_LONG)
    spend(work + _COMPILED * len(expression))


def _matches(text: str, expression: str) -> bool:
    _measure(text, expression)
    return pattern(expression).fullmatch(text) is not None


def _like(text: str, expression: str) -> bool:
    _measure(text, expression)
    parts = (".*" if c == "%" else "." if c == "_" else re2.escape(c) for c in expression)
    return pattern("(?s)" + "".join(parts)).fullmatch(text) is not None


MATCHING: tuple[Function, ...] = (
    declare(
        Category.TEXT,
        meaning(
            "REGEX(text: text, pattern: text) -> boolean", _matches, verify=pattern, spends=True
        ),
        zh="整个文本符合正则表达式（RE2 语法）时返回 TRUE。",
        en="TRUE if the whole text matches the regular expression (RE2 syntax).",
        examples=(("REGEX('867-5309', '[0-9]{3}-[0-9]{4}')", "TRUE"),),
    ),
    declare(
        Category.TEXT,
        meaning("LIKE(text: text, pattern: text) -> boolean", _like, spends=True),
        zh="文本符合通配模式时返回 TRUE：% 为任意多个字符，_ 为一个字符。",
        en="TRUE if the text matches a pattern where % is any characters and _ is one.",
        examples=(("LIKE('abcdef', 'a%e_')", "TRUE"),),
    ),
)
