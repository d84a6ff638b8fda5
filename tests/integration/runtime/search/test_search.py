"""Searching: the same hits in the same order on both databases, within what the caller may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from paas.kernel import CallContext, Problem
from runtime import ListQuery, SearchQuery, WriteCommand
from runtime.search.find import Bounds, find_all
from runtime.search.plan import search_plan
from runtime.search.token import terms_of
from runtime.sql.search import id_of, key_of
from tests.integration.runtime.world import World, valid


@pytest.fixture
def shop(world: World) -> World:
    """The world with more fields to search by."""
    world.publish(
        *(("field", _field(world, "account", name, searchable=True))
          for name in ("address", "secret", "taxCode")),
        ("field", {"object": "account", "name": "phone", "type": "phone", "searchable": True}),
        ("object", {"name": "contact", "label": "联系人", "search_weight": 5}),
    )  # fmt: skip
    return world


def _field(world: World, owner: str, name: str, **changes: Any) -> dict[str, Any]:
    with world.database.read() as connection:
        model = world.catalog.snapshot(connection).object(owner)
    known = model.fields[name].definition.model_dump(exclude_defaults=True)
    return {**known, "object": owner, "name": name, **changes}


def names(world: World, context: CallContext, text: str, **options: Any) -> list[str]:
    page = world.records.search(context, SearchQuery(text, **options))
    assert page.is_complete
    return [each["name"]["text"] for each in page.results]


def test_hits_come_exact_first_then_prefixes_then_pinyin(shop: World) -> None:
    for name in ("安全 anmeng", "Anmen 商贸", "安盟", "安盟上海公司", "上海安盟公司", "盟安"):
        shop.create("account", **valid(accountName=name))
    assert names(shop, shop.system, "安盟") == ["安盟", "安盟上海公司", "上海安盟公司"]
    assert names(shop, shop.system, "anmen") == [
        "Anmen 商贸", "安全 anmeng", "安盟", "安盟上海公司", "上海安盟公司",
    ]  # fmt: skip
    assert names(shop, shop.system, "am") == ["安盟", "安盟上海公司", "上海安盟公司"]


def test_the_name_weighs_more_than_other_fields_and_objects_as_described(shop: World) -> None:
    world = shop
    world.create("account", **valid(accountName="其他", taxCode="华为"))
    world.create("account", **valid(accountName="华为云计算"))
    world.create("contact", name="张华为")
    world.create("visit", name="拜访华为")
    assert names(world, world.system, "华为") == ["张华为", "华为云计算", "拜访华为", "其他"]
    assert names(world, world.system, "华为", objects=("visit", "ACCOUNT")) == [
        "华为云计算", "拜访华为", "其他",
    ]  # fmt: skip


def test_results_show_where_the_words_stand(shop: World) -> None:
    address = "江苏省苏州市工业园区" + "很远" * 100 + "独墅湖大道"
    account = shop.create(
        "account", **valid(accountName="苏州ＡＢ公司", phone="0512-6688 9900", address=address)
    )
    page = shop.records.search(shop.system, SearchQuery("ab 独墅湖 66889900"))
    assert page.body() == {
        "results": [
            {
                "object": "account",
                "label": "客户",
                "icon": "",
                "id": account,
                "name": {"text": "苏州ＡＢ公司", "ranges": [[2, 4]]},
                "matches": [
                    {
                        "field": "address",
                        "label": "address",
                        "text": "…" + "很远" * 20 + "独墅湖大道",
                        "ranges": [[41, 44]],
                    },
                    {
                        "field": "phone",
                        "label": "phone",
                        "text": "+8651266889900",
                        "ranges": [[6, 14]],
                    },
                ],
            }
        ],
        "next": None,
        "complete": True,
    }


def test_pages_have_every_hit_once(shop: World) -> None:
    made = [shop.create("account", **valid(accountName=f"甲{index:02}")) for index in range(7)]
    found: list[str] = []
    cursor = None
    for expected in (3, 3, 1):
        page = shop.records.search(shop.system, SearchQuery("甲", limit=3, cursor=cursor))
        assert len(page.results) == expected
        found += [each["id"] for each in page.results]
        cursor = page.next
    assert (found, cursor) == (made[::-1], None)


def test_what_changes_is_found_by_what_it_is_now(shop: World) -> None:
    account = shop.create("account", **valid(accountName="旧名称有限公司", taxCode="T1"))
    before = shop.rows("SELECT count(*) FROM paas_search")
    shop.change("account", account, accountName="新名称有限公司")
    assert names(shop, shop.system, "旧名称") == []
    assert names(shop, shop.system, "新名称 T1") == ["新名称有限公司"]
    assert shop.rows("SELECT count(*) FROM paas_search") == before
    shop.change("account", account, accountName="旧名称有限公司")
    assert names(shop, shop.system, "旧名称") == ["旧名称有限公司"]
    shop.write("delete", "account", {"id": account})
    assert names(shop, shop.system, "名称") == []
    key = key_of(account, shop.database.dialect)
    left = shop.rows("SELECT record_key FROM paas_search")
    assert id_of(key) == account
    assert [row for row in left if id_of(row[0]) == account] == []


def test_records_are_found_only_by_those_who_may_see_them(shop: World) -> None:
    shop.create("account", by=shop.as_("owner"), **valid(accountName="秘密客户"))
    shop.create("visit", by=shop.as_("owner"), name="秘密拜访")
    seen = {name: names(shop, shop.as_(name), "秘密") for name in ("owner", "leader", "stranger")}
    assert seen == {
        "owner": ["秘密客户", "秘密拜访"],
        "leader": ["秘密客户", "秘密拜访"],
        "stranger": ["秘密拜访"],
    }


def test_nothing_is_found_or_shown_by_an_unreadable_field(shop: World) -> None:
    owner = shop.ids["owner"]
    shop.create("account", **valid(accountName="公开", secret="机密代号", ownerId=owner))
    both = SearchQuery("公开 机密")
    assert names(shop, shop.as_("管理员"), "机密") == ["公开"]
    assert names(shop, shop.as_("owner"), "机密") == []
    assert shop.records.search(shop.as_("owner"), both).results == []
    assert names(shop, shop.as_("owner"), "公开") == ["公开"]
    listed = shop.records.list(shop.as_("owner"), "account", ListQuery(search="机密")).records
    assert listed == []


def test_an_unreadable_name_is_not_shown(shop: World) -> None:
    shop.publish(
        ("permission_set", {
            "name": "sales",
            "objects": {"account": {"read": True, "field_default": "read",
                                    "fields": {"accountName": "none"}}},
        })
    )  # fmt: skip
    shop.create("account", **valid(accountName="某公司", taxCode="X9", ownerId=shop.ids["owner"]))
    page = shop.records.search(shop.as_("owner"), SearchQuery("x9"))
    assert [(each["name"], each["matches"]) for each in page.results] == [
        (None, [{"field": "taxCode", "label": "taxCode", "text": "X9", "ranges": [[0, 2]]}])
    ]
    assert shop.records.search(shop.as_("owner"), SearchQuery("某公司")).results == []


def test_an_object_that_may_not_be_read_is_refused_by_name_and_left_out_else(shop: World) -> None:
    shop.publish(("permission_set", {"name": "sales", "objects": {"account": {"read": True}}}))
    shop.create("visit", name="拜访")
    me = shop.as_("owner")
    assert names(shop, me, "拜访") == []
    with pytest.raises(Problem) as refused:
        shop.records.search(me, SearchQuery("拜访", objects=("visit",)))
    assert refused.value.code == "access.denied"


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        (SearchQuery("字" * 201), ["query.too_long"]),
        (SearchQuery("x", limit=0), ["query.limit"]),
        (SearchQuery("x", limit=51), ["query.limit"]),
        (SearchQuery("x", cursor="nonsense"), ["query.cursor_invalid"]),
        (SearchQuery("x", objects=("account", "nix", "")), ["query.object_unknown"] * 2),
    ],
)
def test_a_wrong_query_is_refused(world: World, query: SearchQuery, codes: list[str]) -> None:
    with pytest.raises(Problem) as refused:
        world.records.search(world.system, query)
    assert [each.code for each in refused.value.errors] == codes


@pytest.mark.parametrize("text", ["", " ", "，。", "\x00", "%_'\"", "~", "\U0010ffff"])
def test_a_query_without_words_finds_nothing(world: World, text: str) -> None:
    world.create("account", **valid(accountName="50%_'\"~"))
    assert world.records.search(world.system, SearchQuery(text)).body() == {
        "results": [],
        "next": None,
        "complete": True,
    }


def test_a_list_is_searched_filtered_and_sorted_at_once(shop: World) -> None:
    for index, name in enumerate(("东方甲", "东方乙", "西方丙", "东方丁", "东方戊")):
        shop.create("account", **valid(accountName=name, staff=index))

    def listed(query: ListQuery) -> tuple[list[str], int | None, str | None]:
        page = shop.records.list(shop.system, "account", query)
        return [each["accountName"] for each in page.records], page.count, page.next

    query = ListQuery(search="dongfang", filter="staff > 0", sort="-staff", count=True, limit=2)
    first, count, cursor = listed(query)
    assert (first, count) == (["东方戊", "东方丁"], 3)
    assert listed(replace(query, cursor=cursor)) == (["东方乙"], 3, None)
    with pytest.raises(Problem):
        listed(replace(query, cursor=cursor, search="xifang"))
    assert listed(ListQuery(search="，", count=True)) == ([], 0, None)


def test_a_list_of_what_has_no_searchable_field_cannot_be_searched(world: World) -> None:
    world.publish(("field", _field(world, "memo", "name", searchable=False)))
    with pytest.raises(Problem) as refused:
        world.records.list(world.system, "memo", ListQuery(search="x"))
    assert [each.code for each in refused.value.errors] == ["query.not_searchable"]


def test_work_is_bounded_and_the_answer_says_so(shop: World) -> None:
    """Of a common word only the newest records are looked at; a rare word beside it decides."""
    rows = [valid(accountName=f"公司{index:03}") for index in range(60)]
    rows[0]["accountName"] = "公司稀有"
    shop.write("create", "account", *rows)
    with shop.database.read() as connection:
        snapshot = shop.catalog.snapshot(connection)
        plan = search_plan(snapshot, shop.system, connection.dialect, snapshot.object("account"))
        assert plan is not None

        def look(text: str, bounds: Bounds) -> tuple[list[str], bool]:
            terms = terms_of(text)
            (found,) = find_all(connection, shop.system, [plan], terms, bounds)
            return [hit.values["accountName"] for hit in found.hits], found.is_complete

        small = Bounds(window=20, narrow=20, checked=5)
        newest = [f"公司{index:03}" for index in range(59, 54, -1)]
        assert look("gongsi", small) == (newest, False)
        assert look("公司 稀有", small) == (["公司稀有"], True)
        assert look("公司", Bounds(100, 100, 100))[1] is True


def test_of_a_common_word_ones_own_records_are_found_however_many_others_have(shop: World) -> None:
    mine = shop.create("account", by=shop.as_("owner"), **valid(accountName="公司甲"))
    theirs = [
        valid(accountName=f"公司{index}", ownerId=shop.ids["stranger"]) for index in range(30)
    ]
    shop.write("create", "account", *theirs)
    small = Bounds(window=10, narrow=10, checked=5)

    def look(name: str) -> tuple[list[str], bool]:
        who = shop.as_(name)
        with shop.database.read() as connection:
            snapshot = shop.catalog.snapshot(connection)
            plan = search_plan(snapshot, who, connection.dialect, snapshot.object("account"))
            assert plan is not None
            (found,) = find_all(connection, who, [plan], terms_of("公司"), small)
        return [hit.id for hit in found.hits], found.is_complete

    assert look("owner") == ([mine], True)
    assert look("leader") == ([], False)
    assert [len(look("stranger")[0]), look("stranger")[1]] == [30, True]


def test_an_object_without_searchable_fields_costs_nothing(
    world: World, cost: Callable[..., int]
) -> None:
    searched = cost("create", "memo", {"name": "x"})
    world.publish(("field", _field(world, "memo", "name", searchable=False)))
    memo = world.create("memo", name="x")
    expected = 0 if world.database.dialect == "postgresql" else 1
    assert searched - cost("create", "memo", {"name": "x"}) == expected
    assert world.rows("SELECT count(*) FROM paas_search WHERE token = 'x'")[0][0] == 1
    assert memo


def test_an_update_of_other_fields_writes_no_tokens(world: World, cost: Callable[..., int]) -> None:
    memo = world.create("memo", name="x")
    account = world.create("account", **valid())
    other = cost("update", "memo", {"id": memo, "accountId": account})
    own = cost("update", "memo", {"id": memo, "name": "y"})
    reference = 1
    assert own - other == (0 if world.database.dialect == "postgresql" else 2) - reference


@pytest.fixture
def cost(world: World) -> Callable[..., int]:
    """Count the statements of one write."""

    def count(operation: Any, name: str, row: dict[str, Any]) -> int:
        def act(work: Any) -> int:
            before = work.connection.statements
            work.write(WriteCommand(operation, name, [row]))
            return work.connection.statements - before

        return world.records.begin(world.system, act)

    return count
