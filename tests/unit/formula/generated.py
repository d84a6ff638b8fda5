"""Hypothesis strategies: well-typed formulas over every function, and rows to run them on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from formula import BUILT_IN, Category, Function, Kind, Overload, Passing
from formula.printer import quote
from formula.signature import Parameter

SCALARS = (Kind.NUMBER, Kind.TEXT, Kind.BOOLEAN, Kind.DATE, Kind.DATETIME, Kind.TIME)

FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.NUMBER: (
        "amount",
        "qty",
        "rate",
        "accountId.credit",
        "$User.age",
        "accountId.parentAccountId.credit",
    ),
    Kind.TEXT: (
        "name",
        "note",
        "accountId.accountName",
        "$User.Name",
        "accountId.account.ownerId.user.Name",
    ),
    Kind.BOOLEAN: ("won", "open", "accountId.isActive"),
    Kind.DATE: ("closed", "began", "accountId.since"),
    Kind.DATETIME: ("called", "rang"),
    Kind.TIME: ("opens", "shuts"),
    Kind.PICKLIST: ("level", "accountId.level"),
    Kind.REFERENCE: ("ownerId", "accountId"),
    Kind.MULTIPICKLIST: ("tags",),
}
CHOICES = ("A", "重点", "Normal", "")
WORDS = (
    "",
    "a",
    "北京",
    "x😀y",
    "12.5",
    "1e3",
    "2024-02-29",
    "2024-02-29 08:00:00",
    "08:30:00",
    " b ",
    "a%",
    "km",
    '{"a": [1.50, {"b": "x"}]}',
    "$.a[1].b",
    "a",
    "13800138000",
    "11010519491231002X",
    "javascript:1",
    "JPY",
    "O'neil-ßtraße İi",
    "2023-02-30",
    "9999-12-31 23:59:59.999",
)

numbers = st.one_of(
    st.sampled_from(["0", "1", "2", "0.5", "10", "100", "12", "31", "2024", "1.005"]),
    st.decimals(0, 10**12, places=3, allow_nan=False).map(lambda value: format(value, "f")),
)
literals: dict[Kind, st.SearchStrategy[str]] = {
    Kind.NUMBER: st.one_of(numbers, numbers.map("-{}".format)),
    Kind.TEXT: st.one_of(st.sampled_from(WORDS), st.text(max_size=6)).map(quote),
    Kind.BOOLEAN: st.sampled_from(["TRUE", "FALSE", "NULL = 1"]),
    Kind.DATE: st.sampled_from(
        ["DATE(2024, 2, 29)", "DATE(2023, 2, 30)", "TODAY()", "DATE(2023, 1, 31)", "DATE(1, 1, 1)"]
    ),
    Kind.DATETIME: st.sampled_from(
        [
            "NOW()",
            "DATETIMEVALUE('2024-02-29 23:59:59')",
            "DATETIMEVALUE('2024-03-10 07:00:00')",
            "DATETIMEVALUE('9999-12-31 23:59:59')",
        ]
    ),
    Kind.TIME: st.sampled_from(["TIMEVALUE('23:59:59.999')", "TIMENOW()"]),
    Kind.GEOLOCATION: st.sampled_from(["GEOLOCATION(31.2, 121.5)", "GEOLOCATION(amount, 10)"]),
}
LEFT_OUT = {"LET", "VLOOKUP"}
AGGREGATES: dict[Kind, tuple[str, ...]] = {
    Kind.NUMBER: (
        "COUNT(accountId.contact)",
        "COUNT(accountId.contact, age > accountId.credit)",
        "SUM(accountId.contact.age, NOT(ISBLANK(name)))",
        "AVG(accountId.contact.share, age > 5 || name = 'a')",
        "MAX(accountId.contact.age, LEN(name) = 1)",
        "SUM(accountId.contact.age, 100 / age > 5)",
        "LET(x, qty, COUNT(accountId.contact, age > x && age <> x + 1))",
    ),
    Kind.BOOLEAN: (
        "EXISTS(accountId.contact, active)",
        "EXISTS(accountId.contact, born < accountId.since)",
        "EXISTS(accountId.contact, COUNT(task, hours > 1) > 0)",
    ),
    Kind.DATE: ("MIN(accountId.contact.born)", "MAX(accountId.contact.born, active)"),
}


def makers() -> dict[Kind | str, list[tuple[Function, Overload]]]:
    """Return every meaning by the kind of its result."""
    found: dict[Kind | str, list[tuple[Function, Overload]]] = {}
    for function in BUILT_IN:
        for overload in function.overloads:
            if function.name not in LEFT_OUT and overload.passing is not Passing.ROWS:
                result = overload.signature.result
                # Markup is text, and only text makes it.
                kind = Kind.TEXT if result == "markup" else result
                found.setdefault(kind, []).append((function, overload))
    return found


MAKERS = makers()


@st.composite
def expressions(draw: st.DrawFn, kind: Kind | None = None, depth: int = 3) -> str:
    """Return the source of a formula of a kind."""
    kind = kind or draw(st.sampled_from(SCALARS))
    if kind in (Kind.PICKLIST, Kind.REFERENCE, Kind.MULTIPICKLIST):
        return draw(st.sampled_from(FIELDS.get(kind, ("level",))))
    leaf = depth == 0 or draw(st.integers(0, 4)) == 0
    if leaf or kind is Kind.GEOLOCATION:
        if kind in AGGREGATES and draw(st.integers(0, 3)) == 0:
            return draw(st.sampled_from(AGGREGATES[kind]))
        fields = FIELDS.get(kind)
        if fields and draw(st.booleans()):
            return draw(st.sampled_from(fields))
        return draw(literals[kind])
    options = [*MAKERS.get(kind, ()), *MAKERS["same"]]
    function, overload = draw(st.sampled_from(options))
    return draw(calls(function, overload, kind, depth - 1))


MEANINGS = {
    overload.key: (function, overload) for each in MAKERS.values() for function, overload in each
}
"""Every meaning that is generated, by its key."""


@st.composite
def of_meaning(draw: st.DrawFn, key: str, depth: int = 2) -> str:
    """Return the source of a formula that is a call of one meaning."""
    function, overload = MEANINGS[key]
    result = overload.signature.result
    if isinstance(result, Kind):
        kind = result
    else:
        kind = Kind.TEXT if result == "markup" else draw(st.sampled_from(SCALARS))
    return draw(calls(function, overload, kind, depth))


@st.composite
def calls(draw: st.DrawFn, function: Function, overload: Overload, kind: Kind, depth: int) -> str:
    """Return a call of one meaning."""
    signature = overload.signature
    least = 1 if signature.least else 0
    rounds = draw(st.integers(least, 2)) if signature.group else 0
    count = len(signature.before) + len(signature.group) * rounds + len(signature.after)
    while signature.parameters(count - 1) and not signature.group and draw(st.booleans()):
        count -= 1
    parameters = signature.parameters(count)
    assert parameters is not None
    key = draw(st.sampled_from([*SCALARS, Kind.PICKLIST, Kind.REFERENCE]))
    arguments, is_known = [], False
    for place, parameter in enumerate(parameters):
        arguments.append(draw(_argument(parameter, place, kind, key, depth, is_known)))
        is_known = is_known or parameter.variable == "same"
    return _written(function, arguments)


def _argument(
    parameter: Parameter, place: int, kind: Kind, key: Kind, depth: int, is_known: bool
) -> st.SearchStrategy[str]:
    if parameter.is_choice:
        return st.sampled_from(CHOICES).map(quote)
    if parameter.is_path:
        known = kind if parameter.variable else Kind.TEXT
        return st.sampled_from(FIELDS.get(known, FIELDS[Kind.TEXT]))
    if parameter.variable == "key":
        if key is Kind.PICKLIST and place:
            return st.sampled_from(CHOICES).map(quote)
        return expressions(key, depth)
    if parameter.variable == "same":
        some = expressions(kind, depth)
        return st.one_of(some, st.just("NULL")) if is_known else some
    return expressions(min(parameter.kinds or {Kind.TEXT}, key=lambda k: k.value), depth)


def _written(function: Function, arguments: list[str]) -> str:
    if function.category is not Category.OPERATOR:
        return f"{function.name}({', '.join(arguments)})"
    if len(arguments) == 1:
        return f"{function.name}({arguments[0]})"
    return f"({arguments[0]}) {function.name} ({arguments[1]})"


NAMES = sorted({function.name for function in BUILT_IN})
SIGNS = ("+", "-", "*", "/", "^", "&", "&&", "||", "=", "<>", "<", "<=", ">", ">=", "AND", "OR")
_LEAVES = st.one_of(
    st.sampled_from(
        [
            *(field for fields in FIELDS.values() for field in fields),
            "NULL",
            "TRUE",
            "nosuch",
            "$User",
        ]
    ),
    *literals.values(),
)


def _careless(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    call = st.builds(
        lambda name, arguments: f"{name}({', '.join(arguments)})",
        st.sampled_from([name for name in NAMES if name[0].isalpha()]),
        st.lists(inner, max_size=5),
    )
    operation = st.builds("{} {} {}".format, inner, st.sampled_from(SIGNS), inner)
    return st.one_of(
        call,
        operation,
        inner.map("({})".format),
        inner.map("-{}".format),
        inner.map("NOT {}".format),
    )


careless: st.SearchStrategy[str] = st.recursive(_LEAVES, _careless, max_leaves=12)
"""Formulas of the right form whose arguments fit neither in kind nor in number, or only by luck."""


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return a formula with a piece taken out, repeated or put elsewhere."""
    source = draw(expressions())
    start = draw(st.integers(0, len(source)))
    end = draw(st.integers(start, min(len(source), start + 12)))
    piece, rest = source[start:end], source[:start] + source[end:]
    place = draw(st.integers(0, len(rest)))
    return draw(st.sampled_from([rest, source + piece, rest[:place] + piece + rest[place:]]))


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


