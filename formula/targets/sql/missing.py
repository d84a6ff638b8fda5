"""The few functions a query cannot compute, each with the reason. Everything else is lowered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a function is not in SQL, for people."""

    zh: str
    en: str


_NO_CHANGE = Reason(
    "查询只看到已保存的记录，看不到改动", "a query sees stored records and no change"
)

NOT_IN_SQL: dict[str, Reason] = {
    **dict.fromkeys(("isnew", "isclone", "ischanged", "priorvalue"), _NO_CHANGE),
    "vlookup": Reason(
        "按值查找其他对象的记录要另外查询，校验规则保存时才做",
        "finding records of another object by value is a query of its own, made while saving",
    ),
}
"""By the key of the meaning, on every database."""

NOT_IN_POSTGRESQL: dict[str, Reason] = {
    "regex": Reason(
        "PostgreSQL 的正则表达式语法不同，且耗时没有上限",
        "PostgreSQL's regular expressions have another syntax and no bound on their time",
    ),
}
"""What SQLite computes, in the server's own process, and PostgreSQL does not."""
