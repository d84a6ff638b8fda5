"""The function reference is in step with the declarations, and complete in both languages."""

from __future__ import annotations

from formula import BUILT_IN, Category, Passing
from tests.architecture import formula_reference as reference


def test_the_pages_are_in_step() -> None:
    for path, text in reference.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_every_function_has_its_entry() -> None:
    for language in reference.PAGES:
        page = reference.render(language)
        assert [each.name for each in BUILT_IN if f"### {each.name}\n" not in page] == []


def test_every_category_and_null_rule_has_its_words() -> None:
    zh, en = (reference.WORDS[language] for language in reference.PAGES)
    assert zh.keys() == en.keys()
    assert {each.value for each in Category} - {"change"} <= zh.keys()
    assert set(reference.NULL_RULES) == set(Passing)
