"""One evaluation: what is known outside the record, and what went wrong on the way.

A failing function raises `Failure`; the targets turn it into null and a `Diagnostic`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from paas.kernel import Finding, Span, Violation, zone_of

Row = Mapping[str, Any]
"""A record: values by canonical API name, related rows under the symbol's `row_key`."""


class Failure(Exception):
    """A function could not compute its result; `finding` and `params` say why."""

    def __init__(self, finding: Finding, **params: Any) -> None:
        super().__init__(finding.code)
        self.finding = finding
        self.params = params


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something that made a value null, and where in the formula."""

    violation: Violation

    @property
    def code(self) -> str:
        """Return the permanent code."""
        return self.violation.code

    @property
    def span(self) -> Span | None:
        """Return the place in the source."""
        return self.violation.span

    def detail(self, language: str) -> str:
        """Return the sentence for administrators."""
        return self.violation.detail(language)


LookUp = Callable[[str, str, str, Any], Any]
"""Object, field wanted, field searched, value → the value in the first record that fits, or
None; names are canonical and values as rows hold them."""


@dataclass(slots=True)
class Evaluation:
    """What a formula may know besides the record.

    `globals` maps a casefolded scope (`$user`) to a row. `today` is the date at the caller;
    left out, it follows from `now` and `zone`. `lookup` answers VLOOKUP; without it VLOOKUP fails.
    """

    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    today: date | None = None
    zone: str = "UTC"
    globals: Mapping[str, Row] = field(default_factory=dict)
    language: str = "zh-CN"
    diagnostics: list[Diagnostic] = field(default_factory=list)
    lookup: LookUp | None = None

    def __post_init__(self) -> None:
        if self.today is None:
            self.today = self.now.astimezone(zone_of(self.zone)).date()


DIVISION_BY_ZERO = Finding("formula.division_by_zero", "除数为零。", "Division by zero.")
OUT_OF_RANGE = Finding("formula.out_of_range", "计算结果超出范围。", "The result is out of range.")
BAD_ARGUMENT = Finding(
    "formula.bad_argument",
    "{name} 不能用于值「{value}」。",
    "{name} is not defined for “{value}”.",
)
BAD_NUMBER = Finding("formula.bad_number", "「{value}」不是数字。", "“{value}” is not a number.")
BAD_DATE = Finding(
    "formula.bad_date",
    "「{value}」不是有效的日期或时间。",
    "“{value}” is not a valid date or time.",
)
TEXT_TOO_LONG = Finding(
    "formula.text_too_long", "文本结果过长。", "The resulting text is too long."
)
NO_CHILDREN = Finding(
    "formula.no_children",
    "这里读不到子记录「{name}」。",
    "The child records “{name}” are not at hand here.",
)
NO_LOOKUP = Finding(
    "formula.no_lookup",
    "VLOOKUP 在这里不能查找记录。",
    "VLOOKUP cannot look records up here.",
)
TOO_MUCH_WORK = Finding(
    "formula.too_much_work",
    "公式对过长的文本做了过多的运算。",
    "The formula does too much with texts that are too long.",
)
BAD_REGEX = Finding("formula.bad_regex", "正则表达式有错误。", "The regular expression is wrong.")
