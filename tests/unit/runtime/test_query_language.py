"""The query language: what parses, what is refused, and that nothing else ever happens."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime import QueryInvalid, read_body, read_query
from runtime.inquiry.period import is_period, period_of

WORDS = (
    "SELECT", "FROM", "WHERE", "GROUP BY", "ROLLUP", "HAVING", "ORDER BY", "NULLS FIRST", "LIMIT",
    "AS", "IN", "NOT", "LIKE", "AND", "OR", "(", ")", ",", "*", "=", "<>", "-", "+", "'x'", '"',
    ":p", "1", "2024-02-30", "2024-01-01", "2024-01-01T00:00:00Z", "account", "name", "a.b.c",
    "COUNT", "SUM", "TODAY", "LAST_N_DAYS:9999", "FIELDS(ALL)", "/*", "*/", "。", "\x00",
)  # fmt: skip
TODAY = date(2026, 3, 4)


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_words_are_a_query_or_an_error(words: list[str]) -> None:
    try:
        read_query("SELECT " + " ".join(words))
    except QueryInvalid as refused:
        assert all(each.code.startswith("query.") for each in refused.errors)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["from", "select", "as", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
MEMBERS = ("query", "from", "select", "where", "group_by", "rollup", "having", "order_by",
           "limit", "params", "cursor", "count", "other")  # fmt: skip


@given(st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=6))
def test_any_json_is_a_query_or_an_error(body: dict[str, Any]) -> None:
    try:
        read_body(body)
    except QueryInvalid as refused:
        assert all(each.pointer is not None for each in refused.errors)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "query.syntax"),
        ("SELECT id FROM a WHERE " + "(" * 300 + "1" + ")" * 300, None),
        ("SELECT id FROM a WHERE " + "NOT " * 300 + "b", "query.too_deep"),
        ("SELECT id FROM a WHERE " + "IF(" * 200 + "b", "query.syntax"),
        ("SELECT id FROM a WHERE b IN (" + ",".join("1" * 4100) + ")", "query.too_complex"),
        ("SELECT id FROM a WHERE " + "x" * 20_001, "query.too_long"),
        ("SELECT id FROM a WHERE b = '\ud800'", "query.bad_character"),
        ("SELECT id FROM a WHERE " + "id IN (SELECT id FROM a WHERE " * 100 + "b" + ")" * 100,
         "query.too_deep"),
    ],
)  # fmt: skip
def test_size_is_bounded(text: str, code: str | None) -> None:
    if code is None:
        read_query(text)
        return
    with pytest.raises(QueryInvalid) as caught:
        read_query(text)
    assert [each.code for each in caught.value.errors] == [code]


def test_keywords_are_names_where_they_cannot_be_keywords() -> None:
    found = read_query("SELECT a.from, limit LIKE 'x' AS select FROM order")
    assert found.object == "order"
    assert len(found.items) == 2


def test_layout_and_case_do_not_matter() -> None:
    assert read_query("select id from account where a in (1,2) order by b desc") == read_query(
        "SELECT id\nFROM account /* all */ WHERE a IN (1, 2)\n ORDER  BY b DESC"
    )


@pytest.mark.parametrize(
    ("word", "first", "end"),
    [
        ("TODAY", "2026-03-04", "2026-03-05"),
        ("yesterday", "2026-03-03", "2026-03-04"),
        ("TOMORROW", "2026-03-05", "2026-03-06"),
        ("THIS_WEEK", "2026-03-02", "2026-03-09"),
        ("LAST_WEEK", "2026-02-23", "2026-03-02"),
        ("NEXT_MONTH", "2026-04-01", "2026-05-01"),
        ("LAST_QUARTER", "2025-10-01", "2026-01-01"),
        ("THIS_FISCAL_QUARTER", "2026-01-01", "2026-04-01"),
        ("NEXT_YEAR", "2027-01-01", "2028-01-01"),
        ("LAST_90_DAYS", "2025-12-04", "2026-03-05"),
        ("NEXT_90_DAYS", "2026-03-05", "2026-06-03"),
        ("LAST_N_DAYS:30", "2026-02-02", "2026-03-05"),
        ("NEXT_N_DAYS:1", "2026-03-05", "2026-03-06"),
        ("LAST_N_WEEKS:2", "2026-02-16", "2026-03-02"),
        ("LAST_N_MONTHS:14", "2025-01-01", "2026-03-01"),
        ("NEXT_N_QUARTERS:2", "2026-04-01", "2026-10-01"),
        ("LAST_N_FISCAL_YEARS:1", "2025-01-01", "2026-01-01"),
        ("N_DAYS_AGO:3", "2026-03-01", "2026-03-02"),
        ("N_MONTHS_AGO:1", "2026-02-01", "2026-03-01"),
    ],
)
def test_periods_are_these_days(word: str, first: str, end: str) -> None:
    assert period_of(word, TODAY) == (date.fromisoformat(first), date.fromisoformat(end))


def test_other_words_are_no_periods() -> None:
    others = ("LAST_N_DAYS", "LAST_N_DAYS:", "LAST_N_DAYS:-1", "THIS_DAY", "LAST_N_DAYS:99999")
    assert [each for each in others if is_period(each)] == []
