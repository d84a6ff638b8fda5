"""Every registered field type comes back whole: from each database, and from text."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formula import Kind
from metadata import TextForm
from metadata.kinds.field import SYSTEM_TYPES
from paas.kernel import Problem
from runtime import BatchRefused, ListQuery, RecordInvalid
from tests.conformance.field_types.samples import SAMPLES
from tests.integration.runtime.world import World, valid
from tests.unit.metadata.test_field_types import JSON
from tests.unit.metadata.world import TYPES

FORMS = [
    TextForm(),
    TextForm("zh-CN", "Asia/Shanghai"),
    TextForm("en-US", "America/New_York"),
]


def pairs_of(world: World) -> list[tuple[str, Any, Any]]:
    """Return (field, value sent, value shown) for every type, the values of lookups made now."""
    account = world.create("account", **valid())
    made = {
        "f_lookup": account,
        "f_user": world.ids["owner"],
        "f_department": world.ids["east"],
    }
    found = [
        (f"f_{type}", sent, shown)
        for type, (_more, pairs) in SAMPLES.items()
        for sent, shown in pairs
    ]
    return found + [(name, value.upper(), value) for name, value in made.items()]


def exactly(text: bytes) -> Any:
    return json.loads(text, parse_float=Decimal)


def test_every_registered_type_has_samples() -> None:
    assert TYPES.keys() - SAMPLES.keys() == SYSTEM_TYPES


def test_values_come_back_as_the_api_shows_them(world: World) -> None:
    wrong = {}
    for name, sent, shown in pairs_of(world):
        (outcome,) = world.write("create", "thing", {name: sent})
        read = world.records.get(world.system, "thing", outcome.id or "", fields=(name,))[name]
        page = world.records.list(
            world.system, "thing", ListQuery(fields=(name,), filter=f"id = '{outcome.id}'")
        )
        written = (outcome.record or {})[name]
        text, _version = world.records.encode_get(
            world.system, "thing", outcome.id or "", fields=(name,)
        )
        found = [written, read, page.records[0][name], exactly(text)[name]]
        if any(each != shown for each in found):
            wrong[name, repr(sent)] = found
    assert wrong == {}


def test_sending_what_was_shown_changes_nothing(world: World) -> None:
    wrong = {}
    for name, sent, shown in pairs_of(world):
        record = world.create("thing", **{name: sent})
        if world.change("thing", record, **{name: shown}).version != 1:
            wrong[name] = shown
    assert wrong == {}


def test_values_can_be_emptied(world: World) -> None:
    values = {name: sent for name, sent, _shown in pairs_of(world)}
    record = world.create("thing", **values)
    world.change("thing", record, **dict.fromkeys(values))
    kept = world.records.get(world.system, "thing", record, fields=tuple(values))
    assert {kept[name] for name in values} == {None}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.zone)
def test_text_reads_back_as_the_value_it_was_written_from(world: World, form: TextForm) -> None:
    with world.database.read() as connection:
        model = world.catalog.snapshot(connection).object("thing")
    wrong = {}
    for name, sent, shown in pairs_of(world):
        field = model.fields[name]
        text = field.write_text(shown, form)
        again = field.coerce(field.read_text(text, form))
        if again != field.coerce(sent):
            wrong[name] = (shown, text, again)
    assert wrong == {}


def test_lists_filter_and_sort_by_every_type_that_has_an_order(world: World) -> None:
    values = {name: sent for name, sent, _shown in pairs_of(world)}
    full, blank = world.create("thing", **values), world.create("thing")
    with world.database.read() as connection:
        model = world.catalog.snapshot(connection).object("thing")
    wrong: dict[Any, Any] = {}
    for name in values:
        field = model.fields[name]
        given = "ISBLANK({}) = FALSE" if field.symbol_type.kind is not Kind.BOOLEAN else "NOT {}"
        page = world.records.list(
            world.system, "thing", ListQuery(fields=("id",), filter=given.format(name))
        )
        ids = [each["id"] for each in page.records]
        expected = [full] if field.symbol_type.kind is not Kind.BOOLEAN else ids
        if ids != expected:
            wrong[name] = ids
        if not field.type.traits.sortable:
            with pytest.raises(Problem) as refused:
                world.records.list(world.system, "thing", ListQuery(sort=name))
            assert [each.code for each in refused.value.errors] == ["query.not_sortable"]
            continue
        first = world.records.list(world.system, "thing", ListQuery(sort=name, limit=1))
        rest = world.records.list(
            world.system, "thing", ListQuery(sort=name, limit=1, cursor=first.next)
        )
        ids = [each.records[0]["id"] for each in (first, rest)]
        if ids != [full, blank]:
            wrong[name, "sort"] = ids
    assert wrong == {}


def test_big_values_are_read_only_where_they_are_named(world: World) -> None:
    world.create("thing", f_long_text="长", f_text="短")
    big = {f"f_{name}" for name, each in TYPES.items() if not each.traits.listed}
    (record,) = world.records.list(world.system, "thing", ListQuery()).records
    assert big & record.keys() == set()
    named = ListQuery(fields=("f_long_text",))
    (record,) = world.records.list(world.system, "thing", named).records
    assert record["f_long_text"] == "长"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.sampled_from([f"f_{each}" for each in SAMPLES]), JSON, max_size=6))
def test_no_input_is_answered_with_anything_but_a_problem(
    world: World, row: dict[str, Any]
) -> None:
    try:
        (outcome,) = world.write("create", "thing", row)
    except (RecordInvalid, BatchRefused) as problem:
        assert {each.pointer for each in problem.errors} <= {f"/{name}" for name in row}
        return
    orjson.dumps(outcome.record, default=_plain)
    world.records.encode_get(world.system, "thing", outcome.id or "")


def _plain(value: Any) -> str:
    assert isinstance(value, Decimal)
    return str(value)
