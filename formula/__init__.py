"""The formula language: one parse, one typed tree, targets that agree.

The rooms, in the order a formula walks through them: `parser` makes a syntax tree of the source;
`checker` (with `paths` and `overloads`) makes of it a typed tree (`tree`) that needs no
environment; `targets` run that tree — generated Python, SQL, and the oracle they are held to.
What a function is stands in one declaration (`functions`). The package knows no metadata: an
`Environment` says which names there are.
"""

from formula.analysis import ChildRead
from formula.browser import tree_json
from formula.compiled import Formula, PicklistLiteral
from formula.compiler import check, compile, compile_syntax
from formula.completion import Completion, complete
from formula.conformance import ORACLE, PYTHON, Gap, Outcome, Report, Target, read_cases, run_cases
from formula.conformance_case import Case
from formula.environment import (
    Blank,
    ChildSymbol,
    Context,
    Environment,
    FieldSymbol,
    GlobalSymbol,
    ObjectSymbol,
)
from formula.evaluation import Diagnostic, Evaluation, LookUp, Row
from formula.explain import Explanation, explain
from formula.function import FUNCTIONS, Category, Function, Overload, Passing, declare, meaning
from formula.functions import BUILT_IN, function_table
from formula.functions.hierarchy import HIERARCHY
from formula.parser import bounds, joined, operand_of, parse
from formula.paths import Path, PathError, Reference, resolve_children, resolve_path
from formula.printer import format_source, print_formula
from formula.problem import FormulaProblem
from formula.rename import rename_field
from formula.syntax import Apply, Chain, Constant, Name, Unary
from formula.syntax import Node as Syntax
from formula.tree import Aggregate, Call, FieldPath, Literal
from formula.types import Kind, PicklistValue, Type
from paas.kernel import Extensions


def register(extensions: Extensions) -> None:
    """Plug in the built-in functions, through the door everybody uses."""
    extensions.register(FUNCTIONS, *BUILT_IN)


__all__ = [
    "BUILT_IN",
    "FUNCTIONS",
    "HIERARCHY",
    "ORACLE",
    "PYTHON",
    "Aggregate",
    "Apply",
    "Blank",
    "Call",
    "Case",
    "Category",
    "Chain",
    "ChildRead",
    "ChildSymbol",
    "Completion",
    "Constant",
    "Context",
    "Diagnostic",
    "Environment",
    "Evaluation",
    "Explanation",
    "FieldPath",
    "FieldSymbol",
    "Formula",
    "FormulaProblem",
    "Function",
    "Gap",
    "GlobalSymbol",
    "Kind",
    "Literal",
    "LookUp",
    "Name",
    "ObjectSymbol",
    "Outcome",
    "Overload",
    "Passing",
    "Path",
    "PathError",
    "PicklistLiteral",
    "PicklistValue",
    "Reference",
    "Report",
    "Row",
    "Syntax",
    "Target",
    "Type",
    "Unary",
    "bounds",
    "check",
    "compile",
    "compile_syntax",
    "complete",
    "declare",
    "explain",
    "format_source",
    "function_table",
    "joined",
    "meaning",
    "operand_of",
    "parse",
    "print_formula",
    "read_cases",
    "register",
    "rename_field",
    "resolve_children",
    "resolve_path",
    "run_cases",
    "tree_json",
]
