"""Globals that definitions bring: what they are, what is refused, and that renames reach them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import formula
from formula import Evaluation, Kind
from metadata import Change, Snapshot, document_of, load_folder, write_folder
from tests.unit.metadata.world import KINDS, delete, field, findings, plan, put, rule, world

RULE = (
    "NOT($Permission.bypassLimit) && $Label.hint <> '' && name <> $Organization.name"
    " && LEN(name) > $Setup.limits.longest"
)
BASE = world(
    put("permission", name="bypassLimit", label={"zh-CN": "不受额度限制", "en-US": "No limit"}),
    put("custom_label", name="hint", text={"zh-CN": "请填写", "en-US": "Fill in"}),
    put("object", name="limits", label="限额", setting=True),
    field("longest", "integer", object="limits", default=10),
    field("rate", "percent", object="limits"),
    field("grade", "picklist", object="limits", values=[{"value": "A", "label": "甲"}]),
    field("boss", "user", object="limits"),
    rule("r", RULE),
    put("permission_set", name="reader", permissions=["bypassLimit"]),
)


EMPTY = plan(world(), Change("delete", "object", {"name": "account"})).target


def errors(source: str, **options: Any) -> list[str]:
    return [each.code for each in formula.check(source, BASE.environment("account", **options))]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("$Organization.name", Kind.TEXT),
        ("$organization.fiscalYearStart", Kind.NUMBER),
        ("$Permission.bypassLimit", Kind.BOOLEAN),
        ("$PERMISSION.manage_users", Kind.BOOLEAN),
        ("$Label.Hint", Kind.TEXT),
        ("$Setup.limits.longest", Kind.NUMBER),
        ("$setup.LIMITS.rate", Kind.NUMBER),
        ("$Setup.limits.grade = '甲'", Kind.BOOLEAN),
        ("$Setup.limits.boss.managerId.name", Kind.TEXT),
    ],
)
def test_globals_have_types(source: str, kind: Kind) -> None:
    assert formula.compile(source, BASE.environment("account")).type.kind is kind


@pytest.mark.parametrize(
    ("source", "code", "suggestions"),
    [
        ("$Permission.bypasLimit", "formula.unknown_member", ["bypassLimit"]),
        ("$Label.hnt = ''", "formula.unknown_member", ["hint"]),
        ("$Setup.limit.longest > 1", "formula.unknown_member", ["limits"]),
        ("$Setup.account.name = ''", "formula.unknown_member", None),
        ("$Setup.limits.longst > 1", "formula.unknown_field", ["longest"]),
        ("$Organization.nam = ''", "formula.unknown_field", ["name"]),
        ("$Setup.limits = ''", "formula.incomplete_path", None),
        ("$Permission", "formula.incomplete_path", None),
        ("$Label.hint.text = ''", "formula.not_a_lookup", None),
        ("$Permission.bypassLimit > 1", "formula.operand_mismatch", None),
    ],
)
def test_what_there_is_not_is_told_with_near_names(
    source: str, code: str, suggestions: list[str] | None
) -> None:
    found = formula.check(source, BASE.environment("account"))
    assert [each.code for each in found] == [code]
    if suggestions is not None:
        assert found[0].extra["suggestions"] == suggestions


def test_the_sentence_names_what_is_missing() -> None:
    (found,) = formula.check("$Permission.nothing", BASE.environment("account"))
    assert found.detail("zh-CN").startswith("没有权限「nothing」。")
    assert found.detail("en-US").startswith("There is no permission “nothing”.")


def test_users_ask_about_settings_and_the_organisation_as_about_records() -> None:
    def readable(owner: str, name: str) -> bool:
        BASE.object(owner)  # whoever decides looks the object up
        return (owner, name) == ("limits", "longest")

    assert errors("$Setup.limits.longest > 1", readable=readable) == []
    assert errors("$Setup.limits.rate > 1", readable=readable) == ["formula.field_unreadable"]
    assert errors("$Organization.name = ''", readable=readable) == ["formula.field_unreadable"]
    assert errors("$Permission.bypassLimit", readable=readable) == []
    assert errors("$Label.hint = '' && $Label.hintt = ''", readable=readable) == [
        "formula.unknown_member"
    ]
    assert errors("$RecordType.Name = ''", readable=readable) == ["formula.unknown_global"]


def completions(source: str) -> dict[str, tuple[str, Kind | None]]:
    found = formula.complete(source, len(source), BASE.environment("account"))
    return {each.text: (each.kind, each.type) for each in found}


def test_editors_are_offered_members_and_fields() -> None:
    assert completions("$Permission.by") == {"bypassLimit": ("field", Kind.BOOLEAN)}
    assert completions("$Label.") == {"hint": ("field", Kind.TEXT)}
    assert set(completions("$Setup.")) == {"limits"}
    assert completions("$Setup.limits.lon") == {"longest": ("field", Kind.NUMBER)}
    assert "currency" in completions("$Organization.c")
    assert set(completions("$Se")) == {"$setup"}
    assert set(completions("$Setup.limits.grade = '")) == {"'A'"}


def test_generated_code_and_the_oracle_agree_on_settings() -> None:
    made = formula.compile(RULE, BASE.environment("account"))
    for longest, expected in ((3, True), (99, False), (None, True)):
        evaluation = Evaluation(
            globals={
                "$permission": {"bypassLimit": False},
                "$label": {"hint": "x"},
                "$organization": {"name": "我们"},
                "$setup": {"@limits": {"longest": longest}},
            }
        )
        row = {"name": "四个字儿"}
        assert made.evaluate(row, None, evaluation) is expected
        assert made.walk(row, None, evaluation) is expected


def renamed(kind: str, old: str, new: str, *, object: str | None = None) -> Snapshot:
    found = BASE.find(kind, old, parent=object)
    assert found is not None
    made = plan(BASE, Change("put", kind, {**document_of(found), "name": new}))
    assert findings(made) == []
    return made.target


def when(snapshot: Snapshot) -> str:
    found = snapshot.find("validation_rule", "r", parent="account")
    assert found is not None
    return str(document_of(found)["when"])


def test_renames_reach_formulas_and_grants() -> None:
    made = renamed("permission", "bypassLimit", "noLimit")
    assert when(made) == RULE.replace("bypassLimit", "noLimit")
    assert document_of(made.find("permission_set", "reader"))["permissions"] == ["noLimit"]  # type: ignore[arg-type]
    assert when(renamed("custom_label", "hint", "advice")) == RULE.replace("hint", "advice")
    assert when(renamed("object", "limits", "bounds")) == RULE.replace("limits", "bounds")
    assert when(renamed("field", "longest", "most", object="limits")) == (
        RULE.replace("longest", "most")
    )


@pytest.mark.parametrize(
    ("kind", "name", "users"),
    [
        ("permission", "bypassLimit", {"r", "reader"}),
        ("custom_label", "hint", {"r"}),
        ("object", "limits", {"r"}),
    ],
)
def test_what_formulas_name_cannot_be_deleted(kind: str, name: str, users: set[str]) -> None:
    made = plan(BASE, delete(kind, name))
    assert {each.code for each in made.violations} == {"metadata.in_use"}
    found = {user["name"] for each in made.violations for user in each.extra["users"]}
    assert found == users


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (put("permission", name="view_all"), "metadata.name_reserved"),
        (put("permission_set", name="s", permissions=["ghost"]), "metadata.reference_unknown"),
        (put("permission_set", name="s", permissions=["a", "A"]), "metadata.value_invalid"),
        (put("custom_label", name="l", text={"en-US": "x"}), "metadata.text_needed"),
        (put("custom_label", name="l"), "metadata.key_missing"),
        (put("object", name="s", setting=True, owned=True), "metadata.setting_unowned"),
        (put("object", name="limits"), "metadata.setting_fixed"),
        (put("object", name="account", setting=True), "metadata.setting_fixed"),
        (field("setupKey", object="account"), "metadata.name_reserved"),
    ],
)
def test_what_is_wrong_is_refused(change: Change, code: str) -> None:
    assert code in [each.code for each in plan(BASE, change).violations]


def test_settings_have_no_owner_and_no_status() -> None:
    names = set(BASE.object("limits").fields)
    assert {"setupKey", "setupRoleId", "setupUserId", "longest"} <= names
    assert not names & {"ownerId", "entityType", "approvalStatus", "lockStatus"}
    assert "setupKey" not in BASE.object("account").fields


def test_files_hold_them_and_lose_nothing(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    write_folder(BASE, first, kinds=KINDS)
    assert (first / "labels/hint.yaml").read_text(encoding="utf-8").endswith("text: 请填写\n")
    texts = (first / "translations/en-US.yaml").read_text(encoding="utf-8")
    assert "labels/hint:\n  text: Fill in\n" in texts
    assert "custom_permissions/bypassLimit:\n  label: No limit\n" in texts
    again = plan(BASE, *load_folder(first))
    assert (findings(again), again.changes) == ([], ())
    fresh = plan(EMPTY, *load_folder(first)).target
    write_folder(fresh, second, kinds=KINDS)
    for path in first.rglob("*.yaml"):
        assert (second / path.relative_to(first)).read_bytes() == path.read_bytes()
