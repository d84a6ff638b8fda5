"""The description changes while people work: no restart, nobody disturbed, in use at once."""

from __future__ import annotations

import threading
from typing import Any

from tests.acceptance.conftest import SignIn
from tests.acceptance.desk import Desk, fresh
from tests.support.server import Product

OBJECT = {
    "name": "equipmentLoan",
    "label": {"zh-CN": "设备借用", "en-US": "Equipment loan"},
    "name_field": "purpose",
    "sharing": "private",
}
FIELDS: list[dict[str, Any]] = [
    {
        "name": "purpose",
        "label": {"zh-CN": "用途", "en-US": "Purpose"},
        "type": "text",
        "length": 80,
        "required": True,
    },
    {
        "name": "days",
        "label": {"zh-CN": "天数", "en-US": "Days"},
        "type": "integer",
    },
    {
        "name": "dailyRate",
        "label": {"zh-CN": "日租金", "en-US": "Daily rate"},
        "type": "currency",
        "precision": 12,
        "scale": 2,
    },
    {
        "name": "accountId",
        "label": {"zh-CN": "客户", "en-US": "Account"},
        "type": "lookup",
        "to": "account",
        "on_delete": "restrict",
    },
    {
        "name": "total",
        "label": {"zh-CN": "合计", "en-US": "Total"},
        "type": "formula",
        "result": "currency",
        "precision": 18,
        "scale": 2,
        "formula": "days*dailyRate",
    },
]
RULE = {
    "object": "equipmentLoan",
    "name": "longLoan",
    "label": {"zh-CN": "借用天数上限", "en-US": "Limit of days"},
    "when": "equipmentLoan.days>30",
    "message": {"zh-CN": "借用不能超过30天。", "en-US": "A loan lasts 30 days at most."},
    "at": "field:days",
}
LAYOUT = {
    "object": "equipmentLoan",
    "name": "equipmentLoanStandard",
    "label": {"zh-CN": "设备借用布局", "en-US": "Equipment loan layout"},
    "sections": [
        {
            "name": "basicInfo",
            "label": {"zh-CN": "借用信息", "en-US": "Loan"},
            "fields": [{"field": name} for name in ("purpose", "accountId", "days", "dailyRate")],
        }
    ],
    "assignments": [{}],
}
FLOW = {
    "object": "equipmentLoan",
    "name": "equipmentLoanApproval",
    "label": {"zh-CN": "设备借用审批", "en-US": "Equipment loan approval"},
    "entry": "equipmentLoan.days>0",
    "steps": [
        {
            "name": "manager",
            "label": {"zh-CN": "上级审批", "en-US": "Manager"},
            "approvers": [{"kind": "owner_manager"}],
        }
    ],
}


class Writer(threading.Thread):
    """A client that writes records without pause until it is stopped."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(daemon=True)
        self._desk = desk
        self._ended = threading.Event()
        self.statuses: list[int] = []
        self.wrote = threading.Condition()

    def run(self) -> None:
        while not self._ended.is_set():
            answer = self._desk.client.post(
                "/api/v1/records/lead",
                json={"name": "并发", "company": fresh("并发公司"), "mobile": "13800001236"},
            )
            with self.wrote:
                self.statuses.append(answer.status_code)
                self.wrote.notify_all()

    def wait_for(self, more: int) -> None:
        """Wait until that many further records are written."""
        with self.wrote:
            goal = len(self.statuses) + more
            assert self.wrote.wait_for(lambda: len(self.statuses) >= goal, timeout=30)

    def finish(self) -> None:
        self._ended.set()
        self.join(timeout=30)


def grant(admin: Desk, name: str, object_name: str) -> dict:
    """Return the change that lets a permission set work with an object."""
    sets = admin.definitions("permission_set")
    document = next(each for each in sets if each["name"] == name)
    rights = {"create": True, "read": True, "update": True}
    document["objects"] = {**document["objects"], object_name: rights}
    return {"action": "put", "kind": "permission_set", "document": document}


def test_an_object_is_created_and_used_at_once_while_others_write(
    product: Product, admin: Desk, sign_in: SignIn
) -> None:
    writer = Writer(Desk(product.sign_in("sales2")))
    writer.start()
    try:
        writer.wait_for(5)
        published = admin.publish_changes(
            [
                {"action": "put", "kind": "object", "document": OBJECT},
                *(
                    {
                        "action": "put",
                        "kind": "field",
                        "document": {"object": OBJECT["name"], **field},
                    }
                    for field in FIELDS
                ),
                {"action": "put", "kind": "validation_rule", "document": RULE},
                {"action": "put", "kind": "page_layout", "document": LAYOUT},
                {"action": "put", "kind": "approval_flow", "document": FLOW},
                grant(admin, "sales_rep", "equipmentLoan"),
            ]
        )
        assert published["ddl"]
        use_at_once(sign_in("sales"), sign_in("manager"))
        writer.wait_for(5)
    finally:
        writer.finish()
    assert set(writer.statuses) == {201}


def use_at_once(sales: Desk, manager: Desk) -> None:
    described = sales.get("/api/v1/describe/equipmentLoan")
    assert {"purpose", "days", "total"} <= {each["name"] for each in described["fields"]}
    form = sales.get("/api/v1/ui/equipmentLoan/form")
    assert [each["label"] for each in form["root"]["children"]][:1] == ["借用信息"]

    refused = sales.create("equipmentLoan", purpose="展会演示", days=31, expect=422)
    assert [(each["pointer"], each["detail"]) for each in refused["errors"]] == [
        ("/days", "借用不能超过30天。")
    ]
    loan = sales.create("equipmentLoan", purpose="展会演示", days=30, dailyRate=99.5)
    assert loan["total"] == 2985

    instance = sales.submit("equipmentLoan", loan["id"])
    assert [each["record"]["id"] for each in manager.todo()][:1] == [loan["id"]]
    manager.decide(instance["id"], "approve")
    assert sales.read("equipmentLoan", loan["id"])["approvalStatus"] == "approved"
