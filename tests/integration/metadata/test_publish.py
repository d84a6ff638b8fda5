"""A publish happens or does not happen; everybody sees one description or the other."""

from __future__ import annotations

import json
import threading
from typing import Any, cast

import pytest

from metadata import Catalog, Change, PublishRefused, Snapshot, document_of, install
from metadata.ddl import existing_columns
from paas.db import Connection, Database, IntegrityViolation, read_state
from paas.kernel import uuid7
from tests.integration.metadata.conftest import CONTEXT
from tests.integration.metadata.fault import FaultyDatabase, Injected, picture
from tests.unit.metadata.world import ACCOUNT, EXTENSIONS, columns, delete, field, put, rule

ACCOUNT_MORE = (
    *ACCOUNT,
    field("code", unique=True),
    field("parentId", "lookup", to="account"),
    field("level", "picklist", values=[{"value": "A", "label": "甲级"}]),
    rule("r", "level='甲级'"),
)


def current(catalog: Catalog) -> Snapshot:
    with catalog.database.read() as connection:
        return catalog.snapshot(connection)


def change_everything(catalog: Catalog) -> list[Change]:
    """Return changes of every sort: create, rename, relabel, widen, index, delete."""
    code = document_of(current(catalog).object("account").fields["code"].definition)
    return [
        put("object", name="contact"),
        field("name", object="contact", length=20),
        field("accountId", "lookup", object="contact", to="account"),
        field("fax", "phone", indexed=True),
        field("ownAccountId", "lookup", to="contact"),
        field("level", "picklist", values=[{"value": "A", "label": "头等"}]),
        Change("put", "field", {**code, "name": "number", "unique": False, "indexed": True}),
        delete("field", "parentId", object="account"),
    ]


def test_a_publish_is_seen_by_other_catalogs(catalog: Catalog) -> None:
    other = Catalog(catalog.database, EXTENSIONS)
    before = current(other)
    published = catalog.publish(CONTEXT, ACCOUNT_MORE)
    assert (published.revision, before.revision) == (before.revision + 1, before.revision)
    assert other.peek() is before
    seen = current(other)
    assert seen.revision == published.revision
    assert sorted(each.uid for each in seen) == sorted(each.uid for each in current(catalog))
    assert list(seen) == list(current(Catalog(catalog.database, EXTENSIONS)))
    assert seen.object("account").rules[0].condition.source == "level='甲级'"
    assert current(other) is seen


