"""What formulas may name beyond fields: child records, and globals reached from the caller."""

from __future__ import annotations

import pytest

import formula
from tests.unit.metadata.world import field, put, world

WORLD = world(
    field("amount", "currency", scale=2),
    field("parentAccountId", "lookup", to="account"),
    field("backing", "formula", result="currency", formula="SUM(contact.worth, age > 30)"),
    put("record_type", object="account", name="dealer", label={"zh-CN": "经销商"}),
    put("object", name="contact", label={"zh-CN": "联系人", "en-US": "Contact"}),
    field("name", object="contact", length=40, required=True),
    field("age", "integer", object="contact"),
    field("worth", "currency", object="contact", scale=2),
    field("accountId", "lookup", object="contact", to="account"),
    put("object", name="visit", label="拜访"),
    field("name", object="visit", length=40, required=True),
    field("accountId", "lookup", object="visit", to="account"),
    field("hostId", "lookup", object="visit", to="account"),
)
CHILDREN = WORLD.object("account").symbol.children


def compiled(source: str) -> formula.Formula:
    return formula.compile(source, WORLD.environment("account"), result=formula.Kind.BOOLEAN)


@pytest.mark.parametrize(
    "source",
    [
        "COUNT(contact) > 2",
        "EXISTS(contact.accountId, age > 30 && name <> accountId.name)",
        "SUM(contact.worth, age > 30) > amount",
        "COUNT(visit.hostId) > COUNT(visit.accountId)",
        "COUNT(account, amount > 5) = 1",
        "backing > parentAccountId.backing",
        "COUNT(parentAccountId.contact) > 0",
        "EXISTS(contact, ownerId = createdBy)",
        "VLOOKUP(contact.worth, contact.name, name) > 5",
        "$Role.name = 'x' && $Profile.apiName = 'x'",
        "$Department.departName = 'x' && $Department.managerId.name = 'y'",
        "$RecordType.DeveloperName = 'dealer' && $RecordType.DeveloperName = '经销商'",
        "$RecordType.Name = '经销商' || LEN($RecordType.Name) = 3",
    ],
)
def test_what_administrators_may_name(source: str) -> None:
    assert compiled(source).type.kind is formula.Kind.BOOLEAN


def test_child_records_are_named_after_their_object_or_also_the_lookup() -> None:
    assert set(CHILDREN) == {
        "contact",
        "contact.accountid",
        "visit.accountid",
        "visit.hostid",
        "account",
        "account.parentaccountid",
    }
    child = CHILDREN["contact"]
    assert (child.name, child.row_key) == ("contact", "#contact.accountId")
    assert child.labels == {"zh-CN": "联系人", "en-US": "Contact"}


def test_globals_of_the_caller_are_paths_from_him() -> None:
    assert compiled("$Role.name = 'x'").globals_read == {("$user", "roleId", "name")}
    assert compiled("$Department.departName = 'x'").globals_read == {
        ("$user", "dimDepart", "departName")
    }


def test_the_record_type_is_read_from_the_record() -> None:
    assert compiled("$RecordType.Name = 'x'").reads == {("entityType",)}


@pytest.mark.parametrize("source", ["$Api.X = ''", "$System.X = ''", "$CustomMetadata.X = ''"])
def test_globals_there_are_not_are_told(source: str) -> None:
    (found,) = formula.check(source, WORLD.environment("account"))
    assert found.code == "formula.unknown_global"
    assert source.partition(".")[0] in found.detail("zh-CN")
