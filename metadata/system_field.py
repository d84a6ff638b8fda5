"""System fields: what every object has without anybody describing it.

They are ordinary `FieldDef`s with deterministic uids, made from the object when a snapshot is
built and never stored as documents; so formulas, permissions, layouts and the API treat them like
any other field.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from metadata.definition import SETTING_KEY, FieldDef, ObjectDef, PicklistValueDef

WrittenBy = Literal["caller", "engine", "capability"]

_NAMESPACE = uuid.UUID("0f6b3c1e-77aa-5d02-9b41-d5e905a1c0de")


def derived_uid(owner: str, name: str) -> str:
    """Return the uid of what is made from (or matched inside) the definition `owner` by name."""
    return str(uuid.uuid5(_NAMESPACE, f"{owner}/{name}"))


def _values(owner: str, *choices: tuple[str, str, str]) -> tuple[PicklistValueDef, ...]:
    return tuple(
        PicklistValueDef(
            uid=derived_uid(owner, value), value=value, label={"zh-CN": zh, "en-US": en}
        )
        for value, zh, en in choices
    )


APPROVAL_STATUS = _values(
    "approvalStatus",
    ("draft", "待提交", "Not submitted"),
    ("pending", "审批中", "In approval"),
    ("approved", "审批通过", "Approved"),
    ("rejected", "审批驳回", "Rejected"),
    ("recalled", "已撤回", "Recalled"),
)
LOCK_STATUS = _values(
    "lockStatus",
    ("unlocked", "未锁定", "Unlocked"),
    ("locked", "已锁定", "Locked"),
)
LIFE = "lifeStatus"
NORMAL, VOID = "normal", "void"
LIFE_STATUS = tuple(
    each.model_copy(update={"default": each.value == NORMAL})
    for each in _values(LIFE, (NORMAL, "正常", "Normal"), (VOID, "作废", "Void"))
)


def _always(_object: ObjectDef) -> bool:
    return True


def _owned(owner: ObjectDef) -> bool:
    return owner.owned


def _ordinary(owner: ObjectDef) -> bool:
    return not (owner.protected or owner.setting)


def _voidable(owner: ObjectDef) -> bool:
    return owner.voidable


def _setting(owner: ObjectDef) -> bool:
    return owner.setting


@dataclass(frozen=True, slots=True)
class SystemField:
    """A field that objects have by nature. `applies` tells which ones."""

    name: str
    zh: str
    en: str
    type: str
    column: str
    written_by: WrittenBy = "engine"
    applies: Callable[[ObjectDef], bool] = _always
    attributes: dict[str, Any] = field(default_factory=dict)

    def of(self, owner: ObjectDef) -> FieldDef:
        """Return the field as `owner` has it."""
        return FieldDef(
            uid=derived_uid(owner.uid, self.name),
            object=owner.name,
            name=self.name,
            label={"zh-CN": self.zh, "en-US": self.en},
            type=self.type,
            protected=True,
            physical=self.column,
            **self.attributes,
        )


SYSTEM_FIELDS = (
    SystemField("id", "编号", "ID", "id", "id"),
    SystemField(
        "ownerId", "负责人", "Owner", "user", "owner_id", "caller", _owned, {"indexed": True}
    ),
    SystemField(
        "dimDepart",
        "所属部门",
        "Owning department",
        "department",
        "dim_depart",
        "caller",
        _owned,
        {"indexed": True},
    ),
    SystemField(
        "entityType", "业务类型", "Record type", "record_type", "entity_type", "caller", _ordinary
    ),
    SystemField(
        SETTING_KEY,
        "适用键",
        "Holds for",
        "text",
        "setup_key",
        "engine",
        _setting,
        {"length": 40, "unique": True},
    ),
    SystemField(
        "setupRoleId",
        "适用职能",
        "For the role",
        "lookup",
        "setup_role_id",
        "caller",
        _setting,
        {"to": "role", "on_delete": "cascade"},
    ),
    SystemField(
        "setupUserId",
        "适用用户",
        "For the user",
        "user",
        "setup_user_id",
        "caller",
        _setting,
        {"on_delete": "cascade"},
    ),
    SystemField("createdBy", "创建人", "Created by", "user", "created_by"),
    SystemField(
        "createdAt",
        "创建时间",
        "Created at",
        "datetime",
        "created_at",
        attributes={"indexed": True},
    ),
    SystemField("updatedBy", "最后修改人", "Last modified by", "user", "updated_by"),
    SystemField("updatedAt", "最后修改时间", "Last modified at", "datetime", "updated_at"),
    SystemField(
        "approvalStatus",
        "审批状态",
        "Approval status",
        "picklist",
        "approval_status",
        "capability",
        _ordinary,
        {"values": APPROVAL_STATUS},
    ),
    SystemField(
        "lockStatus",
        "锁定状态",
        "Lock status",
        "picklist",
        "lock_status",
        "capability",
        _ordinary,
        {"values": LOCK_STATUS},
    ),
    SystemField(
        LIFE,
        "生命状态",
        "Life status",
        "picklist",
        "life_status",
        "capability",
        _voidable,
        {"values": LIFE_STATUS},
    ),
    SystemField("version", "版本", "Version", "version", "version"),
)

WRITTEN_BY: dict[str, WrittenBy] = {each.name: each.written_by for each in SYSTEM_FIELDS}
NEVER_NULL = frozenset({"id", "version", "createdAt", "updatedAt"})
"""Fields the engine itself always gives a value."""

RESERVED = frozenset(each.name.casefold() for each in SYSTEM_FIELDS)
"""Names that no described field may bear."""


def system_fields(owner: ObjectDef) -> tuple[FieldDef, ...]:
    """Return the system fields `owner` has."""
    return tuple(each.of(owner) for each in SYSTEM_FIELDS if each.applies(owner))
