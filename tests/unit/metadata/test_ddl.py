"""Tables of a description, and the statements that bring them about."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from metadata.ddl import index_name, physical_name, table
from tests.unit.metadata.world import ACCOUNT, SYSTEM, delete, field, plan, put, world

WORLD = world(
    field("amount", "currency", precision=12, scale=3),
    field("isActive", "boolean"),
    field("closeDate", "date"),
    field("parentId", "lookup", to="account"),
    field("twice", "formula", result="currency", formula="amount*2"),
)


@pytest.mark.parametrize(
    ("dialect", "types"),
    [
        ("sqlite", ["INTEGER", "INTEGER", "TEXT", "TEXT"]),
        ("postgresql", ["NUMERIC(18, 3)", "BOOLEAN", "DATE", "UUID"]),
    ],
)
def test_columns_are_keyed_by_api_name(dialect: str, types: list[str]) -> None:
    made = table(WORLD.object("account"), dialect, "acme")
    assert (made.name, made.schema) == ("o_account", "acme")
    assert made.c["isActive"].name == "f_is_active"
    assert "twice" not in made.c
    assert made.c["id"].primary_key
    found = [made.c[name] for name in ("amount", "isActive", "closeDate", "parentId")]
    engine = sa.dialects.registry.load(dialect)()
    assert [column.type.compile(dialect=engine) for column in found] == types


def test_tables_come_before_keys_and_keys_before_indexes_on_postgresql() -> None:
    changes = (
        *ACCOUNT,
        field("mainId", "lookup", to="contact", unique=True),
        put("object", name="contact"),
        field("name", object="contact"),
        field("accountId", "lookup", object="contact", to="account"),
    )
    steps = [
        " ".join(text.split()[:3]) for text in plan(SYSTEM, *changes, dialect="postgresql").ddl
    ]
    assert steps[:2] == ["CREATE TABLE o_account", "CREATE TABLE o_contact"]
    assert [step for step in steps if step.startswith("ALTER")] == [
        "ALTER TABLE o_account",
        "ALTER TABLE o_account",
        "ALTER TABLE o_account",
        "ALTER TABLE o_contact",
        "ALTER TABLE o_contact",
        "ALTER TABLE o_contact",
    ]
    assert "CREATE UNIQUE INDEX" in steps
    assert steps.index("CREATE UNIQUE INDEX") > steps.index("ALTER TABLE o_contact")


def test_widening_is_a_matter_of_description() -> None:
    base = world(field("fax", length=20), field("sum", "decimal", precision=6, scale=2))
    made = plan(base, field("fax", "long_text"), field("sum", "currency", precision=18, scale=2))
    assert (made.violations, made.ddl, len(made.changes)) == ((), (), 2)


def test_indexes_come_and_go() -> None:
    base = world(field("code", indexed=True))
    assert plan(base, field("code", unique=True)).ddl == (
        "DROP INDEX ix_o_account__f_code",
        "CREATE UNIQUE INDEX ux_o_account__f_code ON o_account (f_code)",
    )
    assert plan(base, delete("field", "code", object="account")).ddl == (
        "DROP INDEX ix_o_account__f_code",
    )


@pytest.mark.parametrize(
    ("api", "physical"),
    [
        ("accountName", "f_account_name"),
        ("HTTPServerURL", "f_http_server_url"),
        ("account_name", "f_account_name"),
        ("x1Y2", "f_x1_y2"),
        ("A__B", "f_a_b"),
    ],
)
def test_physical_names_are_readable(api: str, physical: str) -> None:
    assert physical_name("f_", api, ()) == physical


def test_names_within_the_limit_stay_apart() -> None:
    names = {index_name("ix", "o_" + "t" * 61, f"f_{'c' * 59}{number}") for number in range(10)}
    assert len(names) == 10
    assert max(map(len, names)) <= 63
    long = "a" * 80
    first = physical_name("f_", long, ())
    assert len(physical_name("f_", long, {first})) <= 63
