"""Codecs: how values are stored in each database, and how they leave as API values.

An encoding names what a column or expression holds. For each list of columns one function is
generated that turns a driver's row into what is wanted, without a loop over the fields:

* `decoder`: row → values as drafts and formulas hold them;
* `exporter`: row → API values, numbers exact (`Decimal`);
* `json_exporter`: row → values that orjson writes, numbers exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

import orjson

from metadata import FieldModel, Storage
from paas.db import Statement
from runtime.json_body import read_json

Row = tuple[Any, ...]
Column = tuple[str, str]
"""Key of the value, and the encoding it is stored in."""
Purpose = Literal["draft", "formula", "api", "json"]

SQLITE = "sqlite"
EXACT_DOUBLE = 10**15
"""Below this many units every scaled integer is the nearest double's shortest notation."""


def encoding_of(field: FieldModel) -> str:
    """Return the encoding of a stored field."""
    storage = field.type.storage
    if storage is Storage.DECIMAL:
        return f"scaled:{field.scale}"
    return "text" if storage in (Storage.TEXT, Storage.REFERENCE, None) else storage.value


SHOWN = {
    "datetime": "stamp({})",
    "date": "{}.isoformat()",
    "time": "clock({}.isoformat('milliseconds'))",
    "several": "{}.split(';')",
    "geolocation": "shown_place({})",
    "document": "read_json({})",
}
"""Draft values as API values, by encoding."""


# ---------------------------------------------------------------- single values


_LAST: list[tuple[datetime | None, str]] = [(None, "")]


def stamp(moment: datetime) -> str:
    """Return a UTC moment in the one form the API and SQLite use.

    A write stamps the same moment several times over; the last one is remembered.
    """
    known, text = _LAST[0]
    if known is not moment:
        text = moment.isoformat(timespec="milliseconds")[:23] + "Z"
        _LAST[0] = (moment, text)
    return text


def number(value: Decimal) -> Any:
    """Return a JSON number for orjson that loses nothing."""
    exponent = value.as_tuple().exponent
    if exponent == 0 and -EXACT_DOUBLE < value < EXACT_DOUBLE:
        return int(value)
    if value.adjusted() < 15 and len(value.as_tuple().digits) <= 15:
        return float(value)
    return orjson.Fragment(format(value, "f").encode())


def _scaled_number(units: int, scale: int) -> Any:
    return orjson.Fragment(format(Decimal(units).scaleb(-scale), "f").encode())


def _plain(value: Decimal) -> Decimal:
    """Return a formula's number without exponent and trailing zeros."""
    short = value.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short


def _decimal_text(text: str) -> Decimal:
    return _plain(Decimal(text))


def _json_decimal_text(text: str) -> Any:
    return number(Decimal(text))


Place = tuple[Decimal, Decimal]


def _place(text: str) -> Place:
    latitude, longitude = text.split(" ")
    return Decimal(latitude), Decimal(longitude)


def _place_text(place: Place) -> str:
    return f"{place[0]:f} {place[1]:f}"


def _shown_place(place: Place) -> dict[str, Decimal]:
    return {"latitude": _plain(place[0]), "longitude": _plain(place[1])}


def _place_json(place: Place) -> dict[str, Any]:
    return {name: number(part) for name, part in _shown_place(place).items()}


def _clock(text: str) -> str:
    """Return a time of day without a fraction of nothing."""
    return text.removesuffix(".000")


def _read_json(text: str) -> Any:
    return read_json(text.encode())


def _fragment(text: str) -> Any:
    return orjson.Fragment(text.encode())


_NAMES: dict[str, Any] = {
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "stamp": stamp,
    "number": number,
    "plain": _plain,
    "scaled_number": _scaled_number,
    "decimal_text": _decimal_text,
    "json_decimal_text": _json_decimal_text,
    "EXACT": EXACT_DOUBLE,
    "utc": UTC,
    "time": time.fromisoformat,
    "place": _place,
    "place_text": _place_text,
    "shown_place": _shown_place,
    "place_json": _place_json,
    "clock": _clock,
    "read_json": _read_json,
    "fragment": _fragment,
}

# ---------------------------------------------------------------- stored → wanted


def _expression(encoding: str, purpose: Purpose, dialect: str, value: str) -> str:
    """Return Python source that turns the driver's non-null `value` into what is wanted."""
    kind, _, digits = encoding.partition(":")
    scale = int(digits or 0)
    if kind == "scaled" and dialect == SQLITE:
        return _scaled(purpose, scale, value)
    if kind in ("scaled", "number"):
        exact = value if kind == "scaled" else f"plain({value})"
        return f"number({value})" if purpose == "json" else exact
    if kind == "decimal_text":
        return f"{'json_' * (purpose == 'json')}decimal_text({value})"
    if kind == "integer" and purpose == "formula":
        return f"Decimal({value})"
    held = _HELD[dialect == SQLITE].get(kind, "{}")
    if purpose in ("draft", "formula"):
        return held.format(value)
    if dialect == SQLITE and kind in _SHOWN_ON_SQLITE:
        return _SHOWN_ON_SQLITE[kind].format(value)
    shown = {**SHOWN, **_JSON} if purpose == "json" else SHOWN
    return shown.get(kind, "{}").format(held.format(value))


