"""Refusals of whole commands: what is wrong with their rows, as one problem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paas.kernel import Problem, Violation
from runtime.draft import Draft
from runtime.problem import BatchRefused


def refusal_of(refused: Sequence[Draft], *, is_single: bool) -> Problem:
    """Return the problem of a command refused whole.

    A single record's own problem stays what it is; a batch points into its rows.
    """
    own = refused[0].refusal
    if is_single and own is not None:
        return own
    errors = [error for draft in refused for error in _errors(draft)]
    return BatchRefused(errors=errors, count=len(refused))


def _errors(draft: Draft) -> Iterator[Violation]:
    """Yield what is wrong with one row of a batch, pointing into the batch."""
    place = f"/records/{draft.index}"
    if draft.problem is not None and not draft.problem.errors:
        problem = draft.problem
        texts = {"zh-CN": problem.zh, "en-US": problem.en}
        yield Violation(problem.code, texts, place, problem.params, extra=problem.extra)
    refusal = draft.refusal
    for error in refusal.errors if refusal is not None else ():
        yield Violation(
            error.code,
            error.texts,
            place + (error.pointer or ""),
            error.params,
            error.span,
            error.extra,
        )
