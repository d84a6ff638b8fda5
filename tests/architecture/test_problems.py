"""Codes are permanent, documented, and spoken in both languages with the same parts."""

from __future__ import annotations

import importlib
import re
from collections import Counter, defaultdict

from paas.kernel import problems
from tests.architecture import catalogue, source

CODE = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")
PART = re.compile(r"{(\w+)")
RELEASED = source.ROOT / "tests" / "architecture" / "released_codes.txt"


def test_the_page_is_in_step() -> None:
    assert catalogue.PAGE.read_text(encoding="utf-8") == catalogue.render(), "run `make docs`"


def test_codes_are_well_formed() -> None:
    codes = [each.code for each in (*catalogue.problems(), *catalogue.findings())]
    assert [code for code in codes if not CODE.match(code)] == []


def test_a_problem_code_belongs_to_one_class() -> None:
    counts = Counter(each.code for each in catalogue.problems())
    assert [code for code, count in counts.items() if count > 1] == []


def test_a_finding_code_says_one_thing() -> None:
    meanings = defaultdict(set)
    for each in catalogue.findings():
        meanings[each.code].add((each.zh, each.en))
    assert [code for code, sentences in meanings.items() if len(sentences) > 1] == []


def test_sentences_exist_in_both_languages_with_the_same_parts() -> None:
    uneven = [
        each.code
        for each in (*catalogue.problems(), *catalogue.findings())
        if not each.zh or not each.en or set(PART.findall(each.zh)) != set(PART.findall(each.en))
    ]
    assert uneven == []


def test_every_problem_has_a_title() -> None:
    assert [each.code for each in catalogue.problems() if not each.title] == []


def test_every_problem_at_run_time_is_on_the_page() -> None:
    for name, _file in source.modules():
        if ".migrations" not in name and not name.endswith("__main__"):
            importlib.import_module(name)
    ours = {each.code for each in problems() if each.__module__.split(".")[0] in source.PACKAGES}
    assert ours == {each.code for each in catalogue.problems()}


def test_released_codes_still_exist() -> None:
    released = set(RELEASED.read_text(encoding="utf-8").split())
    now = {each.code for each in (*catalogue.problems(), *catalogue.findings())}
    assert released - now == set()
