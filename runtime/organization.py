"""The organisation: one record about the tenant itself, which formulas read as `$Organization`.

It is there from the beginning and never goes. What it holds is ordinary: administrators change it
and add fields like those of any object.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from typing import Any

from metadata import GLOBALS, ORGANIZATION
from paas.kernel import Violation
from runtime.command import WriteCommand
from runtime.draft import Batch
from runtime.problem import CURRENCY_UNKNOWN, MONTH_INVALID, ONE_ORGANIZATION, ZONE_UNKNOWN
from runtime.sql.select import Reading, build
from runtime.work import Participant, Work

ORGANIZATION_ID = "5a1f0c52-0d0e-4c55-9f2e-7f6b7b0cff01"
"""The id of the record: whoever adds it twice is refused by the database."""
CURRENCY = re.compile(r"[A-Z]{3}\Z")
MONTHS = range(1, 13)


def establish(work: Work, **values: Any) -> bool:
    """Add the record with these values unless it is there; tell whether it was added."""
    model = work.snapshot.object(GLOBALS[ORGANIZATION])
    there = build(Reading(work.snapshot, work.dialect, model, (("id",),), find="one"))
    if work.connection.fetch(there.statement, {"id": ORGANIZATION_ID}):
        return False
    row = {"id": ORGANIZATION_ID, **values}
    work.write(WriteCommand("create", model.name, [row]))
    return True


def _guard(batch: Batch, _work: Work) -> None:
    for draft in batch.drafts:
        if batch.operation == "delete" or draft.id != ORGANIZATION_ID:
            draft.refuse(ONE_ORGANIZATION.at(""))
            continue
        for violation in _wrong(draft.values):
            draft.refuse(violation)


def _wrong(values: Mapping[str, Any]) -> Iterator[Violation]:
    """Yield what is no currency, month or time zone."""
    currency, month, zone = (values[name] for name in ("currency", "fiscalYearStart", "timeZone"))
    if currency is not None and CURRENCY.match(currency) is None:
        yield CURRENCY_UNKNOWN.at("/currency", value=currency)
    if month is not None and month not in MONTHS:
        yield MONTH_INVALID.at("/fiscalYearStart")
    if zone is not None and zone not in zoneinfo.available_timezones():
        yield ZONE_UNKNOWN.at("/timeZone", value=zone)


ONE_RECORD = Participant(
    key="organization",
    before_save=_guard,
    objects=lambda model: model.name == GLOBALS[ORGANIZATION],
)
"""Keeps the organisation to one record that makes sense."""
