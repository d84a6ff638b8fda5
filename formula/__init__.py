"""The formula language: one parse, one typed tree, targets that agree.

The rooms, in the order a formula walks through them: `parser` makes a syntax tree of the source;
`checker` (with `paths` and `overloads`) makes of it a typed tree (`tree`) that needs no
environment; `targets` run that tree — generated Python, SQL, and the oracle they are held to.
What a function is stands in one declaration (`functions`). The package knows no metadata: an
`Environment` says which names there are.
"""

from formula.compiled import Formula, PicklistLiteral, check, compile
from formula.environment import Blank, Context, Environment, FieldSymbol, ObjectSymbol
from formula.evaluation import Diagnostic, Evaluation, Row
from formula.function import FUNCTIONS, Category, Function, Overload, Passing, declare, meaning
from formula.functions import BUILT_IN, function_table
from formula.parser import parse
from formula.paths import Reference
from formula.printer import print_formula
from formula.problem import FormulaProblem
from formula.types import Kind, PicklistValue, Type

__all__ = [
    "BUILT_IN",
    "FUNCTIONS",
    "Blank",
    "Category",
    "Context",
    "Diagnostic",
    "Environment",
    "Evaluation",
    "FieldSymbol",
    "Formula",
    "FormulaProblem",
    "Function",
    "Kind",
    "ObjectSymbol",
    "Overload",
    "Passing",
    "PicklistLiteral",
    "PicklistValue",
    "Reference",
    "Row",
    "Type",
    "check",
    "compile",
    "declare",
    "function_table",
    "meaning",
    "parse",
    "print_formula",
]
