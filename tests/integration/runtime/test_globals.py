"""What formulas know besides records: the organisation, permissions, labels and settings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

import formula
from metadata import SETUP
from paas.kernel import CallContext, Problem
from runtime import (
    ORGANIZATION_ID,
    FormulaRows,
    ListQuery,
    RecordDuplicate,
    RecordInvalid,
    Work,
    WriteCommand,
    establish,
)
from tests.integration.runtime.world import World, valid

DESCRIPTION: tuple[tuple[str, dict[str, Any]], ...] = (
    ("permission", {"name": "bypassLimit", "label": "不受额度限制"}),
    ("custom_label", {"name": "hint", "text": {"zh-CN": "请填写", "en-US": "Fill in"}}),
    ("custom_label", {"name": "motto", "text": "客户第一"}),
    ("object", {"name": "limits", "label": "限额", "setting": True, "sharing": "read"}),
    ("field", {"object": "limits", "name": "most", "type": "currency", "default": 100}),
    ("field", {"object": "limits", "name": "people", "type": "integer", "default": 5}),
    ("field", {"object": "limits", "name": "strict", "type": "boolean", "default": True}),
    ("field", {"object": "limits", "name": "since", "type": "date"}),
    ("field", {"object": "limits", "name": "prefix", "type": "text", "default": "客"}),
    ("field", {"object": "limits", "name": "bossId", "type": "user"}),
    ("field", {"object": "limits", "name": "twice", "type": "formula", "result": "decimal",
               "formula": "most * 2"}),
    ("object", {"name": "colors", "label": "颜色", "setting": True}),
    ("field", {"object": "colors", "name": "main", "type": "text", "default": "red"}),
    ("permission_set", {"name": "freedom", "permissions": ["bypassLimit"]}),
)  # fmt: skip
READABLE = ("permission_set", {"name": "asking", "objects": {
    "limits": {"read": True, "field_default": "read"},
    "organization": {"read": True, "field_default": "read"}}})  # fmt: skip


@pytest.fixture
def office(world: World) -> World:
    world.publish(*DESCRIPTION)
    return world


def value(world: World, source: str, context: CallContext | None = None) -> Any:
    """What a formula gives in the pipeline's own targets, and in the database as a filter."""
    record_id = world.ids.setdefault("record", "")
    if not record_id:
        record_id = world.ids["record"] = world.create("account", **valid())

    def act(work: Work) -> Any:
        made = formula.compile(source, work.snapshot.environment("account"))
        model = work.snapshot.object("account")
        return FormulaRows(work, model, [record_id], [made]).evaluate(made, record_id)

    return world.records.begin(context or world.system, act)


def holds_in_sql(world: World, source: str, context: CallContext | None = None) -> bool:
    query = ListQuery(fields=("id",), filter=source, count=True)
    return world.records.list(context or world.system, "account", query).count == 1


def set_for(world: World, name: str, **values: Any) -> str:
    return world.create(name, **values)


# ---------------------------------------------------------------- settings


def test_the_most_specific_value_of_each_field_wins(office: World) -> None:
    owner, stranger, boss = (office.as_(name) for name in ("owner", "stranger", "管理员"))
    source = "$Setup.limits.most"
    assert [value(office, source, each) for each in (owner, boss, None)] == [100, 100, 100]
    set_for(office, "limits", most=200, people=9)
    assert [value(office, source, each) for each in (owner, boss, None)] == [200, 200, 200]
    set_for(office, "limits", most=300, setupRoleId=office.ids["rep"])
    assert [value(office, source, each) for each in (owner, boss, None)] == [300, 200, 200]
    set_for(office, "limits", most=400.5, setupUserId=office.ids["owner"])
    assert [str(value(office, source, each)) for each in (owner, stranger)] == ["400.50", "300.00"]
    # A field left blank in the more specific record falls through.
    assert value(office, "$Setup.limits.people", owner) == 9
    assert value(office, "$Setup.limits.strict", owner) is True
    assert value(office, "$Setup.limits.twice", owner) == 801


