"""The parser, which is written by hand, against the grammar in `grammar.lark`, run by Lark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark, Token, Transformer, UnexpectedInput

import formula
from formula import FormulaProblem
from formula.syntax import Apply, Chain, Constant, Name, Node, Unary
from tests.unit.formula import generated

CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
SPELLING = {"==": "=", "!=": "<>"}


class Builder(Transformer[Token, Any]):
    def number(self, parts: list[Token]) -> Node:
        return Constant(Decimal(parts[0]))

    def text(self, parts: list[Token]) -> Node:
        inside = str(parts[0])[1:-1]
        return Constant(re.sub(r"\\(.)", lambda found: ESCAPES.get(found[1], found[0]), inside))

    def name(self, parts: list[Token]) -> Node:
        word = str(parts[0])
        folded = word.casefold()
        return Constant(CONSTANTS[folded]) if folded in CONSTANTS else Name(word)

    def arguments(self, parts: list[Node]) -> list[Node]:
        return parts

    def apply(self, parts: list[Any]) -> Node:
        return Apply(str(parts[0]), tuple(parts[2]) if len(parts) == 4 else ())

    def bracket(self, parts: list[Any]) -> Node:
        inside = parts[1]
        return replace(inside, bracketed=True) if isinstance(inside, Chain) else inside

    def unary(self, parts: list[Any]) -> Node:
        sign, operand = parts
        return Unary("!" if sign.type == "NOT" else str(sign), operand)

    def binary(self, parts: list[Any]) -> Node:
        left, sign, right = parts
        return Chain(SPELLING.get(str(sign), str(sign)), (left, right))

    def disjunction(self, parts: list[Node]) -> Node:
        return self._chain("||", parts)

    def conjunction(self, parts: list[Node]) -> Node:
        return self._chain("&&", parts)

    def _chain(self, sign: str, parts: Sequence[Node]) -> Node:
        return parts[0] if len(parts) == 1 else Chain(sign, tuple(parts))


@cache
def lark() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", transformer=Builder())


def by_grammar(source: str) -> Any:
    try:
        return lark().parse(source)
    except UnexpectedInput:
        return None


def by_hand(source: str) -> Any:
    try:
        return formula.parse(source)
    except FormulaProblem:
        return None


PIECES = (
    *("a", "b.c", "$User.Name", "and", "OR", "not", "NOT", "true", "null", "f(", "if (", "1"),
    *("2.50", "'x'", '"y"', "'it\\'s'", "(", ")", "(", ")", ",", "+", "-", "*", "/", "^", "&"),
    *(
        "=",
        "==",
        "<>",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "&&",
        "||",
        "!",
        "/* c */",
        " ",
        "\n",
        "。",
        "1.",
    ),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_both_take_the_same_and_see_the_same(pieces: list[str]) -> None:
    for joint in ("", " "):
        source = joint.join(pieces)
        assert by_hand(source) == by_grammar(source), source


@given(generated.expressions())
def test_both_agree_on_formulas(source: str) -> None:
    assert by_hand(source) == by_grammar(source) is not None


@pytest.mark.parametrize(
    "source",
    [
        "a and b or not c",
        "and(a, b)",
        "a AND(b)",
        "not(a) = b",
        "-2^2",
        "2^3^2",
        "1and 2",
        "or + 1",
    ],
)
def test_words_are_operators_where_operators_may_stand(source: str) -> None:
    assert by_hand(source) == by_grammar(source) is not None
