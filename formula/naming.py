"""Near names: what somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

_NOTHING = {"zh-CN": "", "en-US": ""}


def near(name: str, known: Iterable[str], *, count: int = 3) -> tuple[str, ...]:
    """Return the known names nearest to `name`, best first."""
    by_fold = {candidate.casefold(): candidate for candidate in known}
    wanted = name.casefold()
    found = difflib.get_close_matches(wanted, by_fold, n=count, cutoff=0.6)
    if not found and len(wanted) > 1:
        found = sorted(candidate for candidate in by_fold if wanted in candidate)[:count]
    return tuple(by_fold[candidate] for candidate in found)


def did_you_mean(suggestions: Iterable[str]) -> Mapping[str, str]:
    """Return the hint as part of a sentence."""
    names = list(suggestions)
    if not names:
        return _NOTHING
    return {
        "zh-CN": f"您是否想写：{'、'.join(names)}？",
        "en-US": f"Did you mean {', '.join(names)}?",
    }
