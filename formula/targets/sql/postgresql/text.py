"""Text, in code points. Blank text arrives as '' and '' is blank again."""

from __future__ import annotations

from formula.limits import MAX_TEXT
from formula.targets.sql.postgresql.native import EMPTY, Native, within
from formula.targets.sql.postgresql.number import SETTLED

SPACES = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_MARK = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"
_NUMERAL = rf"'^{_MARK}([eE][+-]?0*[0-9]{{1,4}})?$'"
_NEGLIGIBLE = rf"'^{_MARK}[eE]-[0-9]{{1,9}}$'"
_LONGEST_NUMERAL = 1000
_NO_NUMBER = "{value} IS NULL AND {a} <> ''"
_WIDTH = within("trunc({b})", -1, MAX_TEXT + 1) + "::integer"
UPPER = 'upper({} COLLATE "und-x-icu") COLLATE "C"'
LOWER = 'lower({} COLLATE "und-x-icu") COLLATE "C"'
_IS_TURKIC = "lower({b}) ~ '^(tr|az)([_-]|$)'"
_WEIGHTS = "ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]"

_VALUE_STEPS = {
    "shown": f"CASE WHEN char_length({{a}}) <= {_LONGEST_NUMERAL} THEN {{a}} END",
    "number": f"(CASE WHEN {{shown}} ~ {_NUMERAL} THEN {{shown}}"
    f" WHEN {{shown}} ~ {_NEGLIGIBLE} THEN '0' END)::numeric",
}
_VALUE = SETTLED.replace("{a}", "{number}")


def _padded(function: str, pad: str = "") -> Native:
    return Native(f"{function}(nullif({{a}}, ''), {_WIDTH}{pad})", f"trunc({{b}}) > {MAX_TEXT}")


def _cased(function: str, turkic: str) -> Native:
    """Change case as a locale does: Turkish and Azeri have two letters i."""
    return Native(function.format(f"(CASE WHEN {_IS_TURKIC} THEN {turkic} ELSE {{a}} END)"))


