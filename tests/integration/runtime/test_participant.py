"""Participants: others who take part in saving."""

from __future__ import annotations

from typing import Any

import pytest

from paas.db import Database
from paas.kernel import Problem
from runtime import Batch, Participant, RecordInvalid, Work, WriteCommand
from runtime.problem import FIELD_REQUIRED
from tests.integration.runtime.world import World, valid


def only_accounts(model: Any) -> bool:
    return bool(model.name == "account")


def test_before_saving_drafts_may_be_changed_and_refused(tenant: Database) -> None:
    def before(batch: Batch, _work: Work) -> None:
        for draft in batch.accepted:
            if draft.values["staff"] == 0:
                draft.refuse(FIELD_REQUIRED.at("/staff", label="人数"))
            draft.set("secret", f"{draft.values['accountName']}!")

    world = World.build(tenant, Participant("t", before_save=before, objects=only_accounts))
    (outcome,) = world.write("create", "account", valid())
    assert (outcome.record or {})["secret"] == "大众!"
    with pytest.raises(RecordInvalid):
        world.write("create", "account", valid(staff=0))


def test_what_follows_is_in_the_answer(tenant: Database) -> None:
    def after(batch: Batch, work: Work) -> None:
        if work.depth == 0:
            rows = [{"id": draft.id, "staff": 42} for draft in batch.drafts]
            inside = work.deeper()
            inside.write(WriteCommand("update", "account", rows))

    world = World.build(tenant, Participant("t", after_save=after, objects=only_accounts))
    (outcome,) = world.write("create", "account", valid())
    assert (outcome.version, (outcome.record or {})["staff"]) == (2, 42)
    outcomes = world.write("create", "account", valid(), valid())
    assert [each.version for each in outcomes] == [2, 2]


def test_writes_that_cause_one_another_without_end_are_undone(tenant: Database) -> None:
    def after(_batch: Batch, work: Work) -> None:
        work.deeper().write(WriteCommand("create", "account", [valid()]))

    world = World.build(tenant, Participant("t", after_save=after, objects=only_accounts))
    with pytest.raises(Problem) as caught:
        world.write("create", "account", valid())
    assert caught.value.code == "record.too_deep"
    assert world.rows("SELECT count(*) FROM paas_outbox WHERE object = 'account'") == [(0,)]
