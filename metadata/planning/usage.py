"""Who uses what: the blame for a definition that no longer holds goes to what took its ground."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from metadata import finding
from metadata.definition import Definition
from metadata.kind import DefinitionKind
from metadata.planning.draft import Draft
from paas.kernel import Violation


class Usage:
    """Collects broken users of deleted or renamed definitions, and speaks of each once."""

    def __init__(self, draft: Draft, kinds: Mapping[str, DefinitionKind]) -> None:
        self._draft = draft
        self._kinds = kinds
        self._users: dict[str, dict[str, Definition]] = {}

    def blame(self, culprit: Definition, user: Definition) -> None:
        """Note that `user` needs `culprit` as it was."""
        self._users.setdefault(culprit.uid, {})[user.uid] = user

    def violations(self) -> Iterator[Violation]:
        """Yield one violation for each definition that is still in use."""
        for uid, users in self._users.items():
            culprit = self._draft.base.by_uid(uid)
            assert culprit is not None
            yield finding.IN_USE.at(
                self._draft.pointer(uid),
                name=full_name(culprit),
                users={tag: self._listed(users.values(), tag) for tag in ("zh-CN", "en-US")},
                extra={"users": [self._entry(user) for user in users.values()]},
            )

    def kind_label(self, kind: str) -> Mapping[str, str]:
        """Return what administrators call a kind."""
        known = self._kinds.get(kind)
        return (known.label if known else {}) or {"zh-CN": kind, "en-US": kind}

    def _listed(self, users: Iterable[Definition], tag: str) -> str:
        between = "、" if tag == "zh-CN" else ", "
        return between.join(
            f"{self.kind_label(each.kind)[tag]} {full_name(each)}" for each in users
        )

    @staticmethod
    def _entry(user: Definition) -> dict[str, str | None]:
        return {"kind": user.kind, "object": user.parent, "name": user.name, "uid": user.uid}


def full_name(definition: Definition) -> str:
    """Return the API name with that of its object: `account.address`."""
    return f"{definition.parent}.{definition.name}" if definition.parent else definition.name
