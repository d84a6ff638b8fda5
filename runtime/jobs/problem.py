"""What can go wrong with jobs, and problems as documents that outlive the request they arose in."""

from __future__ import annotations

from typing import Any

from paas.kernel import LANGUAGES, Kind, Problem, Violation


class JobNotFound(Problem):
    """No such job."""

    code = "job.not_found"
    kind = Kind.MISSING
    zh = "任务不存在，或您无权查看。"
    en = "The job does not exist, or you may not see it."


class JobWrongState(Problem):
    """The job is in another state."""

    code = "job.wrong_state"
    kind = Kind.CONFLICT
    zh = "任务当前状态为 {status}，不能执行此操作。"
    en = "The job is {status}; this is not possible now."


class JobKindUnknown(Problem):
    """No such kind of job."""

    code = "job.kind_unknown"
    kind = Kind.INVALID
    zh = "没有“{name}”这种任务。"
    en = "There is no kind of job called “{name}”."


class JobActorGone(Problem):
    """Whoever the job was for is gone."""

    code = "job.actor_gone"
    kind = Kind.FORBIDDEN
    zh = "发起任务的用户已停用或删除，任务无法继续。"
    en = "The user who started the job is inactive or deleted; it cannot go on."


class JobGaveUp(Problem):
    """The job was tried too often."""

    code = "job.gave_up"
    kind = Kind.UNAVAILABLE
    zh = "任务尝试 {attempts} 次均未成功，已停止。"
    en = "The job was tried {attempts} times without success and was given up."


class JobBroken(Problem):
    """The job failed for a reason on our side."""

    code = "job.broken"
    kind = Kind.UNAVAILABLE
    zh = "系统内部错误，任务已停止。"
    en = "Something went wrong on our side; the job was stopped."


def problem_document(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON values, its sentences in every language we speak."""
    return {
        "code": problem.code,
        "detail": {tag: problem.detail(tag) for tag in LANGUAGES},
        "errors": [violation_document(each) for each in problem.errors],
    }


def violation_document(violation: Violation) -> dict[str, Any]:
    """Return a violation as JSON values, its sentence in every language we speak."""
    return {
        "pointer": violation.pointer or "",
        "code": violation.code,
        "detail": {tag: violation.detail(tag) for tag in LANGUAGES},
        **violation.extra,
    }