_number = _maybe(
    st.one_of(
        st.sampled_from([Decimal(0), Decimal("0.00"), Decimal(1), Decimal("-7.5"), Decimal(30)]),
        st.sampled_from(
            [
                Decimal("999999999999999999.99"),
                Decimal("-0.5"),
                Decimal("2.5"),
                Decimal("1E+40"),
                Decimal("-1E-30"),
                Decimal("0.000000000000000001"),
                Decimal("-123456789012345678901234567890123456789"),
                Decimal("1E+249"),
            ]
        ),
        st.decimals(-(10**15), 10**15, places=3, allow_nan=False),
    )
)
_text = _maybe(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)))
_truth = _maybe(st.booleans())
_day = _maybe(
    st.one_of(
        st.sampled_from([date(2024, 2, 29), date(2023, 1, 31), date(9999, 12, 31), date(1, 1, 1)]),
        st.dates(),
    )
)
_moment = _maybe(
    st.one_of(
        st.sampled_from(
            [
                # When clocks change in New York, Shanghai and on Lord Howe; and the last one.
                datetime(2024, 3, 10, 7, tzinfo=UTC),
                datetime(2024, 11, 3, 5, 59, 59, 999_000, tzinfo=UTC),
                datetime(1991, 9, 14, 17, tzinfo=UTC),
                datetime(2024, 4, 6, 15, tzinfo=UTC),
                datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC),
                datetime(1, 1, 1, tzinfo=UTC),
            ]
        ),
        st.datetimes(timezones=st.just(UTC)),
    )
)
_clock = _maybe(st.times().map(lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)))
_level = _maybe(st.sampled_from(["A", "B", "approved", "gone"]))
_tags = _maybe(st.sampled_from(["A", "A;B", "B;approved;gone"]))

