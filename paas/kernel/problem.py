"""What a caller can act on: problems with permanent codes and a sentence in each language.

A `Problem` is raised; a `Violation` is one finding inside it. Bugs are ordinary exceptions and
stay outside this module. Only `paas.http` knows status codes.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from paas.kernel.value import value_class

LANGUAGES = ("zh-CN", "en-US")
"""Languages every built-in sentence exists in; the first is the fallback."""


class Kind(enum.Enum):
    """Why a request cannot be carried out, in domain words."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    STALE = "stale"
    UNCONDITIONAL = "unconditional"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


def _base(tag: str) -> str:
    return tag.partition("-")[0]


def pick(texts: Mapping[str, str], language: str) -> str:
    """Choose the text in `language`, else its base language, else the first language there is."""
    if language in texts:
        return texts[language]
    base = _base(language)
    for tag, text in texts.items():
        if _base(tag) == base:
            return text
    return next(iter(texts.values()), "")


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def fill(texts: Mapping[str, str], language: str, params: Mapping[str, Any]) -> str:
    """Render the sentence in `language`; a parameter that is itself a mapping is translated too."""
    chosen = pick(texts, language)
    if "{" not in chosen:
        return chosen
    shown = {
        name: pick(value, language) if isinstance(value, Mapping) else value
        for name, value in params.items()
    }
    return chosen.format_map(_Lenient(shown))


@value_class
class Span:
    """Where in a formula's source something stands. Offsets count code points; end is exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding: a permanent code, the place (JSON pointer) and the sentence's parts.

    `texts` maps a language tag to a template. `extra` is copied into the error object as it is
    (for example `{"rule": ..., "at": "page"}`).
    """

    code: str
    texts: Mapping[str, str]
    pointer: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    span: Span | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def detail(self, language: str) -> str:
        """Return the sentence for the person."""
        return fill(self.texts, language, self.params)

    def elsewhere(self, **extra: Any) -> Violation:
        """Return the violation as one of something that the caller did not send: no place in what
        he sent is at fault, `extra` says where it is."""
        place = {} if not self.pointer else {"place": self.pointer}
        return replace(self, pointer="", extra={**self.extra, **place, **extra})


@dataclass(frozen=True, slots=True)
class Finding:
    """A declared kind of violation; `at` places one."""

    code: str
    zh: str
    en: str

    def at(
        self,
        pointer: str | None = None,
        *,
        span: Span | None = None,
        extra: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> Violation:
        """Make a violation of this kind at `pointer`."""
        texts = {"zh-CN": self.zh, "en-US": self.en}
        return Violation(self.code, texts, pointer, params, span, extra or {})


class Problem(Exception):
    """Base of everything a caller can act on. Subclasses set `code`, `kind`, `zh` and `en`."""

    code: ClassVar[str] = ""
    kind: ClassVar[Kind]
    zh: ClassVar[str]
    en: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        missing = [name for name in ("code", "kind", "zh", "en") if name not in cls.__dict__]
        if missing:
            raise TypeError(f"problem {cls.__name__} lacks {', '.join(missing)}")
        for other in problems():
            if other is not cls and other.code == cls.code and other.__module__ != cls.__module__:
                raise TypeError(f"problem code {cls.code} is taken by {other.__qualname__}")

    def __init__(
        self,
        *,
        errors: Sequence[Violation] = (),
        pointer: str | None = None,
        extra: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        self.errors = tuple(errors)
        self.pointer = pointer
        self.params = params
        self.extra = dict(extra or {})
        super().__init__(f"{self.code}: {self.detail('en-US')}")

    def detail(self, language: str) -> str:
        """Return the sentence for the person."""
        return fill({"zh-CN": self.zh, "en-US": self.en}, language, self.params)

    @classmethod
    def title(cls) -> str:
        """Return the first line of the class docstring: the same for every occurrence."""
        return (cls.__doc__ or cls.code).strip().splitlines()[0].rstrip(".")


def problems() -> Iterator[type[Problem]]:
    """Yield every declared problem class, for the generated catalogue and the code checks."""
    waiting = list(Problem.__subclasses__())
    while waiting:
        cls = waiting.pop()
        yield cls
        waiting.extend(cls.__subclasses__())