def test_publishing_the_same_again_does_nothing(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    before = picture(catalog.database)
    published = catalog.publish(CONTEXT, ACCOUNT_MORE, after=_never)
    assert (published.changes, published.ddl) == ((), ())
    assert picture(catalog.database) == before


def _never(*_: Any) -> None:
    raise AssertionError("called for nothing")


def test_installing_again_does_nothing(tenant: Database) -> None:
    before = picture(tenant)
    assert install(tenant, EXTENSIONS).changes == ()
    assert picture(tenant) == before


def test_installing_again_keeps_the_words_of_the_tenant(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, [put("object", name="user", label="员工")])
    assert install(catalog.database, EXTENSIONS).changes == ()
    assert current(catalog).object("user").label == {"zh-CN": "员工"}


def test_tables_fit_the_description(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    with catalog.database.read() as connection:
        assert existing_columns(connection) == columns(current(catalog))


def test_a_failure_at_any_statement_leaves_everything_as_it_was(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    changes = change_everything(catalog)
    before = picture(catalog.database)
    failing = 1
    while True:
        faulty = FaultyDatabase(catalog.database, failing)
        publisher = Catalog(cast("Database", faulty), EXTENSIONS)
        try:
            published = publisher.publish(CONTEXT, changes, after=_count)
        except Injected:
            assert picture(catalog.database) == before
            held = publisher.peek()
            assert held is not None
            assert held.revision == current(catalog).revision
            failing += 1
        else:
            break
    assert failing == faulty.statements + 1 > 14
    assert len(published.changes) == 8 + 1
    assert picture(catalog.database) != before
    assert current(catalog).object("account").rules[0].definition.when == "level='头等'"


def _count(connection: Connection, new: Snapshot, _old: Snapshot) -> None:
    connection.fetch(f"SELECT count(*) FROM {new.object('contact').table}")


def test_what_follows_a_publish_may_undo_it(catalog: Catalog) -> None:
    before = picture(catalog.database)
    seen: list[Snapshot] = []

    def refuse(connection: Connection, new: Snapshot, old: Snapshot) -> None:
        assert catalog.snapshot(connection) is new
        assert new.revision == old.revision + 1
        seen.append(new)
        raise Injected

    with pytest.raises(Injected):
        catalog.publish(CONTEXT, ACCOUNT_MORE, after=refuse)
    assert picture(catalog.database) == before
    assert current(catalog) is not seen[0]
    assert "account" not in current(catalog).objects


def test_a_refused_publish_writes_nothing(catalog: Catalog) -> None:
    before = picture(catalog.database)
    with pytest.raises(PublishRefused) as refused:
        catalog.publish(CONTEXT, [*ACCOUNT_MORE, rule("bad", "LEN(")])
    assert len(refused.value.errors) == 1
    assert picture(catalog.database) == before


def test_the_journal_tells_what_happened(catalog: Catalog) -> None:
    published = catalog.publish(CONTEXT, ACCOUNT)
    with catalog.database.read() as connection:
        (row,) = connection.fetch(
            f"SELECT changes, ddl FROM paas_journal WHERE revision = {published.revision}"
        )
    changes, ddl = (json.loads(each) for each in row)
    assert [(each["action"], each["name"]) for each in changes] == [
        ("create", "account"),
        ("create", "name"),
    ]
    assert tuple(ddl) == published.ddl


def test_readers_see_the_old_description_or_the_new_one(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT)
    reader = Catalog(catalog.database, EXTENSIONS)
    is_done = threading.Event()
    torn: list[str] = []

    def read() -> None:
        while not is_done.is_set():
            with catalog.database.read(snapshot=True) as connection:
                snapshot = reader.snapshot(connection)
                fields = snapshot.object("account").fields
                if ("left" in fields) != ("right" in fields):
                    torn.append("half a publish")
                described = {each.column for each in fields.values()}
                if not described <= existing_columns(connection)["o_account"]:
                    torn.append("columns missing")
                if read_state(connection).metadata_revision != snapshot.revision:
                    torn.append("stale")

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(6):
        catalog.publish(CONTEXT, [field("left"), field("right")])
        gone = [delete("field", each, object="account") for each in ("left", "right")]
        catalog.publish(CONTEXT, gone)
    is_done.set()
    for thread in threads:
        thread.join()
    assert torn == []


def test_publishes_at_the_same_time_both_hold(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT)
    first = current(catalog).revision
    catalogs = [catalog, Catalog(catalog.database, EXTENSIONS)]
    failures: list[Exception] = []

    def publish(number: int) -> None:
        try:
            for each in range(4):
                catalogs[number].publish(CONTEXT, [field(f"f{number}x{each}")])
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    fields = current(catalog).object("account").fields
    assert {f"f{number}x{each}" for number in range(2) for each in range(4)} <= fields.keys()
    assert current(catalog).revision == first + 8


# -- data ------------------------------------------------------------------------------------------


def insert(database: Database, table: str, **values: Any) -> str:
    values = {"id": uuid7(), "version": 1, **values}
    names = ", ".join(values)
    texts = ", ".join("NULL" if each is None else repr(each) for each in values.values())
    database.write(lambda each: each.execute(f"INSERT INTO {table} ({names}) VALUES ({texts})"))
    return str(values["id"])


def remove(database: Database, table: str, record: str) -> None:
    database.write(lambda each: each.execute(f"DELETE FROM {table} WHERE id = '{record}'"))


def fetch(database: Database, sql: str) -> list[tuple[Any, ...]]:
    with database.read() as connection:
        return connection.fetch(sql)


def test_the_database_decides_about_unique_values(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    insert(catalog.database, "o_account", f_code="1")
    insert(catalog.database, "o_account", f_code=None)
    insert(catalog.database, "o_account", f_code=None)
    with pytest.raises(IntegrityViolation) as refused:
        insert(catalog.database, "o_account", f_code="1")
    assert refused.value.kind == "unique"


def test_a_field_with_duplicates_cannot_become_unique(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, [*ACCOUNT, field("code")])
    for _ in range(2):
        insert(catalog.database, "o_account", f_code="1")
    before = picture(catalog.database)
    with pytest.raises(PublishRefused) as refused:
        catalog.publish(CONTEXT, [field("code", unique=True)])
    assert [each.code for each in refused.value.errors] == ["metadata.duplicates_exist"]
    assert picture(catalog.database) == before


def test_the_database_keeps_what_is_referred_to(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    parent = insert(catalog.database, "o_account")
    insert(catalog.database, "o_account", f_parent_id=parent)
    with pytest.raises(IntegrityViolation):
        catalog.database.write(
            lambda each: each.execute(f"DELETE FROM o_account WHERE id='{parent}'")
        )
    with pytest.raises(IntegrityViolation):
        insert(catalog.database, "o_account", f_parent_id=uuid7())
    with pytest.raises(IntegrityViolation):
        insert(catalog.database, "o_account", owner_id=uuid7())


def test_a_removed_lookup_lets_go_and_keeps_its_values(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    parent = insert(catalog.database, "o_account")
    child = insert(catalog.database, "o_account", f_parent_id=parent)
    catalog.publish(CONTEXT, [delete("field", "parentId", object="account")])
    remove(catalog.database, "o_account", parent)
    kept = {"sqlite": "r_o_account__f_parent_id", "postgresql": "f_parent_id"}
    column = kept[catalog.database.dialect]
    rows = fetch(catalog.database, f"SELECT {column} FROM o_account WHERE id = '{child}'")
    assert rows == [(parent,)]


def test_a_field_made_again_gets_a_column_of_its_own(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, [*ACCOUNT, field("fax")])
    insert(catalog.database, "o_account", f_fax="1")
    catalog.publish(CONTEXT, [delete("field", "fax", object="account")])
    published = catalog.publish(CONTEXT, [field("fax", "integer")])
    assert current(catalog).object("account").fields["fax"].column == "f_fax_2"
    assert len(published.ddl) == 1
    assert fetch(catalog.database, "SELECT f_fax, f_fax_2 FROM o_account") == [("1", None)]


def test_an_object_made_again_gets_a_table_of_its_own(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    insert(catalog.database, "o_account", f_name="old")
    catalog.publish(CONTEXT, [delete("object", "account")])
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    assert current(catalog).object("account").table == "o_account_2"
    assert fetch(catalog.database, "SELECT count(*) FROM o_account_2") == [(0,)]
    assert fetch(catalog.database, "SELECT f_name FROM o_account") == [("old",)]


def test_owners_may_come_and_go(catalog: Catalog) -> None:
    owned = {"name": "account", "label": "客户"}
    for is_owned in (True, False, True, False):
        catalog.publish(CONTEXT, [put("object", **owned, owned=is_owned), *ACCOUNT[1:]])
        fields = current(catalog).object("account").fields
        assert ("ownerId" in fields, "dimDepart" in fields) == (is_owned, is_owned)


def test_renaming_moves_no_data(catalog: Catalog) -> None:
    catalog.publish(CONTEXT, ACCOUNT_MORE)
    insert(catalog.database, "o_account", f_code="1")
    account = document_of(current(catalog).object("account").definition)
    published = catalog.publish(CONTEXT, [Change("put", "object", {**account, "name": "company"})])
    assert published.ddl == ()
    company = current(catalog).object("company")
    assert (company.table, company.fields["code"].column) == ("o_account", "f_code")
    assert [each.definition.object for each in company.rules] == ["company"]
