"""What a publish does: names, orders, words that follow."""

from __future__ import annotations

from typing import Any

from metadata import Change, FieldDef, ObjectDef, document_of
from tests.unit.metadata.world import (
    ACCOUNT,
    SYSTEM,
    columns,
    delete,
    field,
    findings,
    plan,
    put,
    rule,
    world,
)

LEVEL = [{"value": "A", "label": "甲级"}, {"value": "B", "label": "乙级"}]
BASE = world(
    field("address", "long_text"),
    field("amount", "currency"),
    field("level", "picklist", values=LEVEL),
    field("parentId", "lookup", to="account"),
    rule("short", "LEN(account.address)<20"),
)


def test_names_who_still_uses_what_is_deleted() -> None:
    base = world(
        field("address", "long_text"),
        field("size", "formula", result="integer", formula="LEN(address)"),
        field("twice", "formula", result="integer", formula="size*2"),
        rule("short", "address='x'"),
        put("permission_set", name="reader", objects={"account": {"fields": {"address": "read"}}}),
    )
    (violation,) = plan(base, delete("field", "address", object="account")).violations
    users = [user["name"] for user in violation.extra["users"]]
    assert users == ["reader", "size", "short"]
    assert violation.detail("zh-CN") == (
        "“account.address”仍在使用中：权限集 reader、字段 account.size、校验规则 account.short。"
    )


def test_an_object_goes_with_all_that_belongs_to_it() -> None:
    made = plan(BASE, delete("object", "account"))
    assert findings(made) == []
    assert {each.action for each in made.changes} == {"delete"}
    assert len(made.changes) == 1 + 5 + 1
    assert len(made.target) == len(SYSTEM)


def test_an_object_that_others_refer_to_stays() -> None:
    base = world(
        put("object", name="contact"),
        field("name", object="contact"),
        field("accountId", "lookup", object="contact", to="account"),
    )
    made = plan(base, delete("object", "account"))
    assert findings(made) == [("metadata.in_use", "/changes/0")]


def test_the_same_again_changes_nothing() -> None:
    again = [Change("put", each.kind, document_of(each)) for each in BASE if each not in SYSTEM]
    assert plan(BASE, *again).changes == ()
    by_name = [*ACCOUNT, field("amount", "currency"), field("level", "picklist", values=LEVEL)]
    assert plan(BASE, *by_name).changes == ()


def test_physical_names_are_given_once() -> None:
    renamed = {**document_of(_field("address")), "name": "street", "physical": "f_mine"}
    made = plan(BASE, Change("put", "field", renamed))
    assert findings(made) == []
    street = made.target.object("account").field("street")
    assert street is not None
    assert (street.column, made.ddl) == ("f_address", ())


def test_a_column_that_stayed_keeps_its_name() -> None:
    existing = {"o_account": columns(BASE)["o_account"] | {"f_fax", "f_fax_2"}}
    made = plan(BASE, field("fax"), existing=existing)
    assert made.target.object("account").fields["fax"].column == "f_fax_3"


def test_long_names_stay_within_the_limit() -> None:
    names = [
        "a" * 63,
        "A" * 62 + "b",
        "someVeryLongNameThatGrowsWhenItsHumpsAreWrittenWithUnderscores",
    ]
    made = plan(BASE, *(field(each) for each in names))
    columns = [made.target.object("account").fields[each].column or "" for each in names]
    assert len(set(columns)) == 3
    assert max(map(len, columns)) <= 63


def test_labels_of_what_is_shipped_may_change() -> None:
    made = plan(BASE, put("object", name="user", label="员工"), field("hobby", object="user"))
    assert findings(made) == []
    user = made.target.object("user")
    assert (user.label, user.sharing) == ({"zh-CN": "员工"}, "read")
    assert "hobby" in user.fields


