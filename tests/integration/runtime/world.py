"""A small business to write records in: four objects with every sharing, four people, two teams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import metadata
import runtime
from metadata import Catalog, Change
from paas.db import Database
from paas.kernel import CallContext, Extensions, Principal
from runtime import Outcome, Participant, Records, WriteCommand, load_principal

NOW = datetime(2026, 3, 4, 5, 6, 7, 891234, tzinfo=UTC)
STAMP = "2026-03-04T05:06:07.891Z"
ADDRESS = "上海市浦东新区世纪大道一百号环球金融中心"
TOO_SHORT = "客户地址长度小于20个字，请重新输入。"


def account() -> list[tuple[str, dict[str, Any]]]:
    fields: list[dict[str, Any]] = [
        {"name": "accountName", "type": "text", "length": 120, "required": True, "indexed": True},
        {"name": "address", "type": "text", "length": 400},
        {"name": "level", "type": "picklist", "values": [
            {"value": "A", "label": "A 级"}, {"value": "B", "label": "B 级", "default": True},
            {"value": "C", "label": "C 级"},
        ]},
        {"name": "revenue", "type": "currency", "precision": 18, "scale": 2},
        {"name": "staff", "type": "integer"},
        {"name": "discount", "type": "percent", "precision": 5, "scale": 1},
        {"name": "active", "type": "boolean", "default": True},
        {"name": "signedOn", "type": "date"},
        {"name": "calledAt", "type": "datetime"},
        {"name": "taxCode", "type": "text", "length": 30, "unique": True},
        {"name": "parentAccountId", "type": "lookup", "to": "account", "on_delete": "restrict"},
        {"name": "secret", "type": "text", "length": 30},
        {"name": "perHead", "type": "formula", "result": "decimal", "precision": 18, "scale": 2,
         "formula": "revenue / staff"},
        {"name": "shownAs", "type": "formula", "result": "text",
         "formula": "accountName & ' / ' & ownerId.name"},
    ]  # fmt: skip
    return [
        ("object", {"name": "account", "label": "客户", "name_field": "accountName"}),
        *(("field", {"object": "account", **each}) for each in fields),
        ("record_type", {"object": "account", "name": "plain", "default": True}),
        ("record_type", {"object": "account", "name": "partner", "picklists": {"level": ["A"]}}),
        ("record_type", {"object": "account", "name": "old", "active": False}),
        ("validation_rule", {
            "object": "account", "name": "addressLength", "message": TOO_SHORT,
            "when": "LEN(account.address)<20",
        }),
    ]  # fmt: skip


def others() -> list[tuple[str, dict[str, Any]]]:
    made: list[tuple[str, dict[str, Any]]] = []
    for name, sharing, policy in (
        ("contact", "private", "cascade"),
        ("visit", "read", "set_null"),
        ("memo", "read_write", "restrict"),
    ):
        made += [
            ("object", {"name": name, "label": name, "sharing": sharing}),
            ("field", {"object": name, "name": "name", "type": "text"}),
            ("field", {"object": name, "name": "accountId", "type": "lookup", "to": "account",
                       "on_delete": policy}),
        ]  # fmt: skip
    return made


ALL = {"create": True, "read": True, "update": True, "delete": True}


def permissions() -> list[tuple[str, dict[str, Any]]]:
    objects: dict[str, dict[str, Any]] = {
        name: dict(ALL) for name in ("account", "contact", "visit", "memo")
    }
    objects["account"] |= {"fields": {"secret": "none", "discount": "read"}}
    objects |= {name: {"read": True} for name in ("user", "department", "role")}
    return [
        ("permission_set", {"name": "sales", "objects": objects}),
        ("permission_set", {"name": "everything", "system": ["modify_all", "manage_metadata"]}),
        ("role", {"name": "rep", "permission_sets": ["sales"]}),
        ("role", {"name": "boss", "permission_sets": ["everything"]}),
    ]


def put(kind: str, document: Mapping[str, Any]) -> Change:
    return Change("put", kind, document)


@dataclass
class World:
    """Everything a test needs; `ids` holds people, departments and roles by name."""

    database: Database
    catalog: Catalog
    records: Records
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def build(cls, database: Database, *participants: Participant) -> World:
        extensions = Extensions()
        for package in (metadata, runtime):
            package.register(extensions)
        extensions.register(runtime.PARTICIPANTS, *participants)
        metadata.install(database, extensions)
        catalog = Catalog(database, extensions)
        world = cls(database, catalog, Records(database, catalog, extensions))
        world.publish(*account(), *others(), *permissions())
        world._people()
        return world

    def publish(self, *documents: tuple[str, Mapping[str, Any]]) -> None:
        self.catalog.publish(self.system, [put(kind, each) for kind, each in documents])

    def _people(self) -> None:
        for name in ("rep", "boss"):
            self.ids[name] = self.create("role", name=name, apiName=name)
        for name, parent in (
            ("company", None),
            ("sales", "company"),
            ("east", "sales"),
            ("ops", "company"),
        ):
            above = self.ids.get(parent or "")
            self.ids[name] = self.create("department", departName=name, parentDepartId=above)
        for name, department, role in (
            ("管理员", "company", "boss"), ("leader", "sales", "rep"),
            ("owner", "east", "rep"), ("stranger", "ops", "rep"),
        ):  # fmt: skip
            self.ids[name] = self.create(
                "user", name=name, dimDepart=self.ids[department], roleId=self.ids[role]
            )
        self.change("department", self.ids["sales"], managerId=self.ids["leader"])

    # -- callers ---------------------------------------------------------------------------

    system = CallContext(now=NOW, origin="test")

    def principal(self, name: str) -> Principal:
        with self.database.read() as connection:
            snapshot = self.catalog.snapshot(connection)
            found = load_principal(connection, snapshot, self.ids[name])
        assert found is not None
        return found

    def as_(self, name: str, **changes: Any) -> CallContext:
        return CallContext(now=NOW, principal=self.principal(name), origin="test", **changes)

    # -- writing ---------------------------------------------------------------------------

    def write(
        self,
        operation: Any,
        name: str,
        *rows: Mapping[str, Any],
        context: CallContext | None = None,
        **options: Any,
    ) -> list[Outcome]:
        command = WriteCommand(operation, name, rows, **options)
        return self.records.write(context or self.system, command)

    def create(self, name: str, /, *, by: CallContext | None = None, **values: Any) -> str:
        (outcome,) = self.write("create", name, values, context=by)
        assert outcome.id is not None
        return outcome.id

    def change(
        self, name: str, record_id: str, /, *, by: CallContext | None = None, **values: Any
    ) -> Outcome:
        return self.write("update", name, {"id": record_id, **values}, context=by)[0]

    def rows(self, sql: str) -> Sequence[tuple[Any, ...]]:
        with self.database.read() as connection:
            return connection.fetch(sql)


def valid(**values: Any) -> dict[str, Any]:
    return {"accountName": "大众", "address": ADDRESS, **values}
