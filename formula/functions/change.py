"""The record before and after a change: where a formula sees both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from formula.function import Category, Function, Passing, declare, meaning

Thunk = Callable[[], Any]


def differs(before: Any, after: Any) -> bool:
    """Tell whether a value changed; blank texts are alike, and so are the two line ends."""
    if before == after:
        return False
    if isinstance(before, str) or isinstance(after, str):
        return text_differs(before, after)
    return True


def text_differs(before: str | None, after: str | None) -> bool:
    """Tell whether two unequal texts really differ."""
    if not before or not after:
        return bool(before or after)
    if "\r" not in before and "\r" not in after:
        return True
    return before.replace("\r\n", "\n") != after.replace("\r\n", "\n")


def _is_changed(is_new: bool, before: Thunk, after: Thunk) -> bool:
    return not is_new and differs(before(), after())


def _prior_value(is_new: bool, before: Thunk, after: Thunk) -> Any:
    return after() if is_new else before()


CHANGE: tuple[Function, ...] = (
    declare(
        Category.CHANGE,
        meaning("ISNEW() -> boolean", lambda is_new: is_new, passing=Passing.CHANGE),
        zh="正在新建记录时返回 TRUE。",
        en="TRUE while the record is being created.",
        needs_change=True,
    ),
    declare(
        Category.CHANGE,
        meaning("ISCLONE() -> boolean", lambda _is_new: False, passing=Passing.CHANGE),
        zh="正在复制记录时返回 TRUE。",
        en="TRUE while the record is being cloned.",
        needs_change=True,
    ),
    declare(
        Category.CHANGE,
        meaning("ISCHANGED(field: any!) -> boolean", _is_changed, passing=Passing.CHANGE),
        zh="字段的值与保存前不同时返回 TRUE；新建时为 FALSE。可以写经过关联的字段。",
        en="TRUE if the field differs from before the change; FALSE on create. "
        "The field may be reached through lookups.",
        needs_change=True,
    ),
    declare(
        Category.CHANGE,
        meaning(
            "PRIORVALUE(field: same!) -> same",
            _prior_value,
            passing=Passing.CHANGE,
            is_total=False,
        ),
        zh="字段在保存前的值；新建时为当前值。",
        en="The field's value before the change; on create the current one.",
        needs_change=True,
    ),
)
