"""The built-in functions, one module per category. Adding one means adding one declaration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from formula.function import Function
from formula.functions.advanced import ADVANCED
from formula.functions.business import BUSINESS
from formula.functions.change import CHANGE
from formula.functions.children import CHILDREN
from formula.functions.conversion import CONVERSION
from formula.functions.date import DATE
from formula.functions.logical import LOGICAL
from formula.functions.matching import MATCHING
from formula.functions.number import NUMBER
from formula.functions.operators import OPERATORS
from formula.functions.text import TEXT

BUILT_IN: tuple[Function, ...] = (
    *OPERATORS,
    *LOGICAL,
    *NUMBER,
    *TEXT,
    *CONVERSION,
    *MATCHING,
    *DATE,
    *CHANGE,
    *ADVANCED,
    *CHILDREN,
    *BUSINESS,
)


def function_table(functions: Iterable[Function]) -> Mapping[str, Function]:
    """Key functions by name, in upper case."""
    return MappingProxyType({function.name: function for function in functions})


FUNCTION_TABLE = function_table(BUILT_IN)
