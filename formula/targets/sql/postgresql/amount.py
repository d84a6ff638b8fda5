"""Amounts of money, written out: with thousands and the currency's decimals, or in numerals."""

from __future__ import annotations

from formula.currency import WITH_MILLS, WITHOUT_CENTS
from formula.targets.sql.postgresql.native import EMPTY, Native
from formula.targets.sql.postgresql.text import SPACES, UPPER

_LARGEST = "1e20"
_PLACES = 20
_GROUPED = r"'([0-9])(?=([0-9]{3})+(\.|$))', '\1,', 'g'"
_NUMERALS = "'壹贰叁肆伍陆柒捌玖'"


def _listed(codes: frozenset[str]) -> str:
    return ", ".join(f"'{code}'" for code in sorted(codes))


_DIGIT = f"substr({{digits}}, {_PLACES} - place, 1)::integer"
_OF_TEN = (
    f"CASE {_DIGIT} WHEN 0 THEN '零' ELSE substr({_NUMERALS}, {_DIGIT}, 1)"
    " || (ARRAY['', '拾', '佰', '仟'])[place % 4 + 1] END"
)
_OF_GROUP = (
    f"CASE WHEN place % 4 = 0 AND substr({{digits}}, {_PLACES - 3} - place, 4) <> '0000'"
    " THEN (ARRAY['', '万', '亿', '万亿', '亿亿'])[place / 4 + 1] ELSE '' END"
)

AMOUNTS: dict[str, Native] = {
    "formatcurrency": Native(
        f"btrim({{a}} || ' ' || regexp_replace({{shown}}, {_GROUPED}), '{SPACES}')",
        guards="b",
        steps={
            "code": UPPER.format("{a}"),
            "shown": f"round({{b}}, CASE WHEN {{code}} IN ({_listed(WITHOUT_CENTS)}) THEN 0"
            f" WHEN {{code}} IN ({_listed(WITH_MILLS)}) THEN 3 ELSE 2 END)::text",
        },
    ),
    # Every digit is spelled, then what noughts are not said is taken away.
    "numberstringrmb": Native(
        "CASE WHEN {yuan} IS NOT NULL THEN CASE WHEN {amount} < 0 THEN '负' ELSE '' END"
        " || CASE WHEN {yuan} > 0 THEN {whole} || '元' ELSE '' END"
        f" || CASE WHEN {{cents}} >= 10 THEN substr({_NUMERALS}, {{cents}} / 10, 1) || '角'"
        " WHEN {cents} > 0 AND {yuan} > 0 THEN '零' ELSE '' END"
        f" || CASE WHEN {{cents}} % 10 > 0 THEN substr({_NUMERALS}, {{cents}} % 10, 1) || '分'"
        " WHEN {yuan} = 0 AND {cents} = 0 THEN '零元整' ELSE '整' END END",
        EMPTY,
        steps={
            "amount": "round({a}, 2)",
            "yuan": f"nullif(least(trunc(abs({{amount}})), {_LARGEST}), {_LARGEST})",
            "cents": "mod(abs({amount}) * 100, 100)::integer",
            "digits": f"lpad({{yuan}}::text, {_PLACES}, '0')",
            "whole": "(SELECT btrim(regexp_replace(regexp_replace("
            f"string_agg({_OF_TEN} || {_OF_GROUP}, '' ORDER BY place DESC),"
            " '零+([万亿])', '\\1', 'g'), '零+', '零', 'g'), '零')"
            f" FROM generate_series(0, {_PLACES - 1}) AS place)",
        },
    ),
}
