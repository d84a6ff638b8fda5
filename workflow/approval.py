"""Approvals as a service: submit, decide, recall, comment, and what the caller may look at.

Every act is one unit of work that takes a list (one record is a list of one): the approvals change
and the records are written together, or nothing is. Answers are plain JSON values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from metadata import Catalog
from paas.db import Database
from paas.kernel import CallContext, Extensions, is_uuid
from runtime import Capability, Records, Work
from workflow import process
from workflow.authority import may_recall, task_of
from workflow.course import Course
from workflow.instance import Instance
from workflow.problem import AlreadyDecided, CommentMissing, InstanceNotFound, RecallNotAllowed
from workflow.sight import settle_sight
from workflow.state import TaskStatus
from workflow.store import Store
from workflow.submission import submit
from workflow.todo import State, list_items
from workflow.view import Gallery

Act = Callable[[Instance, Work], Instance]


class Approvals:
    """The approvals of one tenant."""

    def __init__(
        self,
        records: Records,
        database: Database,
        catalog: Catalog,
        capability: Capability,
        extensions: Extensions,
    ) -> None:
        self._records = records
        self._database = database
        self._catalog = catalog
        self._capability = capability
        self._extensions = extensions
        self._store = Store(database.dialect)

    # -- acts ------------------------------------------------------------------------------------

    def submit(
        self, context: CallContext, object_name: str, record_id: str, *, comment: str | None = None
    ) -> dict[str, Any]:
        """Hand a record in for approval, through the first flow that takes it."""
        return self.submit_all(context, object_name, [record_id], comment=comment)[0]

    def submit_all(
        self,
        context: CallContext,
        object_name: str,
        record_ids: Sequence[str],
        *,
        comment: str | None = None,
    ) -> list[dict[str, Any]]:
        """Hand records of one object in, all of them or none."""

        def work(work: Work) -> list[dict[str, Any]]:
            course = self._course(work)
            instances = submit(
                course,
                self._store,
                object_name,
                record_ids,
                comment=comment,
            )
            return self._gallery(work).shown(instances)

        return self._records.begin(context, work)

    def approve(
        self, context: CallContext, instance_id: str, *, comment: str | None = None
    ) -> dict[str, Any]:
        """Agree, as one of those who are asked."""
        return self.decide_all(context, [instance_id], TaskStatus.APPROVED, comment=comment)[0]

    def reject(
        self, context: CallContext, instance_id: str, *, comment: str | None = None
    ) -> dict[str, Any]:
        """Refuse, as one of those who are asked; that ends the approval."""
        return self.decide_all(context, [instance_id], TaskStatus.REJECTED, comment=comment)[0]

    def decide_all(
        self,
        context: CallContext,
        instance_ids: Sequence[str],
        verdict: TaskStatus,
        *,
        comment: str | None = None,
    ) -> list[dict[str, Any]]:
        """Decide on several approvals alike, all of them or none."""

        def act(instance: Instance, _work: Work) -> Instance:
            task = task_of(instance, context)
            return process.decide(instance, task, verdict, at=context.now, comment=comment)

        return self._act(context, instance_ids, act)

    def recall(
        self, context: CallContext, instance_id: str, *, comment: str | None = None
    ) -> dict[str, Any]:
        """Take an approval back: as its submitter if the flow allows it, or as an administrator."""

        def act(instance: Instance, work: Work) -> Instance:
            if not instance.is_pending:
                raise AlreadyDecided
            if not may_recall(instance, context, work.snapshot):
                raise RecallNotAllowed
            return process.recall(
                instance, at=context.now, actor_id=context.user_id, comment=comment
            )

        return self._act(context, [instance_id], act)[0]

    def comment(
        self, context: CallContext, instance_id: str, *, comment: str | None = None
    ) -> dict[str, Any]:
        """Say something about an approval without deciding."""
        if not (comment or "").strip():
            raise CommentMissing(pointer="/comment")

        def act(instance: Instance, _work: Work) -> Instance:
            return process.noted(
                instance, "comment", at=context.now, actor_id=context.user_id, comment=comment
            )

        return self._act(context, [instance_id], act)[0]

    # -- looking ---------------------------------------------------------------------------------

    def todo(
        self, context: CallContext, *, state: State = "pending", limit: int = 50
    ) -> list[dict[str, Any]]:
        """Return what waits for the caller, what he decided, or what he submitted; newest first."""
        with self._reading(context) as work:
            return list_items(work, self._store, state=state, limit=limit)

    def history(self, context: CallContext, object_name: str, record_id: str) -> dict[str, Any]:
        """Return every approval of a record, newest first, and whether it can be submitted now."""
        with self._reading(context) as work:
            return self._gallery(work).of_record(object_name, record_id)

    def instance(self, context: CallContext, instance_id: str) -> dict[str, Any]:
        """Return one approval with its steps and log."""
        with self._reading(context) as work:
            return self._gallery(work).shown(self._loaded(work, [_known(instance_id)]))[0]

    # -- inside ----------------------------------------------------------------------------------

    def _act(self, context: CallContext, ids: Sequence[str], act: Act) -> list[dict[str, Any]]:
        """Change approvals by `act`, walk them on, and carry out what their ends entail."""
        wanted = [_known(each) for each in ids]

        def work(work: Work) -> list[dict[str, Any]]:
            course = self._course(work)
            self._store.claim(work.connection, wanted)
            loaded = self._loaded(work, wanted)
            acted = [act(each, work) for each in loaded]
            moved = course.advance(acted)
            pairs = list(zip(loaded, moved, strict=True))
            self._store.save(work.connection, pairs)
            settle_sight(work, moved)
            course.turn([new for old, new in pairs if old.status is not new.status])
            return self._gallery(work).shown(moved)

        return self._records.begin(context, work)

    def _loaded(self, work: Work, ids: Sequence[str]) -> list[Instance]:
        """Return the approvals in the order asked for; one the caller may not see is not there."""
        found = {each.id: each for each in self._store.load(work.connection, work.snapshot, ids)}
        if any(each not in found for each in ids):
            raise InstanceNotFound
        chosen = [found[each] for each in ids]
        self._gallery(work).check_visible(chosen)
        return chosen

    @contextmanager
    def _reading(self, context: CallContext) -> Iterator[Work]:
        """Lend a unit of work that only reads."""
        with self._database.read() as connection:
            yield self._records.work(connection, context)

    def _gallery(self, work: Work) -> Gallery:
        return Gallery(work, self._store, self._extensions)

    def _course(self, work: Work) -> Course:
        return Course(work, extensions=self._extensions, capability=self._capability)


def _known(instance_id: str) -> str:
    """Return the id if it is one at all; the database would choke on anything else."""
    if not is_uuid(instance_id):
        raise InstanceNotFound
    return instance_id
