"""What a caller finds on a form."""

from __future__ import annotations

import pytest

from paas.kernel import Problem
from tests.unit.ui_schema.screens import BOSS, PLAIN, SELLER, caller, fields, form


def test_two_roles_see_two_layouts() -> None:
    assert (form(SELLER)["layout"], form(BOSS)["layout"]) == ("plain", "forBoss")
    assert list(fields(form(BOSS))) == ["secret", "title"]


def test_a_record_type_outweighs_a_role() -> None:
    assert form(BOSS, record_type="dealer")["layout"] == "forDealers"


def test_unreadable_fields_are_absent_and_unwritable_ones_read_only() -> None:
    shown = fields(form(SELLER, mode="edit"))
    assert list(shown) == ["title", "level", "amount", "note"]
    assert {name for name, field in shown.items() if field["readOnly"]} == {"amount", "note"}


def test_a_new_record_has_no_read_only_fields() -> None:
    assert list(fields(form(SELLER))) == ["title", "level"]


def test_a_layout_tightens_required() -> None:
    shown = fields(form(SELLER))
    assert (shown["title"]["required"], shown["level"]["required"]) == (True, True)
    assert fields(form(SELLER, PLAIN))["level"]["required"] is False


def test_only_offered_choices_are_options() -> None:
    values = [each["value"] for each in fields(form(SELLER))["level"]["options"]]
    assert values == ["A", "B", "C"]
    dealer = fields(form(SELLER, record_type="dealer"))["level"]
    assert dealer["options"] == [{"value": "B", "label": "B 级"}]


def test_conditions_are_typed_trees_with_what_they_read() -> None:
    page = form(caller("sales", ("leading",)), mode="edit")
    condition = page["conditions"][fields(page)["secret"]["when"]["visible"]]
    assert condition["reads"] == ["level"]
    assert condition["tree"]["key"] == "equal"
    required = page["conditions"][fields(page)["amount"]["when"]["required"]]
    assert required["reads"] == ["parentId.title"]
    assert "parentId.title" in page["fields"]


def test_a_condition_on_something_unreadable_is_left_out() -> None:
    seeing = form(caller("sales", ("leading",)), mode="edit")
    assert "visible" in fields(seeing)["note"]["when"]
    blind = form(SELLER, mode="edit")
    assert "when" not in fields(blind)["note"]
    assert "secret" not in blind["fields"]


def test_without_layouts_one_is_generated() -> None:
    page = form(SELLER, PLAIN)
    assert "layout" not in page
    assert list(fields(page)) == ["title", "level", "parentId", "note", "ownerId", "dimDepart"]


def test_labels_speak_the_callers_language() -> None:
    english = form(caller("sales", ("selling",), "en-US"), record_type="dealer")
    assert english["object"]["label"] == "Customer"
    assert english["recordType"] == {"name": "dealer", "label": "Dealer"}


def test_lookups_name_their_target_and_how_to_show_it() -> None:
    parent = fields(form(SELLER, PLAIN))["parentId"]
    assert parent["target"] == {"object": "customer", "label": "客户", "nameField": "title"}
    assert parent["displayPath"] == "parentId.title"


def test_a_form_needs_the_permission_to_write() -> None:
    with pytest.raises(Problem, match="access"):
        form(caller("sales", ()))
