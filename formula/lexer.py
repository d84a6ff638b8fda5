"""From source to tokens: one regular expression, once over the source.

A character that begins no token ends the list with a `BAD` token; the parser reports whatever
goes wrong first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

NUMBER, NAME, TEXT, SIGN, END, BAD = "number", "name", "text", "sign", "end", "bad"

_BLANK = r"[\s\u200b\ufeff]*"
_SKIP = rf"(?>{_BLANK}(?>/\*[\s\S]*?\*/{_BLANK})*)"
_TOKEN = re.compile(
    rf"""{_SKIP}(?:
    (?P<{NUMBER}>[0-9]+(?:\.[0-9]+)?)
    |(?P<{NAME}>[A-Za-z_$][A-Za-z0-9_$:.\#]*)
    |(?P<{TEXT}>"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<{SIGN}>\|\||&&|==|<>|!=|<=|>=|[-+*/^&=<>!(),])
    |(?P<{END}>\Z)
    |(?P<{BAD}>[\s\S])
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens as parallel lists; the last is `END` or `BAD`."""

    kinds: list[str]
    texts: list[str]
    starts: list[int]
    ends: list[int]


def tokens_of(source: str) -> Tokens:
    """Cut a source into tokens."""
    kinds: list[str] = []
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(source):
        kind = match.lastgroup or END
        start, end = match.span(kind)
        kinds.append(kind)
        texts.append(match[kind])
        starts.append(start)
        ends.append(end)
        if kind == BAD:
            break
    return Tokens(kinds, texts, starts, ends)
