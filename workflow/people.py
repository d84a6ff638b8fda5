"""Who there is: users by role, by name, and the administrators, read in system mode.

Answers are kept for the unit of work. The number of statements depends on the roles and names a
flow mentions, never on the number of records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import formula
from metadata import GLOBALS, PermissionSetDef, RoleDef
from paas.db import Statement, text_statement
from paas.kernel import is_uuid
from runtime import Work
from runtime.sql.codec import reader
from runtime.sql.select import Reading, Term, build
from workflow.assignment import Person

USER = GLOBALS["$user"]
MOST = 500
"""People one role or name may lead to; who asks more at once wants a smaller role."""
GOVERNS = "modify_all"

_PERSON = (("id",), ("name",), ("active",), ("managerId",))
_MANAGER = (("managerId", "name"), ("managerId", "active"))
_ASSIGNED = """SELECT user_id FROM {paas_assignment}
WHERE permission_set_uid = :uid ORDER BY user_id"""


class People:
    """The users of a tenant, as one unit of work sees them."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._model = work.snapshot.object(USER)
        self._found: dict[str, tuple[str, ...]] = {}
        self._administrators: tuple[str, ...] | None = None

    def in_role(self, role: str) -> Sequence[str]:
        """Return the active users with the role called `role`, by name."""
        return self._matching(f"active && roleId.apiName = {quoted(role)}")

    def known_as(self, reference: str) -> Sequence[str]:
        """Return the id of the user with this id, e-mail address or employee code, if any."""
        if is_uuid(reference):
            return (reference,)
        text = quoted(reference)
        return self._matching(f"email = {text} || employeeCode = {text}")

    def administrators(self) -> Sequence[str]:
        """Return the active users who may change every record of the tenant."""
        if self._administrators is None:
            snapshot = self._work.snapshot
            sets = {
                each.name.casefold(): each.uid
                for each in snapshot.definitions(PermissionSetDef)
                if GOVERNS in each.system
            }
            roles = [
                role.name
                for role in snapshot.definitions(RoleDef)
                if any(name.casefold() in sets for name in role.permission_sets)
            ]
            by_role = [each for role in roles for each in self.in_role(role)]
            assigned = self._assigned(sorted(sets.values()))
            self._administrators = tuple(dict.fromkeys([*by_role, *assigned]))
        return self._administrators

    def persons(self, ids: Iterable[str | None]) -> dict[str, Person]:
        """Return these users and their managers by id, in one statement."""
        wanted = sorted({each for each in ids if each})
        if not wanted:
            return {}
        statement, read = self._work.snapshot.plan(
            ("workflow.persons", self._work.dialect), self._build_persons
        )
        rows = self._work.connection.fetch(statement, {"ids": wanted})
        return _persons([read(row) for row in rows])

    def _assigned(self, uids: Sequence[str]) -> list[str]:
        """Return the active users to whom one of the permission sets is assigned directly."""
        connection = self._work.connection
        statement = text_statement(_ASSIGNED, dialect=connection.dialect, schema=None)
        rows = [row for uid in uids for row in connection.fetch(statement, {"uid": uid})]
        named = self.persons(row[0] for row in rows)
        return [row[0] for row in rows if row[0] in named and named[row[0]].is_active]

    def _matching(self, condition: str) -> tuple[str, ...]:
        found = self._found.get(condition)
        if found is None:
            statement = self._work.snapshot.plan(
                ("workflow.users", self._work.dialect, condition),
                lambda: self._build_matching(condition),
            )
            rows = self._work.connection.fetch(statement, {"limit": MOST})
            found = self._found[condition] = tuple(row[0] for row in rows)
        return found

    def _build_matching(self, condition: str) -> Statement:
        snapshot = self._work.snapshot
        compiled = formula.compile(
            condition, snapshot.environment(USER), result=formula.Kind.BOOLEAN
        )
        reading = Reading(
            snapshot,
            self._work.dialect,
            self._model,
            (("id",),),
            filter=compiled,
            order=(Term(("id",)),),
        )
        return build(reading).statement

    def _build_persons(self) -> tuple[Statement, Any]:
        dialect = self._work.dialect
        outputs = (*_PERSON, *_MANAGER)
        selected = build(Reading(self._work.snapshot, dialect, self._model, outputs, find="some"))
        return selected.statement, reader(selected.outputs, purpose="formula", dialect=dialect)


def _persons(rows: Sequence[dict[str, Any]]) -> dict[str, Person]:
    managers = {
        row["managerId"]: Person(
            id=row["managerId"],
            name=row["managerId.name"] or "",
            is_active=bool(row["managerId.active"]),
        )
        for row in rows
        if row["managerId"] is not None
    }
    named = {
        row["id"]: Person(
            id=row["id"],
            name=row["name"] or "",
            is_active=bool(row["active"]),
            manager_id=row["managerId"],
        )
        for row in rows
    }
    return managers | named


def quoted(text: str) -> str:
    """Return `text` as a text literal of the formula language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
