"""Places on the globe, links, identifiers: what fits nowhere else."""

from __future__ import annotations

import html
import math
import re
from decimal import Decimal

from formula.arithmetic import from_float, plain
from formula.evaluation import BAD_ARGUMENT, Failure
from formula.function import Category, Function, declare, meaning
from formula.functions.text import bounded

Place = tuple[Decimal, Decimal]
_RADIUS = {"km": 6371.009, "mi": 3958.761}
_DANGEROUS = re.compile(
    r"[\x00-\x20]*(javascript|data|vbscript)[\x00-\x20]*:", re.IGNORECASE | re.ASCII
)


def _geolocation(latitude: Decimal, longitude: Decimal) -> Place:
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Failure(BAD_ARGUMENT, name="GEOLOCATION", value=f"{latitude}, {longitude}")
    return latitude, longitude


def _distance(start: Place, end: Place, unit: str) -> Decimal:
    """Return the length of the great circle (haversine)."""
    radius = _RADIUS.get(unit.lower())
    if radius is None:
        raise Failure(BAD_ARGUMENT, name="DISTANCE", value=unit)
    north, east = (math.radians(float(part)) for part in start)
    other_north, other_east = (math.radians(float(part)) for part in end)
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    )
    return from_float(2 * radius * math.asin(min(1.0, math.sqrt(half))))


def _attribute(name: str, value: str) -> str:
    safe = value.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    return f' {name}="{safe}"'


def _address(url: str) -> str:
    return "about:blank" if _DANGEROUS.match(url) else url


def _hyperlink(url: str, label: str, target: str = "") -> str:
    tail = _attribute("target", target) if target else ""
    shown = html.escape(label, quote=False)
    return bounded(f"<a{_attribute('href', _address(url))}{tail}>{shown}</a>")


def _image(url: str, text: str, height: Decimal | None = None, width: Decimal | None = None) -> str:
    size = "".join(
        _attribute(name, plain(value))
        for name, value in (("height", height), ("width", width))
        if value is not None
    )
    return bounded(f"<img{_attribute('src', _address(url))}{_attribute('alt', text)}{size}/>")


def _case_safe_id(text: str) -> str:
    """Append the check characters that tell upper from lower case in a 15-character id."""
    if len(text) != 15:
        return text
    chunks = (text[start : start + 5] for start in (0, 5, 10))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    return text + "".join(
        letters[sum(1 << place for place, c in enumerate(chunk) if "A" <= c <= "Z")]
        for chunk in chunks
    )


ADVANCED: tuple[Function, ...] = (
    declare(
        Category.ADVANCED,
        meaning("GEOLOCATION(latitude: number, longitude: number) -> geolocation", _geolocation),
        zh="由纬度和经度组成的地理位置。",
        en="The place at a latitude and longitude.",
        examples=(("ISBLANK(GEOLOCATION(200, 0))", "TRUE"),),
    ),
    declare(
        Category.ADVANCED,
        meaning("DISTANCE(start: geolocation, end: geolocation, unit: text) -> number", _distance),
        zh="两个地理位置之间的距离，单位为 'km' 或 'mi'。",
        en="The distance between two places, in 'km' or 'mi'.",
        examples=(("ROUND(DISTANCE(GEOLOCATION(0,0), GEOLOCATION(0,180), 'km'), 0)", "20015"),),
    ),
    declare(
        Category.ADVANCED,
        meaning("HYPERLINK(url: text, label: text, target?: text) -> markup", _hyperlink),
        zh="链接。",
        en="A link.",
        examples=(("HYPERLINK('/a', 'b')", "'<a href=\"/a\">b</a>'"),),
    ),
    declare(
        Category.ADVANCED,
        meaning("IMAGE(url: text, text: text, height?: number, width?: number) -> markup", _image),
        zh="图片。",
        en="A picture.",
        examples=(("IMAGE('/a.gif', 'b')", '\'<img src="/a.gif" alt="b"/>\''),),
    ),
    declare(
        Category.ADVANCED,
        meaning("CASESAFEID(id: text|reference) -> text", _case_safe_id),
        zh="把 15 位编号转换为不区分大小写的 18 位编号。",
        en="Turns a 15-character id into one that is unique in any case.",
        examples=(("CASESAFEID('752S00000000Ktk')", "'752S00000000KtkIAE'"),),
    ),
)
