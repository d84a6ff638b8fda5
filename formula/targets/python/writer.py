"""Writing expressions: values, reads of the record, and calls that null passes through.

The forms that choose (IF, CASE, AND …) are in `forms` and `conditions`; they call back here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeGuard

from formula.arithmetic import HUNDREDTH, ZERO
from formula.function import Passing
from formula.targets.python.code import (
    AND,
    ATOM,
    COMPARE,
    OR,
    PRODUCT,
    READS,
    SIGN,
    SUM,
    TERNARY,
    Code,
    Condition,
    Known,
    Names,
    is_nullable,
)
from formula.tree import Aggregate, Call, FieldPath, Global, Let, Literal, Node, Variable
from formula.types import Kind


class Unwritable(Exception):
    """The formula has something only the oracle can evaluate."""


class ValueForm(Protocol):
    """Writes the value of a call, or of an aggregate, in its own way."""

    def __call__(self, writer: Writer, node: Any, known: Known) -> tuple[Code, Known]:
        """Return the code and what is known after it."""


class ConditionForm(Protocol):
    """Writes whether a call is true (`want`) or false (not `want`)."""

    def __call__(self, writer: Writer, node: Call, known: Known, want: bool) -> Condition:
        """Return the condition."""


@dataclass(slots=True)
class Operands:
    """Arguments ready to use inside `guards`: all of them must hold before `texts` are read."""

    guards: list[str]
    codes: list[Code]
    inside: Known
    after: Known


@dataclass(slots=True)
class Writer:
    """Writes one formula. `base` is the row that paths start from: `row` or `old`."""

    names: Names
    values: dict[str, ValueForm]
    conditions: dict[str, ConditionForm]
    base: str = "row"
    lets: dict[str, bool] = field(default_factory=dict)

    # ------------------------------------------------------------------ values

    def value(self, node: Node, known: Known) -> tuple[Code, Known]:
        """Write the value of a node; text may be None where it is blank."""
        if isinstance(node, Literal):
            return self.literal(node), known
        if isinstance(node, READS):
            return self._read(node, known)
        if isinstance(node, Variable):
            return Code(self.names.variable("v", node.name), nullable=self.lets[node.name]), known
        if isinstance(node, Let):
            return self._let(node, known)
        form = self.values.get(node.key)
        if form is not None:
            return form(self, node, known)
        if isinstance(node, Aggregate):
            raise Unwritable(node.key)
        if node.type.kind is Kind.BOOLEAN and node.overload.passing is not Passing.OPEN:
            return self._truth_value(node, known)
        return self.call(node, known)

    def literal(self, node: Literal) -> Code:
        """Write a constant."""
        value = node.value
        if value is None or isinstance(value, bool | str):
            return Code(repr(value), nullable=value is None)
        return Code(self.names.constant(value))

    def _truth_value(self, node: Call, known: Known) -> tuple[Code, Known]:
        true = self.condition(node, known, True)
        if not is_nullable(node, self.lets):
            return Code(true.text, true.strength), true.yes.meet(true.no)
        false = self.condition(node, true.no, False)
        text = f"True if {true.within(OR)} else False if {false.within(OR)} else None"
        return Code(text, TERNARY, nullable=True), true.yes.meet(false.yes.meet(false.no))

    def _let(self, node: Let, known: Known) -> tuple[Code, Known]:
        parts = []
        for name, bound in node.bindings:
            part, known = self._binding(name, bound, known)
            parts.append(part)
        body, known = self.value(node.body, known)
        text = f"({', '.join(parts)}, {body.within(TERNARY)})[-1]"
        return Code(text, nullable=body.nullable, is_int=body.is_int), known

    def _binding(self, name: str, bound: Node, known: Known) -> tuple[str, Known]:
        code, known = self.value(bound, known)
        self.lets[name] = code.nullable
        return f"({self.names.variable('v', name)} := {self.plain(bound, code)})", known

    def plain(self, node: Node, code: Code) -> str:
        """Return the code's text with a number as a Decimal."""
        if node.type.kind is Kind.NUMBER and code.is_int:
            return f"Decimal({code.text})"
        return code.within(TERNARY)

    # ------------------------------------------------------------------ reads

    def _read(self, node: FieldPath | Global, known: Known) -> tuple[Code, Known]:
        name = self.field_variable(node)
        nullable = is_nullable(node, self.lets)
        if name in known.bound or self._is_hoisted(node, name):
            return Code(name, nullable=nullable and name not in known.solid), known
        inner, after = self._fetched(node, known)
        if self.names.reads[node.path] > 1:
            return Code(f"({name} := {inner.text})", nullable=nullable), after.binding(name)
        return inner, after

    def _is_hoisted(self, node: FieldPath | Global, name: str) -> bool:
        """Tell whether a value is the same for all records, having it computed before them."""
        columns = self.names.columns
        if columns is None or not isinstance(node, Global):
            return False
        if name not in columns.before:
            columns.before[name] = self._fetched(node, Known())[0].text
        return True

    def _fetched(self, node: FieldPath | Global, known: Known) -> tuple[Code, Known]:
        nullable = is_nullable(node, self.lets)
        guards, row, _inside, after = self.row_of(node, known)
        inner = self._converted(node, self.names.item(row, node.field.name))
        if guards:
            missing = "ZERO" if node.zero else "False" if not nullable else "None"
            inner = Code(
                f"{inner.within(OR)} if {' and '.join(guards)} else {missing}",
                TERNARY,
                nullable=nullable,
            )
        return inner, after

    def _converted(self, node: FieldPath | Global, raw: str) -> Code:
        if node.type.kind is Kind.BOOLEAN:
            return Code(f"{raw} is True", COMPARE)
        if node.zero:
            self._define_zero()
            if not node.type.percent:
                return Code(f"{raw} or ZERO", OR)
            return Code(f"({raw} or ZERO) * {self._hundredth()}", PRODUCT)
        if node.type.kind is Kind.NUMBER and node.type.percent:
            name = self.names.temporary()
            text = f"{name} * {self._hundredth()} if ({name} := {raw}) is not None else None"
            return Code(text, TERNARY, nullable=True)
        return Code(raw, nullable=True)

    def _hundredth(self) -> str:
        self.names.needs_context = True
        return self.names.constant(HUNDREDTH)

    def _define_zero(self) -> None:
        self.names.constants["ZERO"] = ZERO

    def field_variable(self, node: FieldPath | Global) -> str:
        """Return the variable that holds a field."""
        is_plain = not (node.steps or node.zero or node.type.percent)
        if is_plain and isinstance(node, FieldPath) and node.type.kind is not Kind.BOOLEAN:
            standing = self.names.standing(self.base, node.field.name)
            if standing is not None:
                return standing
        return self.names.variable("f", (self.base, node.path, node.zero, node.type.percent))

    def row_of(
        self, node: FieldPath | Global | Aggregate, known: Known
    ) -> tuple[list[str], str, Known, Known]:
        """Walk to the row a field stands in: guards, the row, what is known inside and after."""
        row, origin = self.base, self.base
        if isinstance(node, Global):
            row = origin = f"evaluation.globals[{node.scope!r}]"
        guards: list[str] = []
        after = known
        for length, step in enumerate(node.steps, start=1):
            hop = self.names.standing(row, step.row_key) or self.names.variable(
                "h", (origin, *(s.name for s in node.steps[:length]))
            )
            if hop not in known.solid:
                if hop in known.bound:
                    guards.append(f"{hop} is not None")
                else:
                    guards.append(f"({hop} := {self.names.item(row, step.row_key)}) is not None")
                    after = after.binding(hop) if len(guards) == 1 else after
                known = known.trusting(hop)
            row = hop
        return guards, row, known, known if not guards else after

    # ------------------------------------------------------------------ calls

    def operands(
        self, arguments: Sequence[Node], known: Known, *, in_order: bool = True
    ) -> Operands:
        """Write arguments that null passes through: nullable ones become guards.

        Unless they are computed `in_order`, none relies on what another assigns.
        """
        ready = Operands([], [Code("")] * len(arguments), known, known)
        places = range(len(arguments))
        first = [
            place
            for place in places
            if not arguments[place].type.kind.is_texty and is_nullable(arguments[place], self.lets)
        ]
        for place in first:
            ready.codes[place] = self._guarded(arguments[place], ready)
        for place in places:
            if place not in first:
                ready.codes[place], after = self._unguarded(arguments[place], ready.inside)
                ready.inside = after if in_order else ready.inside
        if not ready.guards:
            ready.after = ready.inside
        return ready

    def _unguarded(self, node: Node, known: Known) -> tuple[Code, Known]:
        code, known = self.value(node, known)
        if node.type.kind.is_texty and code.nullable:
            code = Code(f"{code.within(OR)} or ''", OR)
        return code, known

    def _guarded(self, node: Node, ready: Operands) -> Code:
        is_first = not ready.guards
        if isinstance(node, READS) and not node.type.percent:
            name = self.field_variable(node)
            if name in ready.inside.solid:
                return Code(name)
            if name in ready.inside.bound or self._is_hoisted(node, name):
                ready.guards.append(f"{name} is not None")
                ready.after = ready.inside if is_first else ready.after
            else:
                guards, row, inside, after = self.row_of(node, ready.inside)
                read = f"({name} := {self.names.item(row, node.field.name)}) is not None"
                if is_first:
                    ready.after = after if guards else inside.binding(name)
                ready.guards += [*guards, read]
                ready.inside = inside
            ready.inside = ready.inside.trusting(name)
            return Code(name)
        if self._is_transparent(node):
            return self._lifted(node, ready)
        code, ready.inside = self.value(node, ready.inside)
        if isinstance(node, Variable):
            ready.guards.append(f"{code.text} is not None")
        else:
            name = self.names.temporary()
            ready.guards.append(f"({name} := {code.text}) is not None")
            code = Code(name, is_int=code.is_int)
        ready.after = ready.inside if is_first else ready.after
        return Code(code.text, is_int=code.is_int)

    def _is_transparent(self, node: Node) -> TypeGuard[Call]:
        """Tell whether a call is null exactly if an operand is, and computes nothing else."""
        return (
            isinstance(node, Call)
            and node.overload.passing is Passing.STRICT
            and node.overload.is_total
            and node.type.kind is not Kind.BOOLEAN
            and node.key not in self.values
            and all(
                isinstance(argument, Literal)
                or (not argument.type.kind.is_texty and is_nullable(argument, self.lets))
                for argument in node.arguments
            )
        )

    def _lifted(self, node: Call, ready: Operands) -> Code:
        """Guard the operands of a call beside those of the call around it."""
        codes = [
            self.literal(argument)
            if isinstance(argument, Literal) and argument.value is not None
            else self._guarded(argument, ready)
            for argument in node.arguments
        ]
        return self.applied(node, codes)

    def call(self, node: Call, known: Known) -> tuple[Code, Known]:
        """Write a call that null passes through, or one that takes it as it is."""
        passing = node.overload.passing
        if passing is Passing.OPEN:
            return self._open_call(node, known)
        if passing is not Passing.STRICT:
            raise Unwritable(node.key)
        in_order = _computes_in_order(node.overload.inline)
        ready = self.operands(node.arguments, known, in_order=in_order)
        code = self.applied(node, ready.codes)
        if not ready.guards:
            return code, ready.inside
        text = f"{code.within(OR)} if {' and '.join(ready.guards)} else None"
        return Code(text, TERNARY, nullable=True, is_int=code.is_int), ready.after

    def applied(self, node: Call, codes: Sequence[Code]) -> Code:
        """Write the call itself over operands that are not null."""
        operator = _OPERATORS.get(node.key)
        if operator is not None:
            return self._arithmetic(operator, codes)
        is_null_like = not node.overload.is_total or node.type.kind.is_texty
        inline = node.overload.inline
        if inline in _VARIADIC and len(codes) == 1:
            return codes[0]
        if inline is None or inline in _VARIADIC:
            called = inline or self.names.constant(
                node.overload.compute, identity=id(node.overload)
            )
            arguments = self._plain_all(node.arguments, codes)
            if node.overload.takes_evaluation:
                arguments.insert(0, "evaluation")
            return Code(f"{called}({', '.join(arguments)})", nullable=is_null_like)
        self.names.needs_context |= node.type.kind is Kind.NUMBER and not node.overload.yields_int
        texts = [f"Decimal({code.text})" if code.is_int else code.within(ATOM) for code in codes]
        text = inline.format(*texts, evaluation="evaluation")
        strength = ATOM if text.endswith((")", "]")) or " " not in text else COMPARE
        strength = min(strength, SIGN) if text.startswith("-") else strength
        return Code(text, strength, nullable=False, is_int=node.overload.yields_int)

    def _plain_all(self, nodes: Sequence[Node], codes: Sequence[Code]) -> list[str]:
        return [self.plain(node, code) for node, code in zip(nodes, codes, strict=True)]

    def _open_call(self, node: Call, known: Known) -> tuple[Code, Known]:
        arguments = []
        for argument in node.arguments:
            code, known = self._unguarded(argument, known)
            arguments.append(self.plain_or_none(argument, code))
        if node.overload.takes_evaluation:
            arguments.insert(0, "evaluation")
        called = self.names.constant(node.overload.compute, identity=id(node.overload))
        nullable = not node.overload.is_total or node.type.kind.is_texty
        return Code(f"{called}({', '.join(arguments)})", nullable=nullable), known

    def plain_or_none(self, node: Node, code: Code) -> str:
        """Return the code's text with a number as a Decimal or None."""
        if not code.is_int or not code.nullable:
            return self.plain(node, code)
        name = self.names.temporary()
        return f"(Decimal({name}) if ({name} := {code.text}) is not None else None)"

    def _arithmetic(self, operator: tuple[str, int], codes: Sequence[Code]) -> Code:
        sign, strength = operator
        if all(code.is_int for code in codes) and sign in "+-":
            return Code(_joined(sign, strength, codes), strength, is_int=True)
        self.names.needs_context = True
        codes = [Code(f"Decimal({c.text})") if c.is_int else c for c in codes]
        if sign == "/":
            left, right = (code.within(TERNARY) for code in codes)
            return Code(f"divide({left}, {right})")
        return Code(_joined(sign, strength, codes), strength)

    # ------------------------------------------------------------------ conditions

    def condition(self, node: Node, known: Known, want: bool) -> Condition:
        """Write whether a node is true, or with `want` False whether it is false."""
        if isinstance(node, Call):
            form = self.conditions.get(node.key)
            if form is not None:
                return form(self, node, known, want)
            if node.overload.passing is Passing.STRICT:
                return self._strict_condition(node, known, want)
        code, known = self.value(node, known)
        if not code.nullable:
            plain = Condition(code.text, code.strength, known, known)
            return plain if want else plain.negated()
        return Condition(f"{code.within(SUM)} is {want}", COMPARE, known, known)

    def _strict_condition(self, node: Call, known: Known, want: bool) -> Condition:
        in_order = _computes_in_order(node.overload.inline)
        ready = self.operands(node.arguments, known, in_order=in_order)
        code = self.applied(node, ready.codes)
        if code.nullable:
            return self.guarded(ready, Code(f"{code.within(SUM)} is {want}", COMPARE), True)
        return self.guarded(ready, code, want)

    def guarded(self, ready: Operands, code: Code, want: bool) -> Condition:
        """Join guards and what they guard into one condition."""
        if not want:
            code = Code(f"not {code.within(COMPARE)}", AND + 1)
        if not ready.guards:
            return Condition(code.text, code.strength, ready.inside, ready.inside)
        text = " and ".join([*ready.guards, code.within(AND)])
        return Condition(text, AND, ready.inside, ready.after)


def _computes_in_order(inline: str | None) -> bool:
    places = re.findall(r"\{(\d)\}", inline or "")
    return places == sorted(places)


def _joined(sign: str, strength: int, codes: Sequence[Code]) -> str:
    left, right = codes
    return f"{left.within(strength)} {sign} {right.within(strength + 1)}"


_VARIADIC = frozenset({"max", "min"})
"""Python functions named in `inline` that take two operands or more."""

_OPERATORS: dict[str, tuple[str, int]] = {
    "add": ("+", SUM),
    "subtract": ("-", SUM),
    "multiply": ("*", PRODUCT),
    "divide": ("/", PRODUCT),
}
