"""Roles are definitions; users point to them as records. A publish keeps the records in step.

The record of a role has the definition's uid as its id, so nothing has to be looked up: what
changed between two snapshots is what has to be written, through the one pipeline, inside the
publish's own transaction. A role that users still have cannot be deleted: its record refuses.
Nobody else writes those records: a role renamed there would lose its permissions, or take those
of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from metadata import RoleDef, Snapshot
from paas.db import Connection
from paas.kernel import LANGUAGES, CallContext, pick
from runtime import AccessDenied, Batch, Participant, Records, Work, WriteCommand, WriteOperation

OBJECT = "role"

Rows = Mapping[str, Mapping[str, Any]]


def _refuse_callers(batch: Batch, work: Work) -> None:
    if work.context.principal is not None:
        raise AccessDenied(object=batch.object.label, operation=batch.operation)


GUARD = Participant(
    key="role_mirror",
    before_save=_refuse_callers,
    objects=lambda model: model.name == OBJECT,
)
"""Keeps role records to the publish."""


class RoleMirror:
    """Writes role records as role definitions come, change and go."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def after(self, context: CallContext) -> Callable[[Connection, Snapshot, Snapshot], None]:
        """Return what takes part in a publish done by `context`."""
        system = context.as_system(origin="publish")

        def mirror(connection: Connection, new: Snapshot, old: Snapshot) -> None:
            before, after = _rows(old), _rows(new)
            if before == after:
                return
            work = self._records.work(connection, system)
            for operation, rows in _difference(before, after).items():
                if rows:
                    work.write(WriteCommand(operation, OBJECT, rows, is_batch=True))

        return mirror


def _rows(snapshot: Snapshot) -> Rows:
    return {
        role.uid: {"id": role.uid, "apiName": role.name, "name": _label(role)}
        for role in snapshot.definitions(RoleDef)
    }


def _label(role: RoleDef) -> str:
    return pick(role.label, LANGUAGES[0]) or role.name


def _difference(before: Rows, after: Rows) -> dict[WriteOperation, list[Mapping[str, Any]]]:
    """Deletions first, so that a name may pass from one role to another."""
    return {
        "delete": [{"id": uid} for uid in before if uid not in after],
        "update": [row for uid, row in after.items() if uid in before and before[uid] != row],
        "create": [row for uid, row in after.items() if uid not in before],
    }
