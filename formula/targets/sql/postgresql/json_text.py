r"""JSON: reading text that may be none, which PostgreSQL 15 cannot ask without failing.

Strings become `""` and other scalars `0`, blanks go away; then, round by round, the innermost
lists and objects become `0` as well. What ends as one scalar was JSON.
"""

from __future__ import annotations

from formula.limits import MAX_JSON_DEPTH
from formula.targets.sql.postgresql.native import Native

_HEX = "[0-9a-fA-F]"
_STRING = (
    r"""'"(?:[^"\\\x01-\x1f]|\\["\\/bfnrt]|\\u(?!0000|[dD][89a-fA-F])"""
    rf"""{_HEX}{{4}}|\\u[dD][89abAB]{_HEX}{{2}}\\u[dD][c-fC-F]{_HEX}{{2}})*"'"""
)
_SCALAR = r"'true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?'"
_VALUE = '(?:""|0)'
_INNERMOST = rf"""'\[(?:{_VALUE}(?:,{_VALUE})*)?\]|\{{(?:"":{_VALUE}(?:,"":{_VALUE})*)?\}}'"""
_STEPS = r"""\.[^.\[\]]+|\[[0-9]{1,6}\]|\[['"][^'"]*['"]\]""".replace("'", "''")
_STEP = r"""\.([^.\[\]]+)|\[([0-9]{1,6})\]|\[['"]([^'"]*)['"]\]""".replace("'", "''")

_READ = {
    "bare": f"regexp_replace(regexp_replace(regexp_replace({{a}}, {_STRING}, '\"\"', 'g'),"
    f" {_SCALAR}, '0', 'g'), '[ \\t\\n\\r]+', '', 'g')",
    "is_json": "(WITH RECURSIVE reduced AS (SELECT {bare} AS rest, 0 AS round UNION ALL"
    f" SELECT regexp_replace(rest, {_INNERMOST}, '0', 'g'), round + 1 FROM reduced"
    f" WHERE round < {MAX_JSON_DEPTH} AND rest ~ {_INNERMOST})"
    f" SELECT rest ~ '^{_VALUE}$' FROM reduced ORDER BY round DESC LIMIT 1)",
    "json": "(CASE WHEN {is_json} THEN {a} END)::json",
}

JSON_TEXTS: dict[str, Native] = {
    "jsonvalue": Native(
        "CASE WHEN json_typeof({json}) = 'object' THEN {json} ->> {b} END", steps=_READ
    ),
    "jsonpathvalue": Native(
        "(WITH RECURSIVE step AS (SELECT * FROM regexp_matches({path},"
        f" '{_STEP}', 'g') WITH ORDINALITY AS step(part, place)),"
        " walk AS (SELECT {json} AS found, 0::bigint AS place UNION ALL SELECT"
        " CASE json_typeof(found) WHEN 'object'"
        " THEN found -> coalesce(part[1], part[2]::integer::text, part[3])"
        " WHEN 'array' THEN found -> part[2]::integer END, step.place"
        " FROM walk JOIN step ON step.place = walk.place + 1)"
        " SELECT found #>> '{}' FROM walk WHERE {path} IS NOT NULL ORDER BY place DESC LIMIT 1)",
        steps={**_READ, "path": f"CASE WHEN {{b}} ~ '^\\$?({_STEPS})*$' THEN {{b}} END"},
    ),
}
