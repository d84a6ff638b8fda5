"""Plug-ins: what the built-in kinds promise, and that a stranger's kind works the same way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from formula.targets.sql import sqlite_functions
from metadata import Part
from paas.kernel import Extensions
from runtime import Work, WriteCommand
from tests.integration.workflow.office import Office, step
from tests.support.database import Place
from workflow import ACTIONS, APPROVERS, ActionKind, ApproverKind, Occasion, Source, register


class Steps(Part):
    """`up`: how many managers above the owner."""

    up: int


class Told(Part):
    """`text`: a formula for the name of the follow-up deal."""

    text: str


def follow_up(settings: Told, occasions: Sequence[Occasion], work: Work) -> None:
    rows = [{"dealName": each.values[0]} for each in occasions]
    work.write(WriteCommand("create", "deal", rows))
    for each in occasions:
        each.changes["count"] = len(occasions)


ABOVE = ApproverKind(
    key="above",
    settings=Steps,
    people=lambda _settings, _directory, values: values,
    formulas=lambda settings: (Source(None, "ownerId" + ".managerId" * settings.up),),
)
FOLLOW_UP = ActionKind(
    key="follow_up",
    settings=Told,
    run=follow_up,
    formulas=lambda settings: (Source("/text", settings.text),),
)


def plug_in(extensions: Extensions) -> None:
    extensions.register(APPROVERS, ABOVE)
    extensions.register(ACTIONS, FOLLOW_UP)


@pytest.fixture
def office(place: Place) -> Iterator[Office]:
    database = place.open(functions=sqlite_functions())
    yield Office.build(database, plug_in)
    database.close()


def test_a_strangers_kinds_work_like_the_built_in_ones(office: Office) -> None:
    action = {"kind": "follow_up", "text": "dealName & ' (2)'"}
    office.flow(step("above", {"kind": "above", "up": 2}), on_approve=[action])
    deal = office.deal()
    instance = office.submit(deal)
    assert office.waiting(instance) == ["chief"]
    office.approve("chief", instance)
    assert office.read(deal, "count") == (1,)
    with office.database.read() as connection:
        names = connection.fetch("SELECT count(*) FROM paas_outbox WHERE operation = 'create'"
                                 " AND object = 'deal'")  # fmt: skip
    assert names == [(2,)]


def test_every_built_in_kind_is_declared_in_full() -> None:
    extensions = Extensions()
    register(extensions)
    approvers, actions = extensions.of(APPROVERS), extensions.of(ACTIONS)
    assert sorted([*approvers, *actions]) == [
        "field",
        "field_update",
        "owner_manager",
        "role",
        "user",
    ]
    settings = [each.settings for each in approvers.values()]
    settings += [each.settings for each in actions.values()]
    assert [each for each in settings if not each.__doc__] == []
    assert {each.model_config["extra"] for each in settings} == {"forbid"}
