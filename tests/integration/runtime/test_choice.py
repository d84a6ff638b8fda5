"""Choices: what an inactive value, the record type and a controlling field allow."""

from __future__ import annotations

from typing import Any

import pytest

from metadata import PublishRefused
from runtime import RecordInvalid
from tests.integration.runtime.world import World


def values(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"value": name, "label": name, **more} for name in names]


PLACES: list[dict[str, Any]] = [
    {"name": "abroad", "type": "boolean"},
    {"name": "land", "type": "picklist", "values": values("cn", "us"),
     "controlled_by": "abroad", "offers": {"false": ["cn"], "true": ["us"]}},
    {"name": "province", "type": "picklist", "values": values("zj", "js", "ca"),
     "controlled_by": "land", "offers": {"cn": ["zj", "js"], "us": ["ca"]}},
    {"name": "cities", "type": "multi_picklist", "values": values("hz", "nb", "nj"),
     "controlled_by": "province", "offers": {"zj": ["hz", "nb"], "js": ["nj"]}},
    {"name": "grade", "type": "picklist",
     "values": [*values("A", "B"), *values("C", default=True)],
     "controlled_by": "province", "offers": {"zj": ["A", "B"]}},
]  # fmt: skip


@pytest.fixture
def places(world: World) -> World:
    world.publish(
        ("object", {"name": "shop", "label": "门店"}),
        ("field", {"object": "shop", "name": "name", "type": "text"}),
        *(("field", {"object": "shop", "label": each["name"], **each}) for each in PLACES),
    )
    return world


def refused(world: World, record: str | None = None, **row: Any) -> list[tuple[Any, str]]:
    with pytest.raises(RecordInvalid) as caught:
        if record is None:
            world.create("shop", **row)
        else:
            world.change("shop", record, **row)
    return [(each.pointer, each.code) for each in caught.value.errors]


DEPENDENT = "field.value_not_dependent"


def test_choices_follow_their_controlling_field_on_every_level(places: World) -> None:
    whole: dict[str, Any] = {
        "abroad": False,
        "land": "cn",
        "province": "zj",
        "cities": ["hz", "nb"],
    }
    places.create("shop", **whole)
    assert refused(places, **{**whole, "cities": ["hz", "nj"]}) == [("/cities", DEPENDENT)]
    assert refused(places, **{**whole, "province": "ca"}) == [
        ("/province", DEPENDENT), ("/cities", DEPENDENT), ("/cities", DEPENDENT),
    ]  # fmt: skip
    assert refused(places, cities=["hz"]) == [("/cities", DEPENDENT)]
    assert refused(places, land="us") == [("/land", DEPENDENT)]


def test_changing_the_controlling_field_asks_again(places: World) -> None:
    record = places.create("shop", abroad=False, land="cn", province="zj", cities=["hz"])
    assert refused(places, record, province="js") == [("/cities", DEPENDENT)]
    places.change("shop", record, province="js", cities=["nj"])
    places.change("shop", record, province=None, cities=None)


def test_a_default_that_is_not_offered_is_left_out(places: World) -> None:
    record = places.create("shop", abroad=False, land="cn", province="zj")
    kept = places.records.get(places.system, "shop", record, fields=("grade",))
    assert kept["grade"] is None


def test_an_inactive_choice_stays_where_it_is_and_goes_nowhere_else(places: World) -> None:
    zj: dict[str, Any] = {"abroad": False, "land": "cn", "province": "zj"}
    record = places.create("shop", **zj, cities=["hz", "nb"])
    inactive = [*values("hz", active=False), *values("nb", "nj")]
    places.publish(("field", {"object": "shop", "label": "市", **PLACES[3], "values": inactive}))
    places.change("shop", record, name="改", cities=["hz", "nb"])
    assert refused(places, **zj, cities=["hz"]) == [("/cities", "field.option_inactive")]
    places.change("shop", record, cities=["nb"])
    assert refused(places, record, cities=["hz", "nb"]) == [("/cities", "field.option_inactive")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"offers": {"cn": ["xx"]}}, ("/changes/0/document/offers/cn/0", "choice_unknown")),
        ({"offers": {"xx": ["zj"]}}, ("/changes/0/document/offers/xx", "choice_unknown")),
        ({"controlled_by": "name"}, ("/changes/0/document/controlled_by", "not_controlling")),
        ({"controlled_by": "cities"}, ("/changes/0/document/controlled_by", "not_controlling")),
        ({"controlled_by": "grade"}, ("/changes/0/document/controlled_by", "dependency_cycle")),
        ({"offers": {}}, ("/changes/0/document", "attribute_needed")),
        ({"controlled_by": "nowhere"}, ("/changes/0/document", "reference_unknown")),
    ],
)
def test_a_dependence_that_cannot_be_is_refused(
    places: World, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(PublishRefused) as caught:
        places.publish(("field", {"object": "shop", "label": "省", **PLACES[2], **change}))
    found = {(each.pointer, each.code.removeprefix("metadata.")) for each in caught.value.errors}
    assert expected in found


def test_a_field_that_steers_choices_cannot_go(places: World) -> None:
    from metadata import Change

    with pytest.raises(PublishRefused) as caught:
        places.catalog.publish(
            places.system, [Change("delete", "field", {"object": "shop", "name": "province"})]
        )
    assert {each.code for each in caught.value.errors} == {"metadata.in_use"}
