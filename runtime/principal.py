"""Who is calling, as the database knows: the user's row, what he leads, what he is granted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from metadata import GLOBALS, ORGANIZATION, ObjectModel, PermissionSetDef, RoleDef, Snapshot
from paas.db import Connection, Statement
from paas.kernel import CallContext, Principal
from runtime.organization import ORGANIZATION_ID
from runtime.sql.codec import reader
from runtime.sql.principal import assignments, led_departments, role_name
from runtime.sql.select import Reading, build
from runtime.sql.share import share_statements

USER_OBJECT = GLOBALS["$user"]
DEPARTMENT_OBJECT = "department"
ROLE_OBJECT = "role"


@dataclass(frozen=True, slots=True)
class _Plan:
    user: Statement
    organization: Statement
    read_user: Callable[[tuple[Any, ...]], dict[str, Any]]
    led: Statement
    role: Statement
    assigned: Statement


def _plan(snapshot: Snapshot, dialect: str) -> _Plan:
    model = snapshot.object(USER_OBJECT)
    names = tuple((name,) for name, field in model.fields.items() if field.column is not None)
    selected = build(Reading(snapshot, dialect, model, names, find="one"))
    return _Plan(
        user=selected.statement,
        organization=build(_of_organization(snapshot, dialect)).statement,
        read_user=reader(selected.outputs, purpose="formula", dialect=dialect),
        led=led_departments(snapshot, snapshot.object(DEPARTMENT_OBJECT), dialect),
        role=role_name(snapshot, snapshot.object(ROLE_OBJECT), dialect),
        assigned=assignments(dialect),
    )


def _of_organization(snapshot: Snapshot, dialect: str) -> Reading:
    model = snapshot.object(GLOBALS[ORGANIZATION])
    return Reading(snapshot, dialect, model, (("language",), ("timeZone",)), find="one")


def _plan_of(snapshot: Snapshot, dialect: str) -> _Plan:
    return snapshot.plan(("principal", dialect), lambda: _plan(snapshot, dialect))


def load_principal(connection: Connection, snapshot: Snapshot, user_id: str) -> Principal | None:
    """Return the principal behind a user id; None if there is no such user, or he is inactive."""
    plan = _plan_of(snapshot, connection.dialect)
    rows = connection.fetch(plan.user, {"id": user_id})
    if not rows:
        return None
    attributes = plan.read_user(rows[0])
    if attributes.get("active") is False:
        return None
    led = connection.fetch(plan.led, {"user": user_id})
    role = _role(connection, plan, attributes.get("roleId"))
    assigned = connection.fetch(plan.assigned, {"user": user_id})
    organization = connection.fetch(plan.organization, {"id": ORGANIZATION_ID})
    language, zone = organization[0] if organization else (None, None)
    shares = share_statements(connection.dialect).of_user
    return Principal(
        user_id=user_id,
        name=str(attributes.get("name") or ""),
        role=role,
        department_id=attributes.get("dimDepart"),
        led_departments=tuple(sorted(row[0] for row in led)),
        has_shares=bool(connection.fetch(shares, {"user": user_id})),
        permission_sets=_sets(snapshot, role, (row[0] for row in assigned)),
        language=attributes.get("language") or language,
        zone=zone,
        attributes=attributes,
    )


def _role(connection: Connection, plan: _Plan, role_id: str | None) -> str | None:
    rows = connection.fetch(plan.role, {"id": role_id}) if role_id else []
    return rows[0][0] if rows else None


def _sets(snapshot: Snapshot, role: str | None, assigned: Any) -> tuple[str, ...]:
    """Return the uids of the permission sets in force: those of the role and those assigned."""
    found = {uid for uid in assigned if isinstance(snapshot.by_uid(uid), PermissionSetDef)}
    definition = snapshot.find(RoleDef.kind, role) if role else None
    if isinstance(definition, RoleDef):
        for name in definition.permission_sets:
            each = snapshot.find(PermissionSetDef.kind, name)
            if each is not None:
                found.add(each.uid)
    return tuple(sorted(found))


def user_row(connection: Connection, snapshot: Snapshot, context: CallContext) -> Mapping[str, Any]:
    """Return the acting user's own values as formulas see them; empty when nobody acts.

    In system mode the work is still done for somebody, and `$User` is that person.
    """
    if context.principal is not None:
        return context.principal.attributes
    if context.actor_id is None:
        return {}
    plan = _plan_of(snapshot, connection.dialect)
    rows = connection.fetch(plan.user, {"id": context.actor_id})
    return plan.read_user(rows[0]) if rows else {}


def is_person(model: ObjectModel) -> bool:
    """Tell whether records of an object make callers what they are: users, departments, roles,
    and the organisation."""
    return model.name in (USER_OBJECT, DEPARTMENT_OBJECT, ROLE_OBJECT, GLOBALS[ORGANIZATION])
