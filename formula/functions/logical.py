"""Choosing and testing: IF, CASE, AND, OR and the tests for blank values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from formula.evaluation import Evaluation
from formula.function import Category, Function, Passing, declare, meaning

Thunk = Callable[[], Any]


def _and(*conditions: Thunk) -> bool:
    return all(condition() is True for condition in conditions)


def _or(*conditions: Thunk) -> bool:
    return any(condition() is True for condition in conditions)


def _if(condition: Thunk, then: Thunk, otherwise: Thunk) -> Any:
    return then() if condition() is True else otherwise()


def _ifs(*arguments: Thunk) -> Any:
    for condition, result in zip(arguments[0:-1:2], arguments[1:-1:2], strict=True):
        if condition() is True:
            return result()
    return arguments[-1]()


def _case(expression: Thunk, *arguments: Thunk) -> Any:
    subject = expression()
    if subject is not None:
        for value, result in zip(arguments[0:-1:2], arguments[1:-1:2], strict=True):
            if value() == subject:
                return result()
    return arguments[-1]()


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _blank_value(value: Thunk, fallback: Thunk) -> Any:
    found = value()
    return fallback() if _is_blank(found) else found


def _null_value(value: Thunk, fallback: Thunk) -> Any:
    found = value()
    return fallback() if found is None else found


def _in(value: Any, *members: Any) -> bool:
    return not _is_blank(value) and value in members


def _let(*_arguments: Thunk) -> Any:
    raise AssertionError("LET becomes a Let node of the typed tree")


def _if_error(evaluation: Evaluation, value: Thunk, fallback: Thunk) -> Any:
    known = len(evaluation.diagnostics)
    result = value()
    if len(evaluation.diagnostics) == known:
        return result
    del evaluation.diagnostics[known:]
    return fallback()


LOGICAL: tuple[Function, ...] = (
    declare(
        Category.LOGICAL,
        meaning("AND([condition: boolean]+) -> boolean", _and, passing=Passing.LAZY),
        zh="所有条件都为真时返回 TRUE；空条件算作假，遇到第一个假就停止。",
        en="TRUE if every condition is true; null counts as false, the first false one ends it.",
        examples=(("AND(1 = 1, 2 > 1)", "TRUE"), ("AND(TRUE, NULL)", "FALSE")),
    ),
    declare(
        Category.LOGICAL,
        meaning("OR([condition: boolean]+) -> boolean", _or, passing=Passing.LAZY),
        zh="任一条件为真时返回 TRUE；空条件算作假，遇到第一个真就停止。",
        en="TRUE if any condition is true; null counts as false, and the first true one ends it.",
        examples=(("OR(1 = 2, 2 > 1)", "TRUE"), ("OR(FALSE, NULL)", "FALSE")),
    ),
    declare(
        Category.LOGICAL,
        meaning("NOT(condition: boolean) -> boolean", lambda value: not value),
        zh="条件取反；空值仍为空。",
        en="The opposite of the condition; null stays null.",
        examples=(("NOT(1 = 2)", "TRUE"),),
    ),
    declare(
        Category.LOGICAL,
        meaning(
            "IF(condition: boolean, then: same, else: same) -> same", _if, passing=Passing.LAZY
        ),
        zh="条件为真时取第二个参数，否则（包括空）取第三个；只计算被选中的一支。",
        en="The second argument if the condition is true, else (also if null) the third; "
        "only the chosen one is computed.",
        examples=(("IF(2 > 1, 'yes', 'no')", "'yes'"), ("IF(NULL, 1, 2)", "2")),
    ),
    declare(
        Category.LOGICAL,
        meaning(
            "IFS([condition: boolean, value: same]+, else: same) -> same",
            _ifs,
            passing=Passing.LAZY,
        ),
        zh="依次检查条件，返回第一个为真的条件后面的值，都不成立时返回最后的值。",
        en="The value after the first condition that is true, else the last value.",
        examples=(("IFS(1 > 2, 'a', 2 > 1, 'b', 'c')", "'b'"),),
    ),
    declare(
        Category.LOGICAL,
        meaning(
            "CASE(expression: key, [value: key, result: same]+, else: same) -> same",
            _case,
            passing=Passing.LAZY,
        ),
        zh="把表达式与各个值比较，返回第一个相等的值后面的结果，都不等时返回最后的结果。",
        en="Compares the expression with the values and gives the result after the first equal "
        "one, else the last result.",
        examples=(("CASE(2, 1, 'one', 2, 'two', 'many')", "'two'"),),
    ),
    declare(
        Category.LOGICAL,
        meaning("ISBLANK(value: any) -> boolean", _is_blank, passing=Passing.OPEN),
        zh="值为空时返回 TRUE；空格不算空。按零处理空值时，数字字段从不为空。",
        en="TRUE if the value is blank; a space is not. Where blank numbers count as zero, "
        "a number field never is.",
        examples=(("ISBLANK('')", "TRUE"), ("ISBLANK(' ')", "FALSE")),
    ),
    declare(
        Category.LOGICAL,
        meaning("ISNULL(value: any) -> boolean", lambda value: value is None, passing=Passing.OPEN),
        zh="值为空时返回 TRUE；文本从不为空，请改用 ISBLANK。",
        en="TRUE if the value is null; text never is, so prefer ISBLANK.",
        examples=(("ISNULL('')", "FALSE"), ("ISNULL(NULL)", "TRUE")),
    ),
    declare(
        Category.LOGICAL,
        meaning(
            "BLANKVALUE(value: same, fallback: same) -> same",
            _blank_value,
            passing=Passing.LAZY,
            is_total=False,
        ),
        zh="值不为空时返回它，否则返回第二个参数。",
        en="The value, or the second argument if it is blank.",
        examples=(("BLANKVALUE('', 'none')", "'none'"),),
    ),
    declare(
        Category.LOGICAL,
        meaning(
            "NULLVALUE(value: same, fallback: same) -> same",
            _null_value,
            passing=Passing.LAZY,
            is_total=False,
        ),
        zh="值不为空时返回它，否则返回第二个参数；文本总是原样返回，请改用 BLANKVALUE。",
        en="The value, or the second argument if it is null; text is always returned as it is, "
        "so prefer BLANKVALUE.",
        examples=(("NULLVALUE(NULL, 6)", "6"), ("NULLVALUE('', 'x')", "''")),
    ),
    declare(
        Category.LOGICAL,
        meaning("IN(value: key, [member: key]+) -> boolean", _in, passing=Passing.OPEN),
        zh="值等于后面任何一个时返回 TRUE；空值返回 FALSE。",
        en="TRUE if the value equals one of the others; FALSE for a blank value.",
        examples=(("IN('b', 'a', 'b')", "TRUE"), ("IN(NULL, 1, 2)", "FALSE")),
    ),
    declare(
        Category.LOGICAL,
        meaning(
            "IFERROR(value: same, fallback: same) -> same",
            _if_error,
            passing=Passing.LAZY,
            takes_evaluation=True,
        ),
        zh="计算第一个参数，出错（例如除以零）时返回第二个。",
        en="The first argument, or the second if computing it fails, for example dividing by zero.",
        examples=(("IFERROR(1 / 0, 9)", "9"), ("IFERROR(4 / 2, 9)", "2")),
    ),
    declare(
        Category.LOGICAL,
        meaning("LET([name: any, value: any]+, body: same) -> same", _let, passing=Passing.LAZY),
        zh="给中间结果起名，在最后的表达式里使用。",
        en="Names intermediate results for use in the last expression.",
        examples=(("LET(x, 3, y, x * x, x + y)", "12"),),
    ),
    declare(
        Category.LOGICAL,
        meaning(
            "ISPICKVAL(field: picklist, value: choice) -> boolean",
            lambda value, choice: value == choice,
        ),
        zh="选项字段等于给出的值时返回 TRUE；第二个参数写 '' 则检查是否为空。",
        en="TRUE if the picklist has the value; '' as the second argument tests for blank.",
    ),
)
