"""From source to words, in one pass: the lexer the parser uses while nothing is wrong.

Lark's contextual lexer asks one pattern after another and counts lines. This one asks a single
pattern and remembers only whether an operand came before, which is all the context there is. It
may be lax about what cannot stand where it stands: the parser refuses that, and then the
contextual lexer reads the source again to say what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark.lexer import Lexer

_NAME = r"[A-Za-z_$][A-Za-z0-9_$:.#]*"
_WORD = re.compile(
    rf"""(?:[\s\u200b\ufeff]+|/\*[\s\S]*?\*/)*
    (?:({_NAME})
    |([0-9]+(?:\.[0-9]+)?|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(\()
    |(\))
    |(,)
    |(\|\||&&|==|<>|!=|<=|>=|[-=<>&*/^+!])
    |\Z
    |([\s\S]))""",
    re.VERBOSE,
)
_NAMED, _LITERAL, _OPENING, _CLOSING, _COMMA, _SIGN, _UNREADABLE = range(1, 8)
_INFIX_NAMES = frozenset({"and", "or"})
_PREFIXES = {"+": "SIGN", "-": "SIGN", "!": "NOT"}
_TYPES = {_LITERAL: "OPERAND", _CLOSING: "RPAR", _COMMA: "COMMA", _UNREADABLE: "UNREADABLE"}


class Word:
    """A token as the parser wants it. It stands on no line: positions are enough."""

    __slots__ = ("end_pos", "start_pos", "type", "value")
    line = column = end_line = end_column = None

    def __init__(self, type: str, value: str, start_pos: int, end_pos: int) -> None:
        self.type = type
        self.value = value
        self.start_pos = start_pos
        self.end_pos = end_pos


class WordLexer(Lexer):
    """The lexer as Lark takes one."""

    def __init__(self, _configuration: object) -> None:
        pass

    def lex(self, source: str) -> Iterator[Word]:  # type: ignore[override]
        """Return the words of a source."""
        words: list[Word] = []
        add = words.append
        last = 0
        is_after = False  # Whether an operand came before, so that an operator has to follow.
        for match in _WORD.finditer(source):
            kind = match.lastindex
            if kind is None:  # the end
                break
            value = match[kind]
            start, end = match.span(kind)
            if kind == _NAMED:
                type_ = "OPERAND"
                if is_after and value.lower() in _INFIX_NAMES:
                    type_ = "INFIX"
                elif value.lower() == "not":
                    type_ = "NOT"
                is_after = type_ == "OPERAND"
            elif kind == _OPENING:
                type_ = "LPAR"
                if is_after and last == _NAMED:
                    words[-1].type = "FUNCTION"
                is_after = False
            elif kind == _SIGN:
                is_infix = is_after and value != "!"
                type_ = "INFIX" if is_infix else _PREFIXES.get(value, "INFIX")
                is_after = False
            else:
                type_ = _TYPES[kind]
                is_after = kind != _COMMA
            last = kind
            add(Word(type_, value, start, end))
        return iter(words)
