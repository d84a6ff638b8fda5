"""Globals with members and settings behind a step: all five targets say the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

import formula
from formula import Environment, Evaluation, FieldSymbol, GlobalSymbol, Kind, ObjectSymbol, Type
from formula.targets.browser import BrowserEvaluator
from formula.targets.sql.evaluator import SqlEvaluator

pytestmark = pytest.mark.postgresql


def symbols(*fields: FieldSymbol) -> dict[str, FieldSymbol]:
    return {each.name.casefold(): each for each in fields}


LIMITS = ObjectSymbol(
    "limits",
    symbols(
        FieldSymbol("most", Type(Kind.NUMBER), physical_scale=2),
        FieldSymbol("rate", Type(Kind.NUMBER, percent=True), physical_scale=1),
        FieldSymbol("strict", Type(Kind.BOOLEAN)),
        FieldSymbol("since", Type(Kind.DATE)),
        FieldSymbol("prefix", Type(Kind.TEXT)),
    ),
)
CALLED = {"en-US": "member"}
STEP = FieldSymbol("limits", Type(Kind.REFERENCE, target="limits"), hop="@limits", is_value=False)
OWNERS = {
    "$setup": ObjectSymbol("$Setup", symbols(STEP), members=CALLED),
    "$permission": ObjectSymbol(
        "$Permission", symbols(FieldSymbol("bypass", Type(Kind.BOOLEAN))), members=CALLED
    ),
    "$label": ObjectSymbol("$Label", symbols(FieldSymbol("hint", Type(Kind.TEXT))), members=CALLED),
}
ENVIRONMENT = Environment(
    object=ObjectSymbol("deal", symbols(FieldSymbol("amount", Type(Kind.NUMBER)))),
    objects=lambda name: LIMITS if name == "limits" else None,
    globals={name: GlobalSymbol(owner, name, guarded=True) for name, owner in OWNERS.items()},
)
FULL: dict[str, Any] = {
    "$setup": {
        "@limits": {
            "most": Decimal("12.50"),
            "rate": Decimal("45.0"),
            "strict": True,
            "since": date(2024, 2, 29),
            "prefix": "大",
        }
    },
    "$permission": {"bypass": True},
    "$label": {"hint": "请填写"},
}
BLANK: dict[str, Any] = {
    "$setup": {"@limits": dict.fromkeys(FULL["$setup"]["@limits"])},
    "$permission": {"bypass": False},
    "$label": {"hint": None},
}


@pytest.mark.parametrize(
    ("source", "full", "blank"),
    [
        ("amount > $Setup.limits.most", False, True),
        ("$Setup.limits.most + $Setup.limits.most * $Setup.limits.rate", "18.125", "0"),
        ("IF($Setup.limits.strict && NOT($Permission.bypass), 1, 2)", "2", "2"),
        ("$Setup.limits.since + 1", date(2024, 3, 1), None),
        ("$Label.hint & $Setup.limits.prefix", "请填写大", None),
        ("ISBLANK($Label.hint) || ISBLANK($Setup.limits.since)", False, True),
        ("LET(most, $Setup.limits.most, most + most)", "25", "0"),
    ],
)
def test_all_targets_agree_on_globals(
    source: str,
    full: Any,
    blank: Any,
    on_sqlite: SqlEvaluator,
    on_postgresql: SqlEvaluator,
    browser: BrowserEvaluator,
) -> None:
    made = formula.compile(source, ENVIRONMENT)
    row = {"amount": Decimal(7)}
    for globals_, expected in ((FULL, full), (BLANK, blank)):
        is_number = made.type.kind is Kind.NUMBER
        wanted = Decimal(expected) if is_number else expected
        told = Evaluation(globals=globals_)
        found = {
            "oracle": made.walk(row, None, told),
            "python": made.evaluate(row, None, told),
            "sqlite": on_sqlite.value(made, row, None, told),
            "postgresql": on_postgresql.value(made, row, None, told),
            "browser": browser.value(made, row, None, told),
        }
        assert found == dict.fromkeys(found, wanted)
        assert told.diagnostics == []
