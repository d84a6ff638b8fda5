"""Settings: objects whose records are values for everybody, for a role or for a user.

A record says for whom it holds in two lookups; the key made of them is unique, so that nobody has
two values for one thing, whoever writes at the same time. Packs name the key of their values, by
which a later installation recognises them; it must be the right one.
"""

from __future__ import annotations

from metadata import SETTING_KEY
from runtime.draft import Batch, Draft
from runtime.problem import SETTING_FOR_TWO, SETTING_KEY_WRONG
from runtime.sql.setting import EVERYBODY
from runtime.work import Participant, Work

FOR_ROLE, FOR_USER = "setupRoleId", "setupUserId"


def _give_key(batch: Batch, _work: Work) -> None:
    if batch.operation == "delete":
        return
    for draft in batch.drafts:
        if draft.values[FOR_ROLE] and draft.values[FOR_USER]:
            draft.refuse(SETTING_FOR_TWO.at(f"/{FOR_USER}"))
        key = _key_of(draft)
        given = draft.given.get(SETTING_KEY)
        if given is not None and given != key:
            draft.refuse(SETTING_KEY_WRONG.at(f"/{SETTING_KEY}", key=key))
        draft.set(SETTING_KEY, key)


def _key_of(draft: Draft) -> str:
    return draft.values[FOR_USER] or draft.values[FOR_ROLE] or EVERYBODY


SETTING_KEYS = Participant(
    key="setting_keys", before_save=_give_key, objects=lambda model: model.is_setting
)
