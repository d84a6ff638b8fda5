"""Places on the globe: latitude and longitude as an array of two numbers."""

from __future__ import annotations

from formula.targets.sql.postgresql.native import EMPTY, Native

_HALF = (
    "sin(radians({b}[1] - {a}[1])::double precision / 2) ^ 2 + cos(radians({a}[1]))"
    " * cos(radians({b}[1])) * sin(radians({b}[2] - {a}[2])::double precision / 2) ^ 2"
)

PLACES: dict[str, Native] = {
    "geolocation": Native(
        "CASE WHEN abs({a}) <= 90 AND abs({b}) <= 180 THEN ARRAY[{a}, {b}]::numeric[] END", EMPTY
    ),
    "distance": Native(
        "(2 * {radius} * asin(least(1, sqrt({half}))))::text::numeric",
        EMPTY,
        guards="ab",
        steps={
            "radius": "CASE lower({c}) WHEN 'km' THEN 6371.009::double precision"
            " WHEN 'mi' THEN 3958.761 END",
            "half": _HALF,
        },
    ),
}
