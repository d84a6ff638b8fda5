"""What values are found by, and what is not mistaken for it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from metadata import SearchForm
from runtime.search.match import SearchedField, Tier, answer
from runtime.search.text import HAN, fold, spoken, syllables_of
from runtime.search.token import LAST, MOST_TOKENS, VERSION, terms_of, tokens_of

PACK = Path(__file__).resolve().parents[4] / "seeds" / "crm" / "data"
NAME = "重庆长安汽车ＡＢＣ-12（中国）有限公司"


def proposes(value: str, query: str, form: SearchForm = "text") -> bool:
    """Tell whether the tokens of a value propose it to a query."""
    tokens = tokens_of(value, form)
    return all(
        any(low <= token < low + LAST for token in tokens for low in term.probes)
        for term in terms_of(query)
    )


def found(value: str, query: str, form: SearchForm = "text") -> tuple[Tier, list[str]] | None:
    """Return how a value answers a query, and the pieces of it that do."""
    assert terms_of(query)
    field = SearchedField("value", form, 1)
    answered = answer({"value": value}, [field], terms_of(query))
    if answered is None:
        return None
    assert proposes(value, query, form)
    ranges = answered.ranges["value"]
    return Tier(answered.tier), [value[start:end] for start, end in ranges]


@pytest.mark.parametrize(
    ("query", "tier", "pieces"),
    [
        ("长安", Tier.EXACT, ["长安"]),
        ("司", Tier.EXACT, ["司"]),
        ("重庆长安汽车", Tier.EXACT, ["重庆长安汽车"]),
        ("中国 汽车", Tier.EXACT, ["汽车", "中国"]),
        ("abc", Tier.EXACT, ["ＡＢＣ"]),
        ("ＡＢ", Tier.PREFIX, ["ＡＢ"]),
        ("ABC-12", Tier.EXACT, ["ＡＢＣ", "12"]),
        ("１", Tier.PREFIX, ["1"]),
        ("chongqing", Tier.PINYIN, ["重庆"]),
        ("changanq", Tier.PINYIN, ["长安汽"]),
        ("zhongguo", Tier.PINYIN, ["中国"]),
        ("ZG", Tier.PINYIN, ["中国"]),
        ("yxgs", Tier.PINYIN, ["有限公司"]),
        ("qiche zg", Tier.PINYIN, ["汽车", "中国"]),
        ("汽车 gongsi", Tier.PINYIN, ["汽车", "公司"]),
    ],
)
def test_a_name_is_found_by(query: str, tier: Tier, pieces: list[str]) -> None:
    assert found(NAME, query) == (tier, pieces)


@pytest.mark.parametrize(
    "query", ["庆安", "国有", "bc", "zhongqing", "uo", "ongqing", "abcd", "zgyxgs"]
)
def test_a_name_is_not_found_by(query: str) -> None:
    assert found(NAME, query) is None


@pytest.mark.parametrize(
    ("form", "value", "query", "pieces"),
    [
        ("text", "Zhang.San@example.com.cn", "san@exam", ["San", "exam"]),
        ("text", "Zhang.San@example.com.cn", "zhang.san@example.com.cn",
         ["Zhang", "San", "example", "com", "cn"]),
        ("text", "https://www.example.com/a_b", "example", ["example"]),
        ("text", "Crème brûlée", "creme brulee", ["Crème", "brûlée"]),
        ("text", "STRASSE", "straße", ["STRASSE"]),
        ("text", "ｶﾞﾗｽ工業", "ガラス", ["ｶﾞﾗｽ"]),
        ("text", "91310000MA1K35XJ8T", "35xj", ["35XJ"]),
        ("text", "订单20260304001", "304001", ["304001"]),
        ("digits", "+86 138-1234-5678", "13812345678", ["138-1234-5678"]),
        ("digits", "+86 138-1234-5678", "138 1234", ["138", "1234"]),
        ("digits", "+86 138-1234-5678", "5678", ["5678"]),
        ("digits", "021-55550000转8001", "8001", ["8001"]),
        ("digits", "０２１－５５５５００００", "0215555", ["０２１－５５５５"]),
        ("long", "第一次拜访，客户要求试用", "试用", ["试用"]),
    ],
)  # fmt: skip
def test_parts_of_a_value_are_found(
    form: SearchForm, value: str, query: str, pieces: list[str]
) -> None:
    answered = found(value, query, form)
    assert answered is not None
    assert answered[1] == pieces


def test_long_texts_have_no_pinyin() -> None:
    assert found("客户要求试用", "shiyong", "long") is None


def test_a_query_without_letters_or_digits_asks_for_nothing() -> None:
    assert [terms_of(text) for text in ("", "  ", "，。（）", "\x00", "\ud800")] == [()] * 5


def test_a_value_has_a_bounded_number_of_tokens() -> None:
    text = "".join(chr(0x4E00 + index) for index in range(5000))
    assert len(tokens_of(text, "text")) == MOST_TOKENS


HAN_TEXT = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1)
ANY_TEXT = st.text(max_size=60)


@given(HAN_TEXT.filter(lambda text: len(text) <= 100))
def test_every_one_or_two_characters_of_a_chinese_text_are_found(text: str) -> None:
    for start in range(len(text)):
        for piece in {text[start : start + 1], text[start : start + 2]}:
            answered = found(text, piece)
            assert answered is not None
            assert answered[1] == [piece]


@given(HAN_TEXT.filter(lambda text: len(text) <= 30), st.data())
def test_every_reading_and_every_initials_of_a_chinese_text_are_found(
    text: str, data: st.DataObject
) -> None:
    syllables = syllables_of(text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    read = syllables[start:end]
    if all(each.isascii() and each.isalpha() for each in read):
        assert found(text, "".join(read)) is not None
        if len(read) > 1:
            assert found(text, "".join(each[0] for each in read)) is not None


@given(ANY_TEXT)
def test_any_text_finds_itself_by_each_of_its_words(text: str) -> None:
    for run in fold(text).runs:
        query = run.text
        if terms_of(query):
            assert found(text, query) is not None


@given(ANY_TEXT, ANY_TEXT)
def test_what_answers_is_proposed_and_its_ranges_lie_inside(value: str, query: str) -> None:
    for form in ("text", "long", "digits"):
        answered = answer({"v": value}, [SearchedField("v", form, 1)], terms_of(query))
        if answered is not None:
            assert proposes(value, query, form)
            places = [place for each in answered.ranges.get("v", ()) for place in each]
            assert places == sorted(set(places))
            assert not places or 0 <= places[0] < places[-1] <= len(value)


def test_readings_are_those_of_pypinyin() -> None:
    names: list[str] = []
    for file, column in (("account", "accountName"), ("contact", "contactName")):
        with (PACK / f"{file}.csv").open(encoding="utf-8") as lines:
            names += [row[column] for row in csv.DictReader(lines)]
    runs = [run for name in names for run in fold(name).runs]
    pieces = [
        run.text[start - run.start : start - run.start + len(pinyin.initials)]
        for run in runs
        for start, pinyin in spoken(run)
    ]
    assert len(pieces) > 200
    assert {each: list(syllables_of(each)) for each in pieces} == {
        each: lazy_pinyin(each) for each in pieces
    }


def test_the_frozen_tokens_are_those_of_this_version() -> None:
    """Tokens that change without a new version would leave what is stored unfound."""
    assert (VERSION, sorted(tokens_of("上海A1公司", "text"))) == (
        1,
        [
            "1",
            "a1",
            "~gongsi",
            "~gs",
            "~hai",
            "~sh",
            "~shanghai",
            "~si",
            "上海",
            "公司",
            "司",
            "海",
        ],
    )
    assert HAN.startswith("\u3005")
