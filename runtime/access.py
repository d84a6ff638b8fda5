"""What a caller may do: the permission sets in force, merged, per object.

Permissions are decided here and nowhere else; rows are described as a `Scope` that every
statement uses. Values of records are never looked at in this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from metadata import ObjectModel, ObjectPermission, PermissionSetDef, Snapshot
from paas.kernel import CallContext, Principal
from runtime.problem import AccessDenied
from runtime.scope import EVERYTHING, MANY, NO_REACH, NOTHING, Reach, Rows, Scope

Operation = Literal["create", "read", "update", "delete", "void", "modify_all"]
ReaderKey = tuple[tuple[str, ...] | None, Reach]
ALWAYS_READABLE = frozenset({"id", "version"})

_LED_STEPS = (1, 2, 4)
"""Few lengths mean few statements; who leads more departments has them in a list."""


@dataclass(frozen=True, slots=True)
class ObjectAccess:
    """What a caller may do with one object. Field names are canonical API names."""

    object: ObjectModel
    create: bool
    read: bool
    update: bool
    delete: bool
    void: bool
    view_all: bool
    modify_all: bool
    readable: frozenset[str]
    writable: frozenset[str]

    def may(self, operation: Operation) -> bool:
        """Tell whether the operation is granted on the object at all."""
        return cast("bool", getattr(self, operation))

    def check(self, operation: Operation) -> None:
        """Raise `AccessDenied` unless the operation is granted."""
        if not self.may(operation):
            raise AccessDenied(object=self.object.label, operation=operation)

    def scope(self, operation: Operation, *, reach: Reach = NO_REACH) -> Scope:
        """Return the rows the operation may touch for a caller with this reach.

        `read` shares every row for reading, `read_write` for reading and editing; deleting
        always needs a record of one's own. A single shared record is shared for reading.
        """
        if not self.may(operation):
            return NOTHING
        if self.modify_all or (operation == "read" and self.view_all):
            return EVERYTHING
        sharing = self.object.sharing
        if operation == "read" and sharing in ("read", "read_write"):
            return EVERYTHING
        if operation == "update" and sharing == "read_write":
            return EVERYTHING
        if not self.object.definition.owned:
            return NOTHING
        return Scope(Rows.OWN, reach if operation == "read" else Reach(reach.led))


class Permissions:
    """The effective permissions of everybody who has the same permission sets.

    `key` tells two callers with different grants apart; None means system mode.
    """

    def __init__(self, snapshot: Snapshot, uids: tuple[str, ...] | None) -> None:
        found = [snapshot.by_uid(uid) for uid in uids or ()]
        self._sets = [each for each in found if isinstance(each, PermissionSetDef)]
        self._objects: dict[str, ObjectAccess] = {}
        self.key = uids
        self.system: frozenset[str] = frozenset(name for each in self._sets for name in each.system)
        self.custom: frozenset[str] = frozenset(
            name.casefold() for each in self._sets for name in each.permissions
        )
        self.apps: frozenset[str] = frozenset(name for each in self._sets for name in each.apps)

    @classmethod
    def of(cls, context: CallContext, snapshot: Snapshot) -> Permissions:
        """Return the permissions of a caller."""
        return permissions_of(snapshot, context.principal)

    def has(self, permission: str) -> bool:
        """Tell whether a permission on the whole tenant is granted."""
        return self.key is None or permission in self.system

    def grants(self, permission: str) -> bool:
        """Tell whether a permission is granted, one of the system or of the business's own."""
        return self.has(permission) or permission.casefold() in self.custom

    def may(self, model: ObjectModel, operation: Operation, /) -> bool:
        """Tell whether the operation is granted on the object at all."""
        return self.on(model).may(operation)

    def require_object(self, model: ObjectModel, operation: Operation, /) -> None:
        """Raise `AccessDenied` unless the operation is granted on the object."""
        self.on(model).check(operation)

    def readable_fields(self, model: ObjectModel, /) -> frozenset[str]:
        """Return the API names of the fields whose values may be seen."""
        return self.on(model).readable

    def writable_fields(self, model: ObjectModel, /) -> frozenset[str]:
        """Return the API names of the fields that may be written."""
        return self.on(model).writable

    def on(self, model: ObjectModel) -> ObjectAccess:
        """Return what is granted on `model`."""
        known = self._objects.get(model.name)
        if known is None:
            known = self._objects[model.name] = self._merge(model)
        return known

    def _merge(self, model: ObjectModel) -> ObjectAccess:
        if self.key is None or self._governs(model):
            return _everything(model)
        granted = [
            permission
            for each in self._sets
            for name, permission in each.objects.items()
            if name.casefold() == model.name.casefold()
        ]
        view_all = "view_all" in self.system or any(each.view_all for each in granted)
        return ObjectAccess(
            object=model,
            create=any(each.create for each in granted),
            read=view_all or any(each.read or each.modify_all for each in granted),
            update=any(each.update or each.modify_all for each in granted),
            delete=any(each.delete or each.modify_all for each in granted),
            view_all=view_all,
            void=any(each.void or each.modify_all for each in granted),
            modify_all=any(each.modify_all for each in granted),
            readable=self._readable(model, granted),
            writable=_fields(model, granted, ("edit",)) & _everything(model).writable,
        )

    def _governs(self, model: ObjectModel) -> bool:
        """Tell whether a grant on the whole tenant covers the object entirely."""
        if "modify_all" in self.system:
            return True
        if "manage_metadata" in self.system and model.is_setting:
            return True
        return "manage_users" in self.system and model.definition.protected

    def _readable(self, model: ObjectModel, granted: list[ObjectPermission]) -> frozenset[str]:
        if "view_all" in self.system:
            return frozenset(model.fields)
        listed = _fields(model, granted, ("read", "edit"))
        return listed | (ALWAYS_READABLE & model.fields.keys()) if granted else listed


