"""What formulas and callers see of a description."""

from __future__ import annotations

import pytest

import formula
from metadata import (
    APPROVAL_STATUS,
    SYSTEM_FIELDS,
    DefinitionUnknown,
    FieldDef,
    ObjectUnknown,
    hop_key,
)
from metadata.system_field import system_fields
from tests.unit.metadata.world import field, put, rule, world

DEALER = {"zh-CN": "经销商", "en-US": "Dealer"}
WORLD = world(
    field("accountName"),
    field("address", "long_text"),
    field("amount", "currency", scale=2),
    field("rate", "percent"),
    field("employees", "integer"),
    field("parentAccountId", "lookup", to="account"),
    field("recentActivityCreatedBy", "user"),
    field("doubled", "formula", result="currency", formula="amount*2"),
    put(
        "record_type", object="account", name="dealer", label={"zh-CN": "经销商", "en-US": "Dealer"}
    ),
    put("record_type", object="account", name="direct", label="直销", default=True),
)
ACCOUNT = WORLD.object("account")

WRITTEN = [
    "LEN(account.address)<20",
    "account.approvalStatus='审批通过'&&ISCHANGED(account.accountName)"
    "&&$CurrentUser.$User.Name<>'管理员'",
    "AND(account.approvalStatus='审批通过',ISCHANGED(account.accountName),$User.Name<>'管理员')",
    "ISCHANGED(account.ownerId.user.name)",
    "account.createdBy.user.dimDepart.department.departName='x'",
    "account.parentAccountId.account.ownerId.user.name='x'",
    "account.recentActivityCreatedBy.user.name='x'",
    "account.ownerId.name='x'",
    "account.entityType='经销商'",
    "account.lockStatus='locked'",
    "doubled > 10 && rate < 0.5",
]


@pytest.mark.parametrize("source", WRITTEN)
def test_compiles_what_administrators_write(source: str) -> None:
    made = world(rule("r", source), base=WORLD).object("account").rules[0].condition
    assert made.type.kind is formula.Kind.BOOLEAN


def test_formulas_read_the_user_through_a_global() -> None:
    made = world(rule("r", "$User.Name='x'"), base=WORLD).object("account").rules[0].condition
    assert made.globals_read == {("$user", "name")}


def test_formula_fields_are_written_out() -> None:
    made = world(rule("r", "doubled>1"), base=WORLD).object("account").rules[0].condition
    assert made.reads == {("amount",)}


def test_symbols_tell_how_numbers_are_stored() -> None:
    fields = ACCOUNT.symbol.fields
    found = {
        name: fields[name].physical_scale for name in ("amount", "rate", "employees", "address")
    }
    assert found == {"amount": 2, "rate": 2, "employees": 0, "address": None}
    assert (fields["rate"].type.percent, fields["amount"].type.percent) == (True, False)


def test_hops_are_named_after_their_lookup() -> None:
    owner, address = ACCOUNT.fields["ownerId"], ACCOUNT.fields["address"]
    assert (hop_key(owner), hop_key(address)) == ("@ownerId", None)
    assert ACCOUNT.symbol.fields["ownerid"].hop == "@ownerId"


def test_system_fields_come_first_and_are_found_like_any_other() -> None:
    expected = [each.name for each in SYSTEM_FIELDS if each.applies(ACCOUNT.definition)]
    assert list(ACCOUNT.fields)[: len(expected)] == expected
    owner = ACCOUNT.fields["ownerId"].definition
    assert WORLD.by_uid(owner.uid) is owner
    assert WORLD.find("field", "OWNERID", parent="Account") is owner
    assert owner in WORLD.definitions(FieldDef, parent="account")
    assert owner not in list(WORLD)
    assert WORLD.stored(owner.uid) is None
    assert system_fields(ACCOUNT.definition)[1] == owner


def test_who_writes_a_field() -> None:
    found = {each.name: each.written_by for each in ACCOUNT.fields.values()}
    assert found["ownerId"] == found["address"] == found["entityType"] == "caller"
    assert found["version"] == found["createdAt"] == found["id"] == "engine"
    assert found["approvalStatus"] == found["lockStatus"] == "capability"


def test_what_the_engine_ships_has_no_approvals() -> None:
    names = WORLD.object("user").fields.keys()
    assert names.isdisjoint({"ownerId", "entityType", "approvalStatus", "lockStatus"})


def test_record_types_are_the_choices_of_a_field() -> None:
    field = ACCOUNT.fields["entityType"]
    assert [(each.value, each.label) for each in field.values] == [
        ("dealer", {"zh-CN": "经销商", "en-US": "Dealer"}),
        ("direct", {"zh-CN": "直销"}),
    ]
    assert field.coerce("dealer") == "dealer"
    assert ACCOUNT.default_record_type == "direct"


def test_approval_statuses_have_permanent_uids() -> None:
    field = ACCOUNT.fields["approvalStatus"]
    assert field.values == APPROVAL_STATUS
    assert field.values == WORLD.object("account").fields["approvalStatus"].values


def test_names_are_found_in_any_case() -> None:
    assert WORLD.object("ACCOUNT") is ACCOUNT
    assert ACCOUNT.field("ADDRESS") is ACCOUNT.fields["address"]
    assert ACCOUNT.field("nothing") is None


def test_unknown_names_are_problems() -> None:
    with pytest.raises(ObjectUnknown):
        WORLD.object("nothing")
    with pytest.raises(DefinitionUnknown):
        WORLD.picklist("nothing")


def test_plans_are_made_once() -> None:
    assert WORLD.plan("key", object) is WORLD.plan("key", object)


def test_a_formula_with_an_error_is_reported_where_it_stands() -> None:
    found = ACCOUNT.symbol.fields
    assert {each.name for each in found.values()} == set(ACCOUNT.fields)
    assert [name for name, _ in found.items()] == list(found)
    assert len(found) == len(ACCOUNT.fields)
