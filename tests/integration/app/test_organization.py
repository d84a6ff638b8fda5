"""The organisation's record: there from the first start, and what follows from its time zone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from paas.app.settings import Settings
from paas.app.tenant import open_tenant
from paas.kernel import CallContext
from runtime import ORGANIZATION_ID, ListQuery, WriteCommand
from tests.support.database import Place


def test_it_is_added_once_and_keeps_what_administrators_wrote(place: Place, tmp_path: Path) -> None:
    def settings(zone: str) -> Settings:
        return Settings(
            database_url=place.url,
            database_schema=place.schema,
            home=tmp_path / "home",
            tenant="acme",
            zone=zone,
        )

    first = open_tenant(settings("Asia/Tokyo"))
    context = CallContext(now=first.clock(), origin="test")
    before = first.records.get(context, "organization", ORGANIZATION_ID)
    assert (before["name"], before["timeZone"], before["currency"]) == ("acme", "Asia/Tokyo", "CNY")
    change = {"id": ORGANIZATION_ID, "name": "顶点", "timeZone": "Europe/Berlin"}
    first.records.write(context, WriteCommand("update", "organization", [change]))
    first.close()
    second = open_tenant(settings("Asia/Tokyo"))
    page = second.records.list(context, "organization", ListQuery(fields=("name",), count=True))
    second.close()
    assert (page.count, page.records[0]["name"]) == (1, "顶点")
    assert second.zone == "Europe/Berlin"


def test_processes_that_start_together_add_one(place: Place, tmp_path: Path) -> None:
    settings = Settings(
        database_url=place.url, database_schema=place.schema, home=tmp_path / "home"
    )
    first = open_tenant(settings)
    with first.database.read() as connection:
        table = first.catalog.snapshot(connection).object("organization").table
    first.database.write(lambda connection: connection.execute(f"DELETE FROM {table}"))
    context = CallContext(now=first.clock(), origin="test")
    with ThreadPoolExecutor(3) as pool:
        opened = list(pool.map(lambda _n: open_tenant(settings), range(3)))
    page = first.records.list(context, "organization", ListQuery(fields=("id",), count=True))
    for each in (*opened, first):
        each.close()
    assert page.count == 1
