"""How well a value answers a query, and where: decided on the value itself, for both databases.

The tokens in the database only propose records. Here every term is looked for in the text as it
is now, in fields the caller may read, so neither a cut token nor one left behind by mistake shows
anything wrong.
"""

from __future__ import annotations

import enum
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from metadata import SearchForm
from runtime.search.text import Folded, Pinyin, Run, spoken
from runtime.search.token import Term, read_value, word_starts

Range = tuple[int, int]
"""Start and end in characters (code points) of the text."""

WHOLE, START, INSIDE = 100, 60, 40
COVERAGE = 20
"""Points for a match that covers the whole text; shorter texts are meant more likely."""


class Tier(enum.IntEnum):
    """How a term was found. Results of a better tier come first, whatever their weight."""

    PINYIN = 1
    PREFIX = 2
    EXACT = 3


@dataclass(frozen=True, slots=True)
class Match:
    """A term found in a value, best place first in rank: tier, points, and where."""

    tier: Tier
    points: int
    start: int
    end: int

    @property
    def rank(self) -> tuple[int, int]:
        """Return what decides between matches."""
        return self.tier, self.points


@dataclass(frozen=True, slots=True)
class SearchedField:
    """A field that is searched: how its values are read and what a match in it weighs."""

    name: str
    form: SearchForm
    weight: int


@dataclass(frozen=True, slots=True)
class Answer:
    """How well a record answers a query: its rank, and by field where the terms were found."""

    tier: int
    points: int
    ranges: Mapping[str, tuple[Range, ...]]


def answer(
    values: Mapping[str, str | None], fields: Sequence[SearchedField], terms: Sequence[Term]
) -> Answer | None:
    """Return how well a record's values answer; None if a term is in none of them.

    The worst term decides about the tier. A term counts where it weighs most and is shown
    wherever it stands.
    """
    texts = [(field, read_value(values[field.name] or "", field.form)) for field in fields]
    tier, points = int(Tier.EXACT), 0
    ranges: dict[str, set[Range]] = {}
    for term in terms:
        best = (0, 0)
        for field, text in texts:
            match = find(term, text, with_pinyin=field.form == "text")
            if match is not None:
                best = max(best, (match.tier, match.points * field.weight))
                ranges.setdefault(field.name, set()).add(text.place(match.start, match.end))
        if not best[0]:
            return None
        tier, points = min(tier, best[0]), points + best[1]
    return Answer(tier, points, {name: _merged(each) for name, each in ranges.items()})


def _merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def find(term: Term, text: Folded, *, with_pinyin: bool) -> Match | None:
    """Return the best place of a term in a value."""
    if term.kind == "unspaced":
        start = text.text.find(term.text)
        return None if start < 0 else _made(Tier.EXACT, text, start, start + len(term.text))
    found = list(_in_words(term, text))
    if not found and with_pinyin and term.is_spoken:
        found = [_made(Tier.PINYIN, text, *place) for place in _in_pinyin(term.text, text.runs)]
    return max(found, key=lambda each: each.rank, default=None)


def _in_words(term: Term, text: Folded) -> Iterator[Match]:
    for run in text.runs:
        if run.kind != "word" or term.text not in run.text:
            continue
        for start in word_starts(run.text):
            if run.text.startswith(term.text, start):
                is_whole = len(run.text) == len(term.text)
                begin = run.start + start
                tier = Tier.EXACT if is_whole else Tier.PREFIX
                yield _made(tier, text, begin, begin + len(term.text))


def _in_pinyin(letters: str, runs: Iterable[Run]) -> Iterator[Range]:
    """Yield where characters are read as `letters`, in full or by their initials."""
    for run in runs:
        for begin, pinyin in spoken(run):
            for start, end in _covered(letters, pinyin):
                yield begin + start, begin + end


def _covered(letters: str, pinyin: Pinyin) -> Iterator[Range]:
    """Yield the characters that `letters` spells."""
    count = len(letters)
    if letters in pinyin.full:
        for start, place in enumerate(pinyin.starts[:-1]):
            if pinyin.full.startswith(letters, place):
                yield start, bisect_left(pinyin.starts, place + count)
    place = pinyin.initials.find(letters) if count > 1 else -1
    while place >= 0:
        yield place, place + count
        place = pinyin.initials.find(letters, place + 1)


def _made(tier: Tier, text: Folded, start: int, end: int) -> Match:
    length = len(text.text)
    is_whole = end - start == length
    points = WHOLE if is_whole else START if start == 0 else INSIDE
    return Match(tier, points + COVERAGE * (end - start) // length, start, end)
