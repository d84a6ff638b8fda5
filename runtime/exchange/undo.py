"""Taking an import back: what it created goes, what it changed is put as it was.

Only where nobody has changed the record since: each row expects the version that the import left.
The rest is reported, row by row, like any other load.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from paas.kernel import Kind, Problem
from runtime.command import Outcome, WriteCommand
from runtime.exchange.chunk import Chunk, add_chunk, last_chunk
from runtime.exchange.load import WHOLE
from runtime.jobs.job import Step
from runtime.jobs.kind import JobRun
from runtime.jobs.problem import problem_document
from runtime.work import Work


def run_undo(run: JobRun) -> None:
    """Undo the chunks of an import, the last one first."""
    imported, name = str(run.job.argument["import"]), str(run.job.argument["object"])
    while True:
        before = run.job.state.get("before")
        with run.tools.database.read() as connection:
            chunk = (
                last_chunk(connection, imported)
                if before is None
                else last_chunk(connection, imported, int(before))
            )
        if chunk is None:
            return
        run.step(partial(_undo, run.job.id, name, chunk))


def _undo(job_id: str, name: str, chunk: Chunk, work: Work) -> Step:
    made = list(reversed(chunk.created))
    changed = [int(place) for place in reversed(chunk.before)]
    account = Chunk(chunk.position, chunk.first_row)
    gone = [{"id": chunk.ids[each], "version": chunk.versions[each]} for each in made]
    restored = [
        {**chunk.before[str(each)], "id": chunk.ids[each], "version": chunk.versions[each]}
        for each in changed
    ]
    _note(account, _write(work, WriteCommand("delete", name, gone, False, is_batch=True)))
    _note(account, _write(work, WriteCommand("update", name, restored, False, is_batch=True)))
    add_chunk(work.connection, job_id, account)
    done = account.row_count - account.failed
    return Step(state={"before": chunk.position}, done=done, failed=account.failed)


def _write(work: Work, command: WriteCommand) -> Sequence[Outcome]:
    if not command.rows:
        return ()
    try:
        with work.connection.savepoint():
            return work.write(command)
    except WHOLE:
        raise
    except Problem as problem:
        if problem.kind is Kind.UNAVAILABLE:
            raise
        return [Outcome(None, problem=problem) for _row in command.rows]


def _note(account: Chunk, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        place: Any = str(account.row_count)
        account.ids.append(outcome.id)
        account.versions.append(outcome.version)
        if outcome.problem is not None:
            account.errors[place] = problem_document(outcome.problem)
