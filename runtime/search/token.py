"""The one tokenizer: what a value is found by, and what a query looks for.

Everything is found by its beginning, so a value leaves the rest of its text from each place on
where a match may begin: from every character of a script without spaces, from every word, from
each change between letters and digits, from every digit of a number. Pinyin, in full and by
initials, is marked so that it never takes the place of what was written. Tokens are cut short;
`runtime.search.match` looks at the whole text again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from metadata import SearchForm
from runtime.search.text import Folded, Pinyin, Run, digits_of, fold, part_starts, spoken

VERSION = 1
"""Counts up whenever tokens change: what was written with another version is written anew."""

UNSPACED = 6
WORD = 24
PINYIN = 12
"""Characters of a token."""
NUMBER = 5
"""From this many digits on, a number is also found by what stands inside it."""
INSIDE = 3
"""Digits that are left of a number where a match may begin last."""
MOST_TOKENS = 1000
"""Tokens of one value; what lies behind them is not found."""
MOST_TERMS = 8
SPOKEN = "~"
"""Begins tokens of pinyin; no word begins with it."""
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a query looks for: all of them must be found."""

    kind: str
    text: str

    @property
    def is_spoken(self) -> bool:
        """Tell whether the term may be pinyin."""
        return self.kind == "word" and self.text.isascii() and self.text.isalpha()

    @property
    def probes(self) -> tuple[str, ...]:
        """Return the beginnings of tokens that may belong to a match, the better ones first."""
        if self.kind == "unspaced":
            return (self.text[:UNSPACED],)
        written = self.text[:WORD]
        return (written, SPOKEN + self.text[:PINYIN]) if self.is_spoken else (written,)


@lru_cache(maxsize=1024)
def terms_of(query: str) -> tuple[Term, ...]:
    """Return what a query looks for; none if it has neither letters nor digits."""
    terms = dict.fromkeys(Term(run.kind, run.text) for run in fold(query).runs)
    return tuple(terms)[:MOST_TERMS]


def read_value(value: str, form: SearchForm) -> Folded:
    """Return a value as searches see it."""
    return digits_of(value) if form == "digits" else fold(value)


@lru_cache(maxsize=8192)
def tokens_of(value: str, form: SearchForm) -> frozenset[str]:
    """Return what a value is found by."""
    found: set[str] = set()
    for run in read_value(value, form).runs:
        for token in _tokens(run, with_pinyin=form == "text"):
            found.add(token)
            if len(found) >= MOST_TOKENS:
                return frozenset(found)
    return frozenset(found)


def _tokens(run: Run, *, with_pinyin: bool) -> Iterator[str]:
    if run.kind == "word":
        for start in word_starts(run.text):
            yield run.text[start : start + WORD]
        return
    for start in range(len(run.text)):
        yield run.text[start : start + UNSPACED]
    if with_pinyin:
        for _place, pinyin in spoken(run):
            yield from _spoken(pinyin)


def word_starts(word: str) -> Iterator[int]:
    """Yield the places inside a word where a match may begin."""
    starts = part_starts(word)
    for start, end in zip(starts, (*starts[1:], len(word)), strict=True):
        yield start
        if word[start].isdigit() and end - start >= NUMBER:
            yield from range(start + 1, end - INSIDE + 1)


def _spoken(pinyin: Pinyin) -> Iterator[str]:
    full, initials = pinyin.full, pinyin.initials
    for start, place in enumerate(pinyin.starts[:-1]):
        yield SPOKEN + full[place : place + PINYIN]
        if len(initials) - start > 1:
            yield SPOKEN + initials[start : start + PINYIN]