def _everything(model: ObjectModel) -> ObjectAccess:
    writable = frozenset(
        name for name, field in model.fields.items() if field.written_by == "caller"
    )
    return ObjectAccess(
        object=model,
        create=True,
        read=True,
        update=True,
        delete=True,
        view_all=True,
        void=True,
        modify_all=True,
        readable=frozenset(model.fields),
        writable=frozenset(name for name in writable if model.fields[name].is_writable),
    )


def _fields(
    model: ObjectModel, granted: list[ObjectPermission], levels: tuple[str, ...]
) -> frozenset[str]:
    """Return the fields that at least one grant gives at one of `levels`."""
    names: set[str] = set()
    for permission in granted:
        listed = {name.casefold(): level for name, level in permission.fields.items()}
        names.update(
            name
            for name in model.fields
            if listed.get(name.casefold(), permission.field_default) in levels
        )
    return frozenset(names)


def permissions_of(snapshot: Snapshot, principal: Principal | None) -> Permissions:
    """Return the permissions of a principal, None being system mode; made once per revision."""
    uids = None if principal is None else principal.permission_sets
    return snapshot.plan(("permissions", uids), lambda: Permissions(snapshot, uids))


def led_of(context: CallContext) -> tuple[str, ...]:
    """Return the departments the caller leads, repeated to one of a few lengths if they are few.

    A department that stands twice changes nothing.
    """
    led = context.principal.led_departments if context.principal is not None else ()
    if not led:
        return led
    size = next((step for step in _LED_STEPS if step >= len(led)), 0)
    return led + led[-1:] * (size - len(led))


def led_shape(led: tuple[str, ...]) -> int:
    """Return the number of parameters statements have for `led`, or `MANY` for a list."""
    return len(led) if len(led) <= _LED_STEPS[-1] else MANY


def reach_of(context: CallContext) -> Reach:
    """Return how far the caller reaches beyond his own records."""
    return reader_key(context)[1]


def reader_key(context: CallContext) -> ReaderKey:
    """Return what plans depend on about a caller: his permission sets and his reach."""
    principal = context.principal
    if principal is None:
        return None, NO_REACH
    known: ReaderKey | None = principal.derived.get("reader_key")
    if known is None:
        reach = Reach(led_shape(led_of(context)), principal.has_shares)
        known = principal.derived["reader_key"] = (principal.permission_sets, reach)
    return known
