"""Why a formula says what it says: every part with its value for one record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from formula.arithmetic import settle
from formula.compiled import Formula
from formula.evaluation import Diagnostic, Evaluation, Row
from formula.meter import metered
from formula.targets.oracle import Frame, walk_value
from formula.tree import Node
from formula.types import Kind
from paas.kernel import Span


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the source that was computed, and what came out."""

    span: Span
    text: str
    kind: Kind
    value: Any


@dataclass(frozen=True, slots=True)
class Explanation:
    """Every part that was computed, in the order of the source, and what failed."""

    parts: tuple[Part, ...]
    diagnostics: tuple[Diagnostic, ...]


def explain(formula: Formula, row: Row, old: Row | None, evaluation: Evaluation) -> Explanation:
    """Evaluate a formula part by part; parts that were never needed are left out."""
    settle()
    found: dict[Span, tuple[Node, Any]] = {}

    def see(node: Node, value: Any) -> None:
        found[node.span] = (node, value)

    known = len(evaluation.diagnostics)
    with metered():
        walk_value(formula.tree, Frame(row, old, evaluation, seen=see))
    parts = [_part(formula.source, node, value) for node, value in found.values()]
    return Explanation(tuple(_in_order(parts)), tuple(evaluation.diagnostics[known:]))


def _part(source: str, node: Node, value: Any) -> Part:
    text = source[node.span.start : node.span.end]
    return Part(node.span, text, node.type.kind, None if value == "" else value)


def _in_order(parts: Sequence[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: (part.span.start, -part.span.end))
