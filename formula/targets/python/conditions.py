"""Conditions: AND, OR, NOT, comparisons and tests, as Python truth rather than as values.

Knowing that only truth is wanted, a comparison whose operand is null is simply False, and what
an earlier condition established (a date is there, a lookup is filled) is not asked again.
"""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from formula.functions.change import text_differs
from formula.targets.python.code import (
    AND,
    COMPARE,
    OR,
    READS,
    SUM,
    TERNARY,
    Code,
    Condition,
    Known,
    is_nullable,
)
from formula.targets.python.writer import ConditionForm, Writer
from formula.tree import Call, FieldPath, Literal, Node


def _and(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    parts = []
    for argument in node.arguments:
        part = writer.condition(argument, known, True)
        parts.append(part)
        known = part.yes
    if len(parts) == 1:
        return parts[0] if want else parts[0].negated()
    no = parts[0].no
    for part in parts[1:]:
        no = no.meet(part.no)
    joined = Condition(" and ".join(part.within(AND) for part in parts), AND, known, no)
    return joined if want else joined.negated()


def _or(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    parts = []
    for argument in node.arguments:
        part = writer.condition(argument, known, True)
        parts.append(part)
        known = part.no
    if len(parts) == 1:
        return parts[0] if want else parts[0].negated()
    yes = parts[0].yes
    for part in parts[1:]:
        yes = yes.meet(part.yes)
    joined = Condition(" or ".join(part.within(OR) for part in parts), OR, yes, known)
    return joined if want else joined.negated()


def _not(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    return writer.condition(node.arguments[0], known, not want)


def _if(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    test, then, otherwise = node.arguments
    condition = writer.condition(test, known, True)
    first = writer.condition(then, condition.yes, want)
    second = writer.condition(otherwise, condition.no, want)
    text = f"{first.within(OR)} if {condition.within(OR)} else {second.within(TERNARY)}"
    return Condition(text, TERNARY, first.yes.meet(second.yes), first.no.meet(second.no))


_SIGNS = {
    "equal": "==",
    "unequal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def _compare(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    sign = _SIGNS[node.key] if want else _OPPOSITES[_SIGNS[node.key]]
    left, right = node.arguments
    if left.type.kind.is_texty or right.type.kind.is_texty:
        return _compare_text(writer, sign, left, right, known)
    ready = writer.operands(node.arguments, known)
    codes = [
        _whole(argument) or code if other.is_int else code
        for argument, code, other in zip(
            node.arguments, ready.codes, reversed(ready.codes), strict=True
        )
    ]
    first, second = (code.within(SUM) for code in codes)
    return writer.guarded(ready, Code(f"{first} {sign} {second}", COMPARE), True)


def _whole(node: Node) -> Code | None:
    """Return a whole literal as an int, to compare it with one."""
    value = node.value if isinstance(node, Literal) else None
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return Code(str(int(value)), SUM + 2)
    return None


def _compare_text(writer: Writer, sign: str, left: Node, right: Node, known: Known) -> Condition:
    is_far = isinstance(left, FieldPath) and left.steps and writer.names.reads[left.path] == 1
    if is_far and sign == "==" and isinstance(right, Literal) and right.value:
        return _compare_far_text(writer, cast("FieldPath", left), right, known)
    codes = []
    plain = any(isinstance(node, Literal) and node.value for node in (left, right))
    for node in (left, right):
        code, known = writer.value(node, known)
        if code.nullable and not (plain and sign in ("==", "!=")):
            code = Code(f"{code.within(OR)} or ''", OR)
        codes.append(code.within(SUM))
    text = f"{codes[0]} {sign} {codes[1]}"
    return Condition(text, COMPARE, known, known)


def _compare_far_text(writer: Writer, left: FieldPath, right: Literal, known: Known) -> Condition:
    """Compare text of a related record: true only if the lookups on the way are filled."""
    guards, row, inside, after = writer.row_of(left, known)
    test = f"{writer.names.item(row, left.field.name)} == {right.value!r}"
    if not guards:
        return Condition(test, COMPARE, inside, inside)
    return Condition(" and ".join([*guards, test]), AND, inside, after)


def _is_blank(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    (argument,) = node.arguments
    if argument.type.kind.is_texty:
        code, known = writer.value(argument, known)
        text = f"not {code.within(COMPARE)}" if want else f"True if {code.within(OR)} else False"
        if want:
            return Condition(text, AND + 1, known, known)
        return Condition(f"not not {code.within(COMPARE)}", AND + 1, known, known)
    return _is_null(writer, node, known, want)


def _is_null(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    (argument,) = node.arguments
    is_read = isinstance(argument, READS)
    if is_read and not is_nullable(argument, writer.lets):
        return Condition(str(not want), COMPARE, known, known)
    if argument.type.kind.is_texty:
        code, known = writer.value(argument, known)
        return Condition(f"({code.text}, {not want})[1]", COMPARE, known, known)
    if is_read:
        ready = writer.operands([argument], known)
        there = Condition(" and ".join(ready.guards), AND, ready.inside, ready.after)
        if not ready.guards:
            there = Condition("True", COMPARE, ready.inside, ready.inside)
        return there.negated() if want else there
    code, known = writer.value(argument, known)
    text = f"{code.within(SUM)} is {'None' if want else 'not None'}"
    return Condition(text, COMPARE, known, known)


def _in(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    value, *members = node.arguments
    code, known = writer.value(value, known)
    if all(isinstance(member, Literal) for member in members):
        values = frozenset(m.value for m in members if isinstance(m, Literal)) - {None, ""}
        found = f"{code.within(SUM)} in {writer.names.constant(values, identity=id(node))}"
        condition = Condition(found, COMPARE, known, known)
        return condition if want else condition.negated()
    name = writer.names.temporary()
    shown, inside = [], known
    for member in members:
        other, inside = writer.value(member, inside)
        shown.append(writer.plain_or_none(member, other))
    start = f"({name} := {writer.plain_or_none(value, code)})"
    test = f"{start} is not None and {name} != '' and {name} in ({', '.join(shown)},)"
    condition = Condition(test, AND, inside, known)
    return condition if want else condition.negated()


def _is_new(writer: Writer, node: Call, known: Known, want: bool) -> Condition:  # noqa: ARG001
    return Condition(f"old is {'None' if want else 'not None'}", COMPARE, known, known)


def _never(writer: Writer, node: Call, known: Known, want: bool) -> Condition:  # noqa: ARG001
    return Condition("False" if want else "True", COMPARE, known, known)


def _is_changed(writer: Writer, node: Call, known: Known, want: bool) -> Condition:
    (argument,) = node.arguments
    after, _known = writer.value(argument, known)
    writer.base = "old"
    before, _known = writer.value(argument, known)
    writer.base = "row"
    text = f"old is not None and {after.within(SUM)} != {before.within(SUM)}"
    if argument.type.kind.is_texty:
        compare = writer.names.constant(text_differs, identity="differs")
        text += f" and {compare}({before.text}, {after.text})"
    condition = Condition(text, AND, known, known)
    return condition if want else condition.negated()


CONDITIONS: dict[str, ConditionForm] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "if": _if,
    **dict.fromkeys(_SIGNS, _compare),
    "isblank": _is_blank,
    "isnull": _is_null,
    "in": _in,
    "isnew": _is_new,
    "isclone": _never,
    "ischanged": _is_changed,
}
