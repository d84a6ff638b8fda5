"""Places among siblings: given at creation, kept while the order asked for is already there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from metadata.change import Change
from metadata.definition import Definition
from metadata.planning.draft import Draft

Family = tuple[str, str]


def arrange(draft: Draft, changes: Sequence[Change]) -> None:
    """Give every definition a position."""
    families: dict[Family, list[str]] = {}
    for uid in draft.put:
        families.setdefault(_family(draft.definitions[uid]), []).append(uid)
    in_order = {uid for uid in draft.put if changes[draft.origin[uid]].in_order}
    for family, uids in families.items():
        highest = _highest(draft.definitions.values(), family)
        listed = [uid for uid in uids if uid in in_order]
        if not _is_rising([draft.definitions[uid].position for uid in listed]):
            _place(draft.definitions, listed, 0)
            highest = max(highest, len(listed))
        _place(
            draft.definitions,
            [uid for uid in uids if draft.definitions[uid].position is None],
            highest,
        )


def _family(definition: Definition) -> Family:
    return definition.kind, (definition.parent or "").casefold()


def _highest(definitions: Iterable[Definition], family: Family) -> int:
    return max((each.position or 0 for each in definitions if _family(each) == family), default=0)


def _is_rising(positions: Sequence[int | None]) -> bool:
    """Tell whether positions rise, those not given yet standing at the end."""
    given = [each for each in positions if each is not None]
    is_tail_new = all(each is None for each in positions[len(given) :])
    return is_tail_new and all(a < b for a, b in pairwise(given))


def _place(definitions: dict[str, Definition], uids: Sequence[str], after: int) -> None:
    for number, uid in enumerate(uids, after + 1):
        definitions[uid] = definitions[uid].model_copy(update={"position": number})
