"""Running independent cases against the targets, and counting honestly.

A case file has one JSON object per line: formula, declared fields, one row, expected result. A
case passes, fails, is a gap (the language leaves the function out, with a reason), is decided
(we differ on purpose, see `decisions.yaml`), or is divergent (the published back-ends disagree).
"""

from __future__ import annotations

import fnmatch
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from formula.arithmetic import HUNDRED, number, rounded
from formula.compiled import Formula
from formula.compiler import compile
from formula.conformance_case import Case, environment_of, evaluation_of, row_of
from formula.evaluation import Evaluation, Row
from formula.parser import parse
from formula.problem import FormulaProblem
from formula.syntax import Apply, Constant, Name, Node, Unary
from formula.types import Kind

Run = Callable[[Formula, Row, Row | None, Evaluation], Any]

EXACT = frozenset(
    ("ABS", "CEILING", "FLOOR", "MCEILING", "MFLOOR", "MAX", "MIN", "MOD", "ROUND", "TRUNC")
)
NEARNESS = 1e-9


class Gap(Exception):
    """The target cannot evaluate this; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Target:
    """A way to evaluate a formula; `run` raises `Gap` for what the target cannot do."""

    name: str
    run: Run


ORACLE = Target("oracle", lambda formula, row, old, ev: formula.walk(row, old, ev))
PYTHON = Target("python", lambda formula, row, old, ev: formula.evaluate(row, old, ev))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case: passed, failed, gap, decided, or divergent."""

    id: str
    status: str
    reason: str = ""


@dataclass(slots=True)
class Report:
    """The outcomes of one target."""

    target: str
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many cases have each status."""
        return Counter(outcome.status for outcome in self.outcomes)

    def reasons_of(self, *statuses: str) -> Counter[str]:
        """Return how many cases have one of the statuses, by reason."""
        return Counter(each.reason for each in self.outcomes if each.status in statuses)

    @property
    def failures(self) -> list[Outcome]:
        """Return the failed cases."""
        return [outcome for outcome in self.outcomes if outcome.status == "failed"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Where we differ on purpose, what we chose where others differ, and what is left out.

    The first two are by patterns of ids, the first that fits counts; each with its reason.
    """

    differ: Mapping[str, str]
    divergent: Mapping[str, str]
    left_out: Mapping[str, str]

    def reason(self, identity: str) -> str | None:
        """Return why the case is decided otherwise, if it is."""
        return _first_fit(self.differ, identity)

    def choice(self, identity: str) -> str:
        """Return what was chosen where published back-ends differ."""
        return _first_fit(self.divergent, identity) or "undecided"


def _first_fit(reasons: Mapping[str, str], identity: str) -> str | None:
    for pattern, reason in reasons.items():
        if fnmatch.fnmatchcase(identity, pattern):
            return reason
    return None


@cache
def decisions() -> Decisions:
    """Read the package's own decisions."""
    text = Path(__file__).with_name("decisions.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    return Decisions(
        {entry["id"]: entry["reason"] for entry in content["differ"]},
        {entry["id"]: entry["reason"] for entry in content["divergent"]},
        {name: entry["reason"] for entry in content["left_out"] for name in entry["functions"]},
    )


def read_cases(paths: Iterable[Path]) -> Iterator[Case]:
    """Yield the cases of the files."""
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield Case(json.loads(line))


def run_cases(cases: Sequence[Case], targets: Sequence[Target]) -> list[Report]:
    """Run the cases on each target."""
    reports = [Report(target.name) for target in targets]
    for case in cases:
        for target, report in zip(targets, reports, strict=True):
            report.outcomes.append(run_case(case, target))
    return reports


