"""A small office for approvals: deals of a private object, a chain of command, a finance team."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import metadata
import runtime
import workflow
from metadata import Catalog, Change
from paas.db import Database
from paas.kernel import CallContext, Extensions
from runtime import Records, WriteCommand, load_principal
from workflow import Approvals

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
STAMP = "2026-03-04T05:06:07.000Z"
ALL = {"create": True, "read": True, "update": True, "delete": True}

FIELDS = (
    {"name": "dealName", "type": "text", "length": 100, "required": True},
    {"name": "amount", "type": "currency", "precision": 18, "scale": 2},
    {"name": "discount", "type": "percent", "precision": 5, "scale": 1},
    {"name": "level", "type": "picklist", "values": [
        {"value": "A", "label": "重点"}, {"value": "B", "label": "普通", "default": True},
    ]},
    {"name": "reviewerId", "type": "user"},
    {"name": "parentId", "type": "lookup", "to": "deal", "on_delete": "set_null"},
    {"name": "decidedOn", "type": "date"},
    {"name": "decidedBy", "type": "text", "length": 100},
    {"name": "count", "type": "integer"},
)  # fmt: skip

DESCRIPTION: tuple[tuple[str, dict[str, Any]], ...] = (
    ("object", {"name": "deal", "label": {"zh-CN": "商机", "en-US": "Deal"},
                "name_field": "dealName"}),
    *(("field", {"object": "deal", **each}) for each in FIELDS),
    ("record_type", {"object": "deal", "name": "plain", "default": True}),
    ("record_type", {"object": "deal", "name": "renewal"}),
    ("validation_rule", {"object": "deal", "name": "noFree", "at": "field:amount",
                         "when": "amount < 0", "message": "金额不能为负。"}),
    ("permission_set", {"name": "sales", "objects": {
        "deal": ALL, "user": {"read": True}, "role": {"read": True}}}),
    ("permission_set", {"name": "everything", "system": ["modify_all"]}),
    ("role", {"name": "rep", "permission_sets": ["sales"]}),
    ("role", {"name": "finance", "permission_sets": []}),
    ("role", {"name": "boss", "permission_sets": ["everything"]}),
)  # fmt: skip

MANAGER: dict[str, Any] = {"name": "manager", "approvers": [{"kind": "owner_manager"}]}


def step(name: str, *approvers: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    return {"name": name, "approvers": list(approvers), **settings}


def role(name: str) -> dict[str, Any]:
    return {"kind": "role", "role": name}


@dataclass
class Office:
    """Everything a test needs; `ids` holds people and roles by name."""

    database: Database
    catalog: Catalog
    records: Records
    approvals: Approvals
    ids: dict[str, str] = field(default_factory=dict)

    system = CallContext(now=NOW, origin="test")

    @classmethod
    def build(cls, database: Database, *plugins: Callable[[Extensions], None]) -> Office:
        extensions = Extensions()
        for package in (metadata, runtime, workflow):
            package.register(extensions)
        for register in plugins:
            register(extensions)
        metadata.install(database, extensions.freeze())
        catalog = Catalog(database, extensions)
        records = Records(database, catalog, extensions)
        approvals = Approvals(records, database, catalog, records.capability, extensions)
        office = cls(database, catalog, records, approvals)
        office.publish(*DESCRIPTION)
        office._people()
        return office

    def publish(self, *documents: tuple[str, Mapping[str, Any]]) -> None:
        self.catalog.publish(
            self.system, [Change("put", kind, document) for kind, document in documents]
        )

    def flow(self, *steps: Mapping[str, Any], **attributes: Any) -> None:
        """Publish an approval flow of deals; one manager's step when none is given."""
        document = {"object": "deal", "name": "flow", "label": "商机审批", **attributes}
        self.publish(("approval_flow", {**document, "steps": list(steps) or [MANAGER]}))

    def _people(self) -> None:
        for name in ("rep", "finance", "boss"):
            self.ids[f"role {name}"] = self.create("role", name=name, apiName=name)
        for name, role_name, manager in (
            ("chief", "rep", None), ("leader", "rep", "chief"), ("rep", "rep", "leader"),
            ("other", "rep", "leader"), ("cash", "finance", "chief"),
            ("credit", "finance", "chief"), ("admin", "boss", None),
        ):  # fmt: skip
            self.ids[name] = self.create(
                "user",
                name=name,
                roleId=self.ids[f"role {role_name}"],
                managerId=self.ids.get(manager or ""),
                email=f"{name}@example.com",
            )

    # -- people and records ----------------------------------------------------------------

    def as_(self, name: str, **changes: Any) -> CallContext:
        with self.database.read() as connection:
            snapshot = self.catalog.snapshot(connection)
            principal = load_principal(connection, snapshot, self.ids[name])
        assert principal is not None
        return CallContext(now=NOW, principal=principal, origin="test", **changes)

    def create(self, name: str, /, **values: Any) -> str:
        (outcome,) = self.records.write(self.system, WriteCommand("create", name, [values]))
        assert outcome.id is not None
        return outcome.id

    def deal(self, **values: Any) -> str:
        return self.create(
            "deal", **{"dealName": "大单", "ownerId": self.ids["rep"], "amount": 100, **values}
        )

    def update(self, name: str, record_id: str, **values: Any) -> None:
        command = WriteCommand("update", name, [{"id": record_id, **values}])
        self.records.write(self.system, command)

    def change(self, who: str, record_id: str, **values: Any) -> None:
        command = WriteCommand("update", "deal", [{"id": record_id, **values}])
        self.records.write(self.as_(who), command)

    def read(self, record_id: str, *names: str) -> tuple[Any, ...]:
        record = self.records.get(self.system, "deal", record_id)
        return tuple(record[name] for name in names)

    def status(self, record_id: str) -> tuple[Any, ...]:
        return self.read(record_id, "approvalStatus", "lockStatus")

    # -- acts ------------------------------------------------------------------------------

    def submit(self, record_id: str, *, by: str = "rep", comment: str | None = None) -> str:
        instance = self.approvals.submit(self.as_(by), "deal", record_id, comment=comment)
        return str(instance["id"])

    def approve(self, who: str, instance: str, **options: Any) -> dict[str, Any]:
        return self.approvals.approve(self.as_(who), instance, **options)

    def reject(self, who: str, instance: str, **options: Any) -> dict[str, Any]:
        return self.approvals.reject(self.as_(who), instance, **options)

    def waiting(self, instance: str) -> list[str]:
        """The names of those who are asked now."""
        shown = self.approvals.instance(self.system, instance)
        return [
            task["approver"]["name"]
            for each in shown["steps"]
            for task in each["tasks"]
            if task["status"] == "pending"
        ]

    def todo(self, who: str, state: Any = "pending") -> list[str]:
        """The names of the records in somebody's list."""
        items = self.approvals.todo(self.as_(who), state=state)
        return [item["record"]["name"] for item in items]
