"""Aggregates over child records, as loops inside the expression."""

from __future__ import annotations

from formula.targets.python.code import ATOM, COMPARE, OR, TERNARY, Code, Known
from formula.targets.python.writer import ValueForm, Writer
from formula.tree import Aggregate


def aggregate(writer: Writer, node: Aggregate, known: Known) -> tuple[Code, Known]:
    """Write a loop over child rows; what it assigns is not relied on after it."""
    guards, row, inside, after = writer.row_of(node, known)
    code, missing = _over(writer, node, writer.names.item(row, node.child.row_key), inside)
    if guards:
        text = f"{code.within(OR)} if {' and '.join(guards)} else {missing}"
        code = Code(text, TERNARY, code.nullable, code.is_int)
    return code, after


def _over(writer: Writer, node: Aggregate, rows: str, known: Known) -> tuple[Code, str]:
    """Return the value over `rows`, and what it is where there is no record to have any."""
    child = writer.names.variable("c", len(writer.names.known))
    outer, writer.base = writer.base, child
    test, value = "", ""
    if node.condition is not None:
        condition = writer.condition(node.condition, known, True)
        test, known = f" if {condition.within(OR)}", condition.yes
    if node.value is not None:
        code, _known = writer.value(node.value, known)
        value = writer.plain_or_none(node.value, code)
    writer.base = outer
    loop = f"for {child} in {rows}{test}"
    if node.key == "exists":
        text = f"any(True {loop})" if test else f"len({rows}) > 0"
        return Code(text, ATOM if test else COMPARE), "False"
    if node.key == "count":
        return Code(f"sum(1 {loop})" if test else f"len({rows})", is_int=True), "0"
    writer.names.needs_context = True
    compute = writer.names.constant(node.overload.compute, identity=id(node.overload))
    name = writer.names.temporary()
    text = f"{compute}([{name} for {name} in [{value} {loop}] if {name} is not None])"
    is_total = node.overload.is_total
    return Code(text, nullable=not is_total), f"{compute}(())" if is_total else "None"


ROWS: dict[str, ValueForm] = dict.fromkeys(
    ("exists", "count", "sum", "avg", "min_children", "max_children"), aggregate
)
