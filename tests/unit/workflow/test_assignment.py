"""Whom a step asks: one row per policy."""

from __future__ import annotations

from typing import Any

import pytest

from workflow.assignment import Circle, Person, Unassignable, ask_administrators, assign
from workflow.definition import StepDef
from workflow.instance import Assignment
from workflow.state import StepStatus

PEOPLE = {
    person.id: person
    for person in (
        Person("sub", "提交人", True, "boss"),
        Person("boss", "上级", True),
        Person("a", "甲", True),
        Person("b", "乙", True),
        Person("gone", "离职", False),
    )
}


def step(**settings: Any) -> StepDef:
    return StepDef.model_validate(
        {"name": "s", "mode": "any", "approvers": [{"kind": "owner_manager"}], **settings}
    )


def circle(*found: str | None, fallback: tuple[str | None, ...] = (), **other: Any) -> Circle:
    settings: dict[str, Any] = {
        "submitter_id": "sub",
        "persons": PEOPLE,
        "administrators": lambda: ("a", "sub"),
        **other,
    }
    return Circle(found=found, fallback=fallback, **settings)


@pytest.mark.parametrize(
    ("settings", "found", "asked"),
    [
        ({}, ("a", "b"), ("a", "b")),
        ({}, ("b", "a", "b"), ("b", "a")),
        ({}, ("a", "gone", None, "unknown"), ("a",)),
        ({}, ("sub", "a"), ("boss", "a")),
        ({}, ("sub", "boss"), ("boss",)),
        ({"self_approval": "allow"}, ("sub", "a"), ("sub", "a")),
        ({"self_approval": "skip"}, ("sub", "a"), ("a",)),
        ({"mode": "single"}, ("a", "a"), ("a",)),
        ({"mode": "all"}, ("a", "sub"), ("a", "boss")),
    ],
)
def test_asks(settings: dict[str, Any], found: tuple[str, ...], asked: tuple[str, ...]) -> None:
    answer = assign(step(**settings), circle(*found))
    assert answer == Assignment(mode=settings.get("mode", "any"), approvers=asked)


def test_a_submitter_alone_is_passed_over_when_told_so() -> None:
    answer = assign(step(self_approval="skip"), circle("sub"))
    assert answer == Assignment(mode="any", outcome=StepStatus.SKIPPED, reason="submitter")


def test_the_fallback_is_asked_when_nobody_is_found() -> None:
    answer = assign(step(), circle("gone", fallback=("b",)))
    assert answer == Assignment(mode="any", approvers=("b",))


@pytest.mark.parametrize(
    ("when_empty", "expected"),
    [
        ("skip", Assignment(mode="any", outcome=StepStatus.SKIPPED, reason="nobody")),
        ("reject", Assignment(mode="any", outcome=StepStatus.REJECTED, reason="nobody")),
        ("administrator", Assignment(mode="any", approvers=("a",), reason="administrator")),
    ],
)
def test_nobody_is_treated_as_the_step_says(when_empty: str, expected: Assignment) -> None:
    assert assign(step(when_empty=when_empty), circle()) == expected


def test_nobody_refuses_the_submission_by_default() -> None:
    answer = assign(step(label="经理"), circle("gone"))
    assert isinstance(answer, Unassignable)
    assert answer.violation.code == "workflow.nobody_found"
    assert answer.violation.detail("zh-CN") == "步骤“经理”没有找到可用的审批人。"
    assert answer.violation.extra == {"step": "s"}


def test_single_refuses_several_people_and_names_them() -> None:
    answer = assign(step(mode="single"), circle("a", "b"))
    assert isinstance(answer, Unassignable)
    assert answer.violation.code == "workflow.several_found"
    assert "甲、乙" in answer.violation.detail("zh-CN")


def test_a_submitter_without_manager_is_nobody() -> None:
    people = PEOPLE | {"sub": Person("sub", "提交人", True)}
    answer = assign(step(), circle("sub", persons=people))
    assert isinstance(answer, Unassignable)


def test_administrators_decide_as_any_sign_and_never_about_their_own() -> None:
    answer = ask_administrators(step(mode="all"), circle())
    assert answer == Assignment(mode="any", approvers=("a",), reason="administrator")
    alone = ask_administrators(step(), circle(administrators=lambda: ("sub",)))
    assert isinstance(alone, Unassignable)