def run_case(case: Case, target: Target) -> Outcome:
    """Run one case on one target."""
    problem = _complaint(case, target)
    reason = "recorded under another locale" if case.is_foreign else decisions().reason(case.id)
    left_out = [decisions().left_out[name] for name in case.functions if _is_left_out(name)]
    if left_out:
        return Outcome(case.id, "gap", left_out[0])
    if problem is not None and problem.startswith("gap: "):
        return Outcome(case.id, "gap", problem[5:])
    if case.agreement == "divergent":
        verdict = "as the file says" if problem is None else "other than the file says"
        return Outcome(case.id, "divergent", f"{verdict}: {decisions().choice(case.id)}")
    if problem is None:
        return Outcome(case.id, "passed")
    return Outcome(case.id, "decided" if reason else "failed", reason or problem)


def _is_left_out(name: str) -> bool:
    return name in decisions().left_out


def _complaint(case: Case, target: Target) -> str | None:
    """Return what is wrong, None if nothing is."""
    if case.is_parse_only:
        return _parse_complaint(case)
    evaluation = evaluation_of(case)
    try:
        value = _value(case, case.formula, target, evaluation)
    except FormulaProblem as refused:
        if case.expects_error:
            return None
        return "does not compile: " + "; ".join(e.detail("en-US") for e in refused.errors)
    except Gap as gap:
        return f"gap: {gap}"
    except Exception as error:
        return f"raises {type(error).__name__}: {error}"
    if case.expects_error:
        if value is None and (evaluation.diagnostics or case.agreement == "error_is_null"):
            return None
        return f"expected an error, got {value!r}"
    expected = case.expected.get("value")
    if "same_as_formula" in case.expected:
        expected = _value(case, case.expected["same_as_formula"], target, evaluation)
    if is_alike(value, expected, exact=case.is_exact(EXACT)):
        return None
    return f"expected {expected!r}, got {value!r}"


def _parse_complaint(case: Case) -> str | None:
    try:
        tree = s_expression(parse(case.formula))
    except FormulaProblem as refused:
        return None if case.expects_error else refused.errors[0].detail("en-US")
    if case.expects_error:
        return "expected a syntax error"
    return None if tree == case.tree else f"expected {case.tree}, got {tree}"


def s_expression(node: Node) -> str:
    """Write a syntax tree in the notation of the case files."""
    if isinstance(node, Constant):
        if isinstance(node.value, str):
            return f'"{node.value}"'
        return str(node.value).lower() if node.value is not None else "null"
    if isinstance(node, Name):
        return node.text
    if isinstance(node, Apply):
        if not node.arguments:
            return node.name
        return f"( {' '.join([node.name, *map(s_expression, node.arguments)])} )"
    if isinstance(node, Unary):
        return f"( {node.operator} {s_expression(node.operand)} )"
    text = s_expression(node.operands[0])
    for operand in node.operands[1:]:
        text = f"( {node.operator} {text} {s_expression(operand)} )"
    return text


def _value(case: Case, source: str, target: Target, evaluation: Evaluation) -> Any:
    formula = compile(source, environment_of(case))
    value = target.run(formula, row_of(case) or {}, row_of(case, prior=True), evaluation)
    if isinstance(value, Decimal):
        if case.result_type == "Percent":
            value = value * HUNDRED
        if case.result_scale is not None:
            value = rounded(value, case.result_scale)
    if formula.type.kind is Kind.BOOLEAN and value is False and case.expected.get("value") is None:
        return None
    return value


def is_alike(value: Any, expected: Any, *, exact: bool) -> bool:
    """Compare a result with what was expected, as the file format says."""
    if isinstance(value, Decimal) and expected is not None and not isinstance(expected, bool):
        return _numbers_alike(value, number(str(expected)), exact=exact)
    if isinstance(value, bool) or isinstance(expected, bool):
        return bool(value) is bool(expected)
    if isinstance(value, tuple) and isinstance(expected, list):
        return all(map(math.isclose, map(float, value), map(float, expected)))
    return _shown(value) == _shown(expected)


def _numbers_alike(value: Decimal, expected: Decimal, *, exact: bool) -> bool:
    if exact and value == expected:
        return True
    return math.isclose(float(value), float(expected), rel_tol=NEARNESS, abs_tol=1e-12)


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat() if isinstance(value, date) else value.isoformat("milliseconds")
    return "" if value is None else str(value).strip().removesuffix(".000Z").removesuffix("Z")