def test_every_kind_of_value_in_every_target(office: World) -> None:
    set_for(
        office, "limits", most=12.5, people=3, strict=False, since="2026-01-31", prefix="大",
        bossId=office.ids["leader"],
    )  # fmt: skip
    value(office, "TRUE")
    for source in (
        "$Setup.limits.most = 12.5",
        "$Setup.limits.people + 1 = 4",
        "NOT($Setup.limits.strict)",
        "$Setup.limits.since = DATE(2026, 1, 31)",
        "BEGINS(accountName, $Setup.limits.prefix)",
        "$Setup.limits.bossId.name = 'leader'",
        "$Setup.limits.bossId.dimDepart.departName = 'sales'",
        "$Setup.limits.twice = 25",
        "$Setup.colors.main = 'red' && $Setup.limits.most > 10",
        "$Organization.currency = 'CNY' && $Organization.fiscalYearStart = 1",
        "$Organization.language = 'zh-CN'",
        "$Label.hint = '请填写' && LEN($Label.motto) = 4",
        "$Permission.bypassLimit && $Permission.manage_users",
    ):
        assert value(office, source) is True, source
        assert holds_in_sql(office, source) is True, source
        assert holds_in_sql(office, f"NOT({source})") is False, source


def test_nobody_has_two_values_for_one_thing(office: World) -> None:
    set_for(office, "limits", most=1)
    with pytest.raises(RecordDuplicate):
        set_for(office, "limits", most=2)
    mine = set_for(office, "limits", setupUserId=office.ids["owner"])
    with pytest.raises(RecordDuplicate):
        set_for(office, "limits", setupUserId=office.ids["owner"])
    with pytest.raises(RecordDuplicate):
        office.change("limits", mine, setupUserId=None)
    with pytest.raises(RecordInvalid) as caught:
        office.change("limits", mine, setupRoleId=office.ids["rep"])
    assert [error.code for error in caught.value.errors] == ["setting.for_two"]
    office.change("limits", mine, setupUserId=office.ids["stranger"])
    set_for(office, "limits", setupUserId=office.ids["owner"], most=7)
    assert value(office, "$Setup.limits.most", office.as_("owner")) == 7


def test_two_at_once_set_one_value(office: World) -> None:
    def set_it(_n: int) -> bool:
        try:
            set_for(office, "limits", most=1)
        except RecordDuplicate:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(set_it, range(4))) == [False, False, False, True]


def test_the_key_is_the_engines_own(office: World) -> None:
    rep = office.ids["rep"]
    for key, role, code in (
        ("somebody", None, "setting.key_wrong"),
        ("everybody", rep, "setting.key_wrong"),
    ):
        with pytest.raises(RecordInvalid) as caught:
            set_for(office, "limits", setupKey=key, setupRoleId=role)
        assert [error.code for error in caught.value.errors] == [code]
    set_for(office, "limits", setupKey=rep, setupRoleId=rep)
    with pytest.raises(RecordInvalid) as caught:
        office.create("limits", by=office.as_("管理员"), setupKey="everybody")
    assert [error.code for error in caught.value.errors] == ["field.not_writable"]


def test_values_go_with_their_role_and_user(office: World) -> None:
    person = office.create("user", name="临时", roleId=office.ids["rep"])
    set_for(office, "limits", most=1, setupUserId=person)
    office.write("delete", "user", {"id": person})
    page = office.records.list(office.system, "limits", ListQuery(count=True))
    assert page.count == 0


def test_administrators_set_values_and_others_do_not(office: World) -> None:
    boss, owner = office.as_("管理员"), office.as_("owner")
    made = office.create("limits", by=boss, most=5)
    office.change("limits", made, by=boss, most=6)
    with pytest.raises(Problem) as caught:
        office.create("limits", by=owner, setupUserId=office.ids["owner"], most=999)
    assert caught.value.code == "access.denied"
    assert value(office, "$Setup.limits.most", owner) == 6


def test_users_filter_by_settings_they_may_read(office: World) -> None:
    value(office, "TRUE")
    owner = office.as_("stranger")
    for source in ("$Setup.limits.most = 100", "$Organization.currency = 'CNY'"):
        with pytest.raises(Problem) as caught:
            holds_in_sql(office, source, owner)
        assert [error.code for error in caught.value.errors] == ["formula.field_unreadable"]
    office.publish(
        READABLE,
        ("role", {"name": "rep", "permission_sets": ["sales", "asking"]}),
    )
    office.change("account", office.ids["record"], ownerId=office.ids["stranger"])
    again = office.as_("stranger")
    for source in ("$Setup.limits.most = 100", "$Organization.currency = 'CNY'"):
        assert holds_in_sql(office, source, again) is True