users = st.fixed_dictionaries({"Name": _text, "age": _number, "@dimDepart": st.none()})
_parent = st.fixed_dictionaries(
    {"accountName": _text, "credit": _number, "since": _day, "isActive": _truth, "level": _level}
)
_tasks = st.lists(st.fixed_dictionaries({"hours": _number}), max_size=2)
_contacts = st.lists(
    st.fixed_dictionaries(
        {
            "name": _text,
            "age": _number,
            "share": _number,
            "born": _day,
            "active": _truth,
            "#task.contactId": _tasks,
        }
    ),
    max_size=3,
)


def _account(own: Any, owner: Any, parent: Any, contacts: Any) -> dict[str, Any]:
    row = {**own, "@ownerId": owner, "@parentAccountId": parent}
    row["#contact.accountId"] = [{**contact, "@accountId": row} for contact in contacts]
    return row


accounts = st.builds(_account, _parent, _maybe(users), _maybe(_parent), _contacts)
rows = st.fixed_dictionaries(
    {
        "name": _text,
        "note": _text,
        "amount": _number,
        "qty": _number,
        "rate": _number,
        "won": _truth,
        "open": _truth,
        "closed": _day,
        "began": _day,
        "called": _moment,
        "rang": _moment,
        "opens": _clock,
        "shuts": _clock,
        "level": _level,
        "tags": _tags,
        "accountId": _text,
        "ownerId": _text,
        "@accountId": _maybe(accounts),
        "@ownerId": _maybe(users),
    }
)
