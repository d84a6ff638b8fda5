"""The quick lexer and Lark's own read the same language."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import UnexpectedInput

from formula.parser import _lark
from formula.words import WordLexer
from tests.unit.formula import generated

PIECES = (
    *("a", "AND", "or", "not", "NOT(", "(", ")", ",", "+", "-", "*", "/", "=", "==", "!=", "!"),
    *("&&", "||", "&", "|", "<", "<=", "<>", "^", "1", "1.5", "1e5", ".", "'x'", '"y"', "'", '"'),
    *(
        "f(",
        "AND(",
        "/*c*/",
        "/*",
        "中",
        "（",
        "NULL",
        "true",
        "$User.Name",
        "and(",
        "\n",
        "\u200b",
    ),
    *("\u200b", "#", "\\", "'a\\'b'", "notes", "order", "a and", "or(", "\ufeff", "a.b", "$", "_"),
)
soup = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "])).map("".join), max_size=9
).map("".join)


def read(lexer: Any, source: str) -> str | None:
    try:
        return repr(_lark(lexer).parse(source))
    except UnexpectedInput:
        return None


@given(soup | st.text(max_size=12) | generated.expressions())
def test_both_lexers_accept_the_same_and_read_the_same(source: str) -> None:
    assert read(WordLexer, source) == read("contextual", source)


@pytest.mark.parametrize(
    ("source", "accepted"),
    [
        ("a and(b)", True),
        ("AND (a, b)", True),
        ("f /* why */ (1)", True),
        ("not a or not(b)", True),
        ("'a' (1)", False),
        ("(a)(b)", False),
        ("a ! b", False),
        ("a not b", False),
        ("and", True),
        ("1 and or", True),
        ("", False),
    ],
)
def test_words_are_told_by_where_they_stand(source: str, accepted: bool) -> None:
    assert (read(WordLexer, source) is not None) is accepted
    assert (read("contextual", source) is not None) is accepted
