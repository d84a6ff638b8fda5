"""The record before and after a change, also through lookups, and picklist literals."""

from __future__ import annotations

from decimal import Decimal

import pytest

import formula
from formula import Kind, PicklistValue, Type
from tests.unit.formula.world import DEAL, environment, thing, value_of


def test_a_new_record_is_new_and_nothing_of_it_has_changed() -> None:
    row = {"name": "a", "amount": Decimal(5)}
    assert value_of("ISNEW()", row) is True
    assert value_of("ISCHANGED(name)", row) is False
    assert value_of("PRIORVALUE(amount)", row) == 5
    assert value_of("ISNEW()", row, row) is False


CHANGES = [
    ("name", "a", "b", True),
    ("name", "a", "a", False),
    ("name", None, "", False),
    ("name", None, "a", True),
    ("name", "a", None, True),
    ("name", "a\r\nb", "a\nb", False),
    ("name", "a\rb", "a\nb", True),
    ("amount", Decimal("20"), Decimal("20.00"), False),
    ("amount", None, Decimal(0), True),
    ("level", "A", "B", True),
    ("won", None, False, False),
]


@pytest.mark.parametrize(("field", "before", "after", "changed"), CHANGES)
@pytest.mark.parametrize("blank", ["zero", "blank"])
def test_what_counts_as_a_change(field, before, after, changed, blank) -> None:
    row, old = {field: after}, {field: before}
    assert value_of(f"ISCHANGED({field})", row, old, blank=blank) is changed
    assert value_of(f"NOT(ISCHANGED({field}))", row, old, blank=blank) is not changed


def test_a_path_is_read_through_the_old_record_and_the_new() -> None:
    old = {"@ownerId": {"Name": "甲"}}
    row = {"@ownerId": {"Name": "乙"}}
    assert value_of("ISCHANGED(ownerId.user.Name)", row, old) is True
    assert value_of("PRIORVALUE(ownerId.Name)", row, old) == "甲"
    assert value_of("ISCHANGED(ownerId.Name)", row, {"@ownerId": None}) is True


def test_a_prior_number_counts_as_zero_where_blanks_do() -> None:
    assert value_of("PRIORVALUE(amount) + 1", {"amount": Decimal(9)}, {"amount": None}) == 1


@pytest.mark.parametrize(
    ("source", "matched"),
    [
        ("level = 'approved'", "value"),
        ("level = '审批通过'", "label"),
        ("'Approved' = level", "label"),
    ],
)
def test_a_literal_names_a_picklist_value_by_value_or_by_label(source: str, matched: str) -> None:
    compiled = formula.compile(source, environment())
    assert [(literal.uid, literal.matched) for literal in compiled.literals] == [("u3", matched)]
    assert value_of(source, {"level": "approved"}) is True
    assert value_of(source, {"level": "A"}) is False


def test_the_api_value_wins_over_a_label() -> None:
    crossed = Type(
        Kind.PICKLIST,
        values=(
            PicklistValue("x", "A", {"zh-CN": "B"}),
            PicklistValue("y", "B", {"zh-CN": "A"}),
        ),
    )
    own = thing("deal", level=crossed)
    assert value_of("level = 'A'", {"level": "A"}, object=own) is True


def test_picklists_choose_and_are_written_by_label() -> None:
    row = {"level": "A", "@accountId": {"level": "B"}}
    assert value_of("CASE(level, '重点', 1, 'Normal', 2, 3)", row) == 1
    assert value_of("TEXT(level)", row) == "重点"
    assert value_of("TEXT(accountId.level) & '!'", row) == "普通!"
    assert value_of("TEXT(level)", {"level": "gone"}) == "gone"
    assert value_of("IN(level, 'B', 'Key')", row) is True
    assert value_of("level = accountId.level", row) is False
    assert value_of("level = name", {"level": "A", "name": "A"}) is True


def test_several_values_of_a_multipicklist() -> None:
    own = thing("deal", level=Type(Kind.MULTIPICKLIST, values=DEAL.fields["level"].type.values))
    row = {"level": "A;approved"}
    assert value_of("INCLUDES(level, '审批通过')", row, object=own) is True
    assert value_of("INCLUDES(level, 'B')", row, object=own) is False
    assert value_of("PICKLISTCOUNT(level)", row, object=own) == 2
    assert value_of("PICKLISTCOUNT(level)", {}, object=own) == 0