_HELD = {
    True: {
        "boolean": "{} != 0",
        "date": "date({})",
        "datetime": "datetime({})",
        "time": "time({})",
        "geolocation": "place({})",
    },
    False: {"geolocation": "tuple({})"},
}
"""What the driver gives as drafts hold it: on SQLite, and on PostgreSQL."""
_SHOWN_ON_SQLITE = {"date": "{}", "datetime": "{}", "time": "clock({})"}
"""What SQLite holds as the API shows it already."""
_JSON = {"geolocation": "place_json({})", "document": "fragment({})"}


def _scaled(purpose: Purpose, scale: int, value: str) -> str:
    if purpose != "json":
        return f"Decimal({value}).scaleb(-{scale})" if scale else f"Decimal({value})"
    if not scale:
        return value
    exact = f"{value} / {10**scale} if -EXACT < {value} < EXACT"
    return f"({exact} else scaled_number({value}, {scale}))"


def _compiled(source: str, name: str) -> Any:
    space = dict(_NAMES)
    exec(compile(source, f"<generated {name}>", "exec"), space)  # noqa: S102 - our own source
    return space[name]


def reader(
    columns: Sequence[Column], *, purpose: Purpose, dialect: str, skip: int = 0, trail: int = 0
) -> Callable[[Row], dict[str, Any]]:
    """Return a function from a driver's row to a mapping.

    `skip` leading and `trail` trailing values of the row are passed over.
    """
    items = []
    for index, (key, encoding) in enumerate(columns):
        value = f"c{index}"
        wanted = _expression(encoding, purpose, dialect, value)
        guarded = value if wanted == value else f"None if {value} is None else {wanted}"
        items.append(f"{key!r}: {guarded}")
    values = ["_"] * skip + [f"c{index}" for index in range(len(columns))] + ["_"] * trail
    body = ", ".join(items)
    source = f"def read(row):\n    {', '.join(values)}, = row\n    return {{{body}}}\n"
    made: Callable[[Row], dict[str, Any]] = _compiled(source, "read")
    return made


# ---------------------------------------------------------------- draft → stored


def _stored(encoding: str, dialect: str, value: str) -> str:
    kind, _, digits = encoding.partition(":")
    if dialect != SQLITE:
        return f"list({value})" if kind == "geolocation" else value
    if kind == "scaled":
        return f"int({value}.scaleb({digits}))" if int(digits) else f"int({value})"
    forms = {
        "boolean": "int({})",
        "date": "{}.isoformat()",
        "datetime": "stamp({})",
        "time": "{}.isoformat('milliseconds')",
        "geolocation": "place_text({})",
    }
    return forms.get(kind, "{}").format(value)


def writer(
    columns: Mapping[str, Column], statement: Statement, *, dialect: str
) -> Callable[[Mapping[str, Any]], Any]:
    """Return a function from draft values to the parameters of `statement`.

    `columns` maps a parameter's name to the key of the draft value and its encoding.
    """
    order = statement.names if statement.names is not None else tuple(columns)
    items = []
    for index, parameter in enumerate(order):
        key, encoding = columns[parameter]
        found, value = f"v[{key!r}]", f"x{index}"
        wanted = _stored(encoding, dialect, value)
        item = found if wanted == value else (f"None if ({value} := {found}) is None else {wanted}")
        items.append(item if statement.names is not None else f"{parameter!r}: {item}")
    body = ", ".join(items)
    result = f"({body},)" if statement.names is not None else f"{{{body}}}"
    made: Callable[[Mapping[str, Any]], Any] = _compiled(
        f"def write(v):\n    return {result}\n", "write"
    )
    return made


def store_value(value: Any, encoding: str, dialect: str) -> Any:
    """Return one draft value as the database stores it."""
    if value is None:
        return value
    kind, _, digits = encoding.partition(":")
    if dialect != SQLITE:
        return list(value) if kind == "geolocation" else value
    if kind == "geolocation":
        return _place_text(value)
    if kind == "scaled":
        return int(value.scaleb(int(digits)))
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, time):
        return value.isoformat("milliseconds")
    return value.isoformat() if isinstance(value, date) else value


# ---------------------------------------------------------------- draft → API


def exporter(columns: Sequence[Column]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Return a function from draft values to API values with exact numbers."""
    items = []
    for index, (key, encoding) in enumerate(columns):
        form, value = SHOWN.get(encoding), f"x{index}"
        found = f"v[{key!r}]"
        item = (
            found
            if form is None
            else (f"None if ({value} := {found}) is None else {form.format(value)}")
        )
        items.append(f"{key!r}: {item}")
    made: Callable[[Mapping[str, Any]], dict[str, Any]] = _compiled(
        f"def export(v):\n    return {{{', '.join(items)}}}\n", "export"
    )
    return made


@lru_cache(maxsize=64)
def _shower(encoding: str) -> Callable[[Any], Any]:
    shown = {**SHOWN, **_JSON}.get(encoding, "{}").format("x")
    made: Callable[[Any], Any] = _compiled(f"def show(x):\n    return {shown}\n", "show")
    return made


def shown_value(value: Any, field: FieldModel) -> Any:
    """Return one draft value as an API value that orjson writes; numbers stay what they are."""
    return None if value is None else _shower(encoding_of(field))(value)
