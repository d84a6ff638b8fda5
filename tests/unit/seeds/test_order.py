"""The order tables are loaded in: required references first, circles broken at optional ones."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from seeds.order import plan_order
from seeds.table import Column, Table


def table(name: str, **references: str) -> Table:
    """Make a table; `field="target"` is an optional reference, `field="!target"` a required one."""
    columns = tuple(
        Column(
            f"{field}.code",
            cast("Any", SimpleNamespace(name=field, required=target.startswith("!"))),
            target.lstrip("!"),
            "code",
        )
        for field, target in references.items()
    )
    return Table(f"{name}.csv", name, "code", columns, ())


def order(*tables: Table) -> list[tuple[str, set[str]]]:
    return [(step.table.object, set(step.later)) for step in plan_order(tables)]


def test_what_is_referred_to_comes_first() -> None:
    steps = order(table("contact", accountId="!account"), table("account"), table("line"))
    assert steps == [("account", set()), ("contact", set()), ("line", set())]


def test_a_table_that_refers_to_itself_sets_that_afterwards() -> None:
    assert order(table("account", parentId="account")) == [("account", {"parentId"})]


def test_a_circle_is_broken_at_an_optional_reference() -> None:
    steps = order(table("department", managerId="user"), table("user", departmentId="!department"))
    assert steps == [("department", {"managerId"}), ("user", set())]


def test_a_circle_of_optional_references_is_broken_where_fewest_wait() -> None:
    steps = order(
        table("user", departmentId="department", managerId="user"),
        table("department", managerId="user"),
    )
    assert steps == [("department", {"managerId"}), ("user", {"managerId"})]


def test_references_out_of_the_pack_need_no_order() -> None:
    assert order(table("user", roleId="role")) == [("user", set())]