def test_formulas_follow_labels() -> None:
    before = {"zh-CN": "甲'级", "en-US": "Top"}
    base = world(
        field("level", "picklist", values=[{"value": "A", "label": before}]),
        rule("zh", r"level='甲\'级' || level = 'A'"),
        rule("en", 'account.level="Top"'),
    )
    labels = {"zh-CN": '特"级', "en-US": "Best"}
    made = plan(base, field("level", "picklist", values=[{"value": "A", "label": labels}]))
    assert findings(made) == []
    assert _whens(made) == ["level='特\"级' || level = 'A'", 'account.level="Best"']
    assert [each.name for each in made.changes] == ["level", "zh", "en"]


def test_formulas_follow_names() -> None:
    base = world(
        field("parentId", "lookup", to="account"),
        field("size", "integer"),
        rule("r", "account.parentId.account.parentId.size > SIZE && LEN(name) > 1"),
        put("record_type", object="account", name="t"),
    )
    parent, size = (
        {**document_of(found.definition), "name": name}
        for old, name in (("parentId", "upperId"), ("size", "staff"))
        if (found := base.object("account").field(old))
    )
    company = {**document_of(base.object("account").definition), "name": "company"}
    changes = [Change("put", "object", company)]
    new = {"object": "company"}
    changes.append(Change("put", "field", {**parent, **new, "to": "company"}))
    changes.append(Change("put", "field", {**size, **new}))
    made = plan(base, *changes)
    assert findings(made) == []
    assert _whens(made) == ["company.upperId.company.upperId.staff > staff && LEN(name) > 1"]
    assert made.target.object("company").fields["upperId"].target == "company"
    assert made.ddl == ()


def test_a_field_stays_with_its_object() -> None:
    base = world(put("object", name="contact"), field("name", object="contact"), field("fax"))
    fax = base.object("account").fields["fax"].definition
    made = plan(base, Change("put", "field", {**document_of(fax), "object": "contact"}))
    assert findings(made) == [("metadata.parent_fixed", "/changes/0/document/object")]


def test_choices_keep_their_uids_by_value() -> None:
    before = {each.value: each.uid for each in _field("level").values}
    made = plan(BASE, field("level", "picklist", values=[{"value": "C"}, {"value": "A"}]))
    level = made.target.object("account").fields["level"]
    assert [each.uid == before.get(each.value) for each in level.values] == [False, True]


def test_the_value_of_a_choice_is_fixed() -> None:
    uid = _field("level").values[0].uid
    made = plan(BASE, field("level", "picklist", values=[{"uid": uid, "value": "AA"}]))
    assert findings(made) == [("metadata.choice_fixed", "/changes/0/document/values/0/value")]


def test_formula_fields_stand_on_each_other_only_so_far() -> None:
    chain = [field("f0", "formula", result="integer", formula="1")]
    chain += [
        field(f"f{n}", "formula", result="integer", formula=f"f{n - 1}+1") for n in range(1, 40)
    ]
    made = plan(BASE, *reversed(chain))
    assert {each.code for each in made.violations} == {"metadata.formula_too_deep"}
    assert findings(plan(BASE, *chain[:10])) == []


def test_positions_follow_the_file_only_when_its_order_is_new() -> None:
    listed = [field("b"), field("a"), field("c")]
    ordered = [Change(c.action, c.kind, c.document, in_order=True) for c in listed]
    base = world(*ordered)
    assert _names(base) == ["name", "b", "a", "c"]
    without = plan(base, delete("field", "a", object="account")).target
    assert plan(without, ordered[0], ordered[2]).changes == ()
    turned = plan(without, ordered[2], ordered[0]).target
    assert [name for name in _names(turned) if name != "name"] == ["c", "b"]


def _field(name: str) -> FieldDef:
    return BASE.object("account").fields[name].definition


def _whens(made: Any) -> list[str]:
    return [rule.definition.when for rule in made.target.object(_owner(made)).rules]


def _owner(made: Any) -> str:
    return [each.name for each in made.target.definitions(ObjectDef)][-1]


def _names(snapshot: Any) -> list[str]:
    found = snapshot.definitions(FieldDef, parent="account")
    return [each.name for each in found if not each.protected]
