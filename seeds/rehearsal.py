"""Replaying a pack's approvals, so that a demonstration has to-do lists and a history.

Each line of `data/_approvals.csv` submits a record as its submitter and lets people decide, through
the same service that serves everybody. Only records created by the same installation are
submitted; installing again repeats nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from paas.kernel import CallContext
from runtime import Records, load_principal
from seeds.problem import DECISION_UNKNOWN, REFERENCE_UNKNOWN, PackDataInvalid
from workflow import Approvals

APPROVALS = "_approvals.csv"
USERS = "user"

Find = Callable[[str, str], str | None]
"""Returns the id of the record of an object with a key, None if it is not the pack's."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where approvals are replayed: the services, and the context of the installation."""

    approvals: Approvals
    records: Records
    context: CallContext

    def acting_as(self, user_id: str) -> CallContext:
        """Return the context in which a user acts."""
        principal = self.records.begin(
            self.context, lambda work: load_principal(work.connection, work.snapshot, user_id)
        )
        return replace(self.context, principal=principal, actor_id=user_id)


@dataclass(frozen=True, slots=True)
class Scene:
    """One approval: who submits what, and who then says what, users and records told by key."""

    line: int
    object: str
    key: str
    submitter: str
    decisions: tuple[tuple[str, str], ...]
    comment: str | None


def read_scenes(folder: Path) -> Iterator[Scene]:
    """Yield the approvals of the pack; decisions read `E010:approve E002:reject`."""
    file = folder / "data" / APPROVALS
    if not file.is_file():
        return
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        for cells in reader:
            yield Scene(
                line=reader.line_num,
                object=cells["object"],
                key=cells["key"],
                submitter=cells["submitter"],
                decisions=tuple(
                    (person, act)
                    for person, _, act in (
                        each.partition(":") for each in cells["decisions"].split()
                    )
                ),
                comment=cells["comment"] or None,
            )


def replay(scene: Scene, stage: Stage, find: Find) -> None:
    """Submit the scene's record and take its decisions."""
    approvals = stage.approvals
    acts = {"approve": approvals.approve, "reject": approvals.reject, "recall": approvals.recall}
    record = _found(scene, find, scene.object, scene.key)
    submitter = stage.acting_as(_found(scene, find, USERS, scene.submitter))
    instance = approvals.submit(submitter, scene.object, record, comment=scene.comment)
    for person, act in scene.decisions:
        if act not in acts:
            unknown = DECISION_UNKNOWN.at(_pointer(), line=scene.line, value=act)
            raise PackDataInvalid(errors=[unknown])
        context = stage.acting_as(_found(scene, find, USERS, person))
        acts[act](context, str(instance["id"]))


def _found(scene: Scene, find: Find, object_name: str, key: str) -> str:
    found = find(object_name, key)
    if found is None:
        raise PackDataInvalid(
            errors=[
                REFERENCE_UNKNOWN.at(_pointer(), line=scene.line, column=object_name, value=key)
            ]
        )
    return found


def _pointer() -> str:
    return f"/data/{APPROVALS}"