# ---------------------------------------------------------------- how often anything is read


def test_all_settings_are_one_read_and_none_where_none_are_asked(office: World) -> None:
    value(office, "TRUE")

    def statements(source: str) -> int:
        def act(work: Work) -> int:
            made = formula.compile(source, work.snapshot.environment("account"))
            model = work.snapshot.object("account")
            before = work.connection.statements
            FormulaRows(work, model, [office.ids["record"]], [made])
            return work.connection.statements - before

        return office.records.begin(office.as_("owner"), act)

    one = statements("accountName = ''")
    assert statements("$Label.hint = '' || $Permission.bypassLimit || $User.name = ''") == one
    assert statements("$Setup.limits.most > 1") == one + 1
    assert statements("$Setup.limits.most > 1 || $Setup.colors.main = ''") == one + 1
    assert statements("$Organization.name = '' || $Organization.currency = ''") == one + 1


def test_a_batch_reads_settings_once(office: World) -> None:
    office.publish(
        ("validation_rule", {"object": "account", "name": "extra", "message": "不行",
                             "when": "staff > $Setup.limits.people"})
    )  # fmt: skip
    ids = [office.create("account", **valid(accountName=f"第{n}家")) for n in range(5)]

    def statements(some: list[str]) -> int:
        def act(work: Work) -> int:
            before = work.connection.statements
            rows = [{"id": each, "staff": 1 + len(some)} for each in some]
            work.write(WriteCommand("update", "account", rows))
            return work.connection.statements - before

        return office.records.begin(office.system, act)

    statements(ids[:2])
    assert statements(ids[:4]) <= statements(ids[:3]) + 1


def test_a_write_that_changes_a_setting_is_seen_in_the_same_unit_of_work(office: World) -> None:
    record_id = office.create("account", **valid())
    office.publish(
        ("validation_rule", {"object": "account", "name": "extra", "message": "不行",
                             "when": "staff > $Setup.limits.people"})
    )  # fmt: skip

    def act(work: Work) -> None:
        work.write(WriteCommand("update", "account", [{"id": record_id, "staff": 5}]))
        work.write(WriteCommand("create", "limits", [{"people": 3}]))
        with pytest.raises(Problem):
            work.write(WriteCommand("update", "account", [{"id": record_id, "staff": 4}]))

    office.records.begin(office.system, act)


# ---------------------------------------------------------------- permissions


def rule_refuses(world: World, context: CallContext, record_id: str) -> bool:
    try:
        world.change("account", record_id, by=context, staff=1000)
    except RecordInvalid as problem:
        assert [error.code for error in problem.errors] == ["rule.violated"]
        return True
    world.change("account", record_id, staff=1)
    return False


def test_rules_ask_for_permissions(office: World) -> None:
    office.publish(
        ("validation_rule", {"object": "account", "name": "extra", "message": "太多",
                             "when": "staff > 500 && NOT($Permission.bypassLimit)"})
    )  # fmt: skip
    record_id = office.create("account", **valid(ownerId=office.ids["owner"]))
    assert rule_refuses(office, office.as_("owner"), record_id) is True
    # Not even who may change everything holds a permission nobody gave him.
    assert rule_refuses(office, office.as_("管理员"), record_id) is True
    office.publish(("role", {"name": "rep", "permission_sets": ["sales", "freedom"]}))
    assert rule_refuses(office, office.as_("owner"), record_id) is False
    # The engine itself is held up by no missing permission; what it does for somebody is.
    assert rule_refuses(office, office.system, record_id) is False
    for name, refused in (("owner", False), ("管理员", True)):
        acting = replace(office.system, actor_id=office.ids[name])
        assert rule_refuses(office, acting, record_id) is refused


def test_system_permissions_are_asked_for_likewise(office: World) -> None:
    for name, expected in (("owner", False), ("管理员", True)):
        assert value(office, "$Permission.modify_all", office.as_(name)) is expected


