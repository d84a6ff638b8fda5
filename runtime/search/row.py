"""The tokens that changes add and take away: only what differs, only of searchable fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from metadata import ObjectModel
from runtime.command import WriteOperation
from runtime.draft import Changes
from runtime.plan import ObjectPlan
from runtime.search.token import tokens_of
from runtime.sql.codec import SQLITE
from runtime.sql.search import key_of, slot_of
from runtime.work import Work

Rows = list[tuple[Any, ...]]
Token = tuple[int, str]
"""A slot and a token in it."""
NOTHING: Mapping[str, Any] = {}


def found_rows(plan: ObjectPlan, _operation: WriteOperation, changes: Changes, work: Work) -> Rows:
    """Return what the changed records are found by from now on and were not before."""
    rows: Rows = []
    for draft, _changed in changes:
        before = draft.before or NOTHING
        rows += rows_of(draft.id, new_tokens(plan.object, before, draft.values), work.dialect)
    return rows


def lost_rows(plan: ObjectPlan, operation: WriteOperation, changes: Changes, work: Work) -> Rows:
    """Return what the changed records are no longer found by."""
    rows: Rows = []
    for draft, _changed in changes:
        after = NOTHING if operation == "delete" else draft.values
        before = draft.before or NOTHING
        rows += rows_of(draft.id, new_tokens(plan.object, after, before), work.dialect)
    return rows


def new_tokens(
    model: ObjectModel, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Token]:
    """Return the tokens of `after` that `before` does not have."""
    found: list[Token] = []
    for field in model.searchable:
        old, new = before.get(field.name), after.get(field.name)
        if new is None or new == old:
            continue
        form = field.type.search
        assert form is not None
        tokens = tokens_of(new, form)
        if old is not None:
            tokens -= tokens_of(old, form)
        slot = slot_of(field)
        found += ((slot, token) for token in tokens)
    return found


def rows_of(record_id: str, tokens: list[Token], dialect: str) -> Rows:
    """Return tokens as rows of parameters: one for each, or all of a record's in one."""
    key = key_of(record_id, dialect)
    if dialect == SQLITE:
        return [(slot, token, key) for slot, token in sorted(tokens)]
    return [([slot for slot, _token in tokens], [token for _slot, token in tokens], key)]
