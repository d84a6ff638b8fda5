"""Texts as searches see them: folded, cut into runs, Chinese characters with their pinyin.

Folding takes away what people do not type alike: width (NFKC), case and accents. Every folded
character knows where it came from, so that what was found can be shown in the text as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import Literal

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_UNSPACED = HAN + "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uac00-\ud7a3"
"""Scripts that write no spaces between words, or hardly any."""
_RUNS = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|(?P<word>[^\W_{_UNSPACED}]+)")
_HAN_RUNS = re.compile(rf"[{HAN}]+")
_PARTS = re.compile(r"\d+|\D+")

RunKind = Literal["unspaced", "word"]


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that belong together, from `start` of the folded text on."""

    kind: RunKind
    text: str
    start: int


@dataclass(frozen=True)
class Folded:
    """A folded text. `origin` has the place of each character in the text it was made from, and
    behind them the length of that text; None if they correspond one to one."""

    text: str
    origin: tuple[int, ...] | None = None

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Return the runs; whatever lies between them is never looked for."""
        return tuple(_runs(self.text))

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a piece of the folded text stands in the original."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


def _runs(text: str) -> Iterator[Run]:
    for found in _RUNS.finditer(text):
        kind: RunKind = "unspaced" if found.lastgroup == "unspaced" else "word"
        yield Run(kind, found[0], found.start())


def fold(text: str) -> Folded:
    """Return a text without the differences that searches overlook."""
    if text.isascii():
        return Folded(text.lower())
    pieces = [_fold_character(each) for each in text]
    folded = "".join(pieces)
    if len(folded) == len(text) and all(len(each) == 1 for each in pieces):
        return Folded(folded)
    origin = [index for index, piece in enumerate(pieces) for _ in piece]
    return Folded(folded, (*origin, len(text)))


@lru_cache(maxsize=65_536)
def _fold_character(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    plain = "".join(each for each in parts if unicodedata.category(each) != "Mn")
    return unicodedata.normalize("NFC", plain).casefold()


def digits_of(text: str) -> Folded:
    """Return the digits of a text alone, however people group them."""
    folded = fold(text)
    places = [index for index, each in enumerate(folded.text) if each.isascii() and each.isdigit()]
    origin = folded.origin
    kept = places if origin is None else [origin[index] for index in places]
    return Folded("".join(folded.text[index] for index in places), (*kept, len(text)))


def part_starts(word: str) -> tuple[int, ...]:
    """Return where letters and digits take turns in a word; its beginning is the first."""
    if word.isalpha() or word.isdigit():
        return (0,)
    return tuple(found.start() for found in _PARTS.finditer(word))


# ---------------------------------------------------------------- pinyin


@dataclass(frozen=True, slots=True)
class Pinyin:
    """How Chinese characters are read, without tones: all in one, by initials, and where each
    character begins, with the end behind them."""

    full: str
    initials: str
    starts: tuple[int, ...]


def spoken(run: Run) -> Iterator[tuple[int, Pinyin]]:
    """Yield the Chinese parts of a run: where they begin, and how they are read."""
    if run.kind == "unspaced":
        for found in _HAN_RUNS.finditer(run.text):
            yield run.start + found.start(), pinyin_of(found[0])


@lru_cache(maxsize=16_384)
def pinyin_of(characters: str) -> Pinyin:
    """Return how characters are read."""
    syllables = syllables_of(characters)
    starts = tuple(accumulate(map(len, syllables), initial=0))
    return Pinyin("".join(syllables), "".join(each[:1] or " " for each in syllables), starts)


def syllables_of(characters: str) -> tuple[str, ...]:
    """Return the reading of each character; words with readings of their own are known.

    The longest known word at each place is taken, which is what pypinyin does, without its cost.
    """
    book = _book()
    found: list[str] = []
    index = 0
    while index < len(characters):
        longest = book.longest.get(characters[index], 1)
        for length in range(min(longest, len(characters) - index), 1, -1):
            word = book.phrases.get(characters[index : index + length])
            if word is not None and len(word) == length:
                found += (_plain(readings[0]) for readings in word)
                index += length
                break
        else:
            found.append(_single(characters[index]))
            index += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Book:
    """Pypinyin's words, and the length of the longest one that begins with a character."""

    phrases: Mapping[str, Sequence[Sequence[str]]]
    characters: Mapping[int, str]
    longest: Mapping[str, int]


@cache
def _book() -> _Book:
    """Return the dictionaries; loaded when the first Chinese text comes."""
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT  # noqa: PLC0415 -- takes 0.3 s

    longest: dict[str, int] = {}
    for phrase in PHRASES_DICT:
        longest[phrase[0]] = max(longest.get(phrase[0], 1), len(phrase))
    return _Book(PHRASES_DICT, PINYIN_DICT, longest)


@lru_cache(maxsize=32_768)
def _single(character: str) -> str:
    readings = _book().characters.get(ord(character))
    return _plain(readings.split(",")[0]) if readings else ""


@lru_cache(maxsize=4096)
def _plain(syllable: str) -> str:
    """Return a syllable without tones; ü is typed as v."""
    from pypinyin.contrib.tone_convert import to_normal  # noqa: PLC0415 -- see `_book`

    return str(to_normal(syllable))