# ---------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("language", "hint", "motto"),
    [
        ("zh-CN", "请填写", "客户第一"),
        ("en-US", "Fill in", "客户第一"),
        ("en-GB", "Fill in", "客户第一"),
        ("fr-FR", "请填写", "客户第一"),
    ],
)
def test_labels_are_in_the_callers_language(
    office: World, language: str, hint: str, motto: str
) -> None:
    context = replace(office.system, language=language)
    assert value(office, "$Label.hint", context) == hint
    assert value(office, "$Label.motto", context) == motto
    assert holds_in_sql(office, f"$Label.hint = '{hint}'", context)


def test_formula_fields_show_labels_and_settings(office: World) -> None:
    text = "$Label.hint & ' ' & TEXT($Setup.limits.people) & $Organization.currency"
    field = {"object": "account", "name": "shown", "type": "formula", "result": "text"}
    office.publish(("field", {**field, "formula": text}))
    record_id = office.create("account", **valid())
    shown = {
        language: office.records.get(
            replace(office.system, language=language), "account", record_id, fields=("shown",)
        )["shown"]
        for language in ("zh-CN", "en-US")
    }
    assert shown == {"zh-CN": "请填写 5CNY", "en-US": "Fill in 5CNY"}


# ---------------------------------------------------------------- the organisation


def test_there_is_one_organisation_from_the_beginning(office: World) -> None:
    assert value(office, "$Organization.timeZone") == "Asia/Shanghai"
    assert value(office, "$Organization.name") is None

    def once(_n: int) -> bool:
        return office.records.begin(office.system, lambda work: establish(work, name="筑基"))

    assert [once(1), once(2)] == [True, False]
    assert value(office, "$Organization.name") == "筑基"
    with pytest.raises(RecordInvalid) as caught:
        office.create("organization", name="另一个")
    assert [error.code for error in caught.value.errors] == ["organization.only_one"]
    with pytest.raises(RecordInvalid):
        office.write("delete", "organization", {"id": ORGANIZATION_ID})


def test_administrators_change_the_organisation_and_add_fields(office: World) -> None:
    office.records.begin(office.system, lambda work: establish(work, name="筑基"))
    office.publish(
        ("field", {"object": "organization", "name": "vat", "type": "percent", "scale": 1})
    )
    boss = office.as_("管理员")
    office.change("organization", ORGANIZATION_ID, by=boss, vat=13, fiscalYearStart=4)
    assert value(office, "$Organization.vat * 100 + $Organization.fiscalYearStart") == 17
    assert holds_in_sql(office, "$Organization.vat = 0.13")
    with pytest.raises(Problem):
        office.change("organization", ORGANIZATION_ID, by=office.as_("owner"), vat=1)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"currency": "yuan"}, "field.too_long"),
        ({"currency": "cny"}, "organization.currency_unknown"),
        ({"fiscalYearStart": 13}, "organization.month_invalid"),
        ({"timeZone": "Asia/Nowhere"}, "organization.zone_unknown"),
        ({"name": None}, "field.required"),
    ],
)
def test_what_makes_no_sense_is_refused(office: World, values: dict[str, Any], code: str) -> None:
    office.records.begin(office.system, lambda work: establish(work, name="筑基"))
    with pytest.raises(RecordInvalid) as caught:
        office.change("organization", ORGANIZATION_ID, **values)
    assert [error.code for error in caught.value.errors] == [code]


def test_what_is_known_is_told_by_path(office: World) -> None:
    paths = {("$setup", "limits", "people"), ("$label", "hint")}
    with office.database.read() as connection:
        snapshot = office.catalog.snapshot(connection)
    known = office.records.known(snapshot, office.as_("owner", language="en-US"), paths)
    assert known == {SETUP: {"@limits": {"people": 5}}, "$label": {"hint": "Fill in"}}


def test_people_are_reckoned_in_the_organisations_language_and_time_zone(office: World) -> None:
    assert (office.principal("owner").language, office.principal("owner").zone) == ("zh-CN", None)
    office.records.begin(office.system, lambda work: establish(work, name="筑基"))
    before = office.rows("SELECT security_revision FROM paas_state")
    office.change("organization", ORGANIZATION_ID, timeZone="Europe/Berlin", language="en-US")
    assert office.rows("SELECT security_revision FROM paas_state") != before
    office.change("user", office.ids["owner"], language=None)
    owner, leader = office.principal("owner"), office.principal("leader")
    assert (owner.language, owner.zone) == ("en-US", "Europe/Berlin")
    assert (leader.language, leader.zone) == ("zh-CN", "Europe/Berlin")