TEXTS: dict[str, Native] = {
    "join": Native(
        f"CASE WHEN char_length({{joined}}) <= {MAX_TEXT} THEN {{joined}} END",
        EMPTY,
        steps={"joined": "concat({*})"},
    ),
    "len": Native("char_length({a})::numeric"),
    "contains": Native("strpos({a}, {b}) > 0"),
    "begins": Native("starts_with({a}, {b})"),
    "startwith": Native("starts_with({a}, {b})"),
    "ends": Native("right({a}, char_length({b})) = {b}"),
    "endwith": Native("right({a}, char_length({b})) = {b}"),
    "left": Native("left({a}, {b:size})"),
    "right": Native("right({a}, {b:size})"),
    "mid": Native("substr({a}, {b:place}, {c:size})", guards="bc"),
    "substr": Native(
        "substr(CASE WHEN {start} >= -char_length({a}) THEN {a} END, CASE WHEN {start} < 0"
        " THEN char_length({a}) + {start} + 1 ELSE greatest({start}, 1) END, {c:size})",
        guards="bc",
        steps={"start": "{b:offset}"},
    ),
    "find": Native("coalesce(strpos({b}, nullif({a}, '')), 0)::numeric"),
    "substitute": Native(
        "replace(CASE WHEN char_length({a}) + (char_length({a}) -"
        " char_length(replace({a}, {b}, ''))) / greatest(char_length({b}), 1)::bigint *"
        f" (char_length({{c}}) - char_length({{b}})) <= {MAX_TEXT} THEN {{a}} END, {{b}}, {{c}})",
        EMPTY,
    ),
    "trim": Native("btrim({a}, ' ')"),
    "upper": Native(UPPER.format("{a}")),
    "lower": Native(LOWER.format("{a}")),
    "initcap": Native(
        f"(SELECT string_agg(({UPPER.format('left(word[1], 1)')})"
        f" || ({LOWER.format('substr(word[1], 2)')}) || word[2] COLLATE \"C\", '')"
        " FROM regexp_matches({a} COLLATE \"und-x-icu\", '([[:alnum:]]*)([^[:alnum:]]*)', 'g')"
        " AS word)"
    ),
    "reverse": Native("reverse({a})"),
    "lpad": _padded("lpad", ", {c}"),
    "rpad": _padded("rpad", ", {c}"),
    "value": Native(_VALUE, _NO_NUMBER, steps=_VALUE_STEPS),
    "isnumber": Native(f"({_VALUE}) IS NOT NULL", steps=_VALUE_STEPS),
    "text_number": Native("trim_scale({a})::text"),
    "text_date": Native("to_char({a}, 'YYYY-MM-DD')"),
    "text_datetime": Native("to_char({a:utc}, 'YYYY-MM-DD HH24:MI:SS\"Z\"')"),
    "text_time": Native("to_char({a}, 'HH24:MI:SS.MS')"),
    "ascii": Native("nullif(ascii({a}), 0)::numeric"),
    "chr": Native(
        "chr(CASE WHEN {code} BETWEEN 1 AND 55295 OR {code} BETWEEN 57344 AND 1114111"
        " THEN {code} END)",
        steps={"code": "trunc(least(greatest({a}, 0), 2000000))::integer"},
    ),
    "like": Native("{a} LIKE {b} ESCAPE ''"),
    "casesafeid": Native(
        "CASE WHEN char_length({a}) = 15 THEN {a} || (SELECT string_agg(substr("
        "'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + (SELECT sum(CASE WHEN"
        " ascii(substr({a}, start + place + 1, 1)) BETWEEN 65 AND 90 THEN 1 << place ELSE 0 END)"
        " FROM generate_series(0, 4) AS place)::integer, 1), '' ORDER BY start)"
        " FROM generate_series(0, 10, 5) AS start) ELSE {a} END"
    ),
    "br": Native("E'\\n'"),
    "includes": Native("{b} = ANY(string_to_array({a}, ';')) OR concat({a}, {b}) = ''"),
    "picklistcount": Native("coalesce(array_length(string_to_array({a}, ';'), 1), 0)::numeric"),
    "ismobile": Native(rf"btrim({{a}}, '{SPACES}') ~ '^(\+?86[- ]?)?1[3-9][0-9]{{9}}$'"),
    "isidnumber": Native(
        "coalesce(extract(month FROM make_date(nullif(substr({id}, 7, 4)::integer, 0), {month}, 1)"
        " + ({day} - 1)) = {month} AND substr('10X98765432', (SELECT sum(substr({id}, place, 1)"
        f"::integer * ({_WEIGHTS})[place]) FROM generate_series(1, 17) AS place)::integer % 11"
        " + 1, 1) = upper(substr({id}, 18)), false)",
        steps={
            "id": "CASE WHEN {a} ~ '^[0-9]{17}[0-9Xx]$' THEN {a} END",
            "month": within("substr({id}, 11, 2)::integer", 0, 13),
            "day": within("substr({id}, 13, 2)::integer", 0, 32),
        },
    ),
}

VARIANTS = {
    ("substr", 2): Native(
        "substr(CASE WHEN {start} >= -char_length({a}) THEN {a} END, CASE WHEN {start} < 0"
        " THEN char_length({a}) + {start} + 1 ELSE greatest({start}, 1) END)",
        guards="b",
        steps={"start": "{b:offset}"},
    ),
    ("lpad", 2): _padded("lpad"),
    ("rpad", 2): _padded("rpad"),
    ("upper", 2): _cased(UPPER, "replace({a}, 'i', 'İ')"),
    ("lower", 2): _cased(LOWER, "replace(replace({a}, 'İ', 'i'), 'I', 'ı')"),
    ("find", 3): Native(
        "(coalesce(nullif(strpos(substr({b}, {c:place}), nullif({a}, '')), 0)"
        " + {c:place} - 1, 0))::numeric",
        guards="c",
    ),
}
"""Meanings that read otherwise with this number of arguments."""
