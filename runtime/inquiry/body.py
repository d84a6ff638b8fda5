"""Queries as JSON: members with expressions as text, the same value as the language gives.

    {"from": "account", "select": ["accountName", "SUM(revenue) AS total",
      {"from": "contact", "select": ["name"], "limit": 3}],
     "where": "level = :level", "group_by": ["level"], "rollup": false, "having": "…",
     "order_by": ["total DESC"], "limit": 20, "params": {"level": "A"}, "cursor": null}

Instead of these members `query` may hold the text of a whole query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from paas.kernel import Violation
from runtime.inquiry.asking import Request
from runtime.inquiry.problem import QUERY_MEMBER
from runtime.inquiry.syntax import Children, Inquiry, Item, Placed, Term
from runtime.inquiry.text import read_expression, read_item, read_query, read_term
from runtime.problem import QueryInvalid

T = TypeVar("T")
CLAUSES = frozenset(
    {"from", "select", "where", "group_by", "rollup", "having", "order_by", "limit"}
)
BESIDE = frozenset({"params", "cursor", "count"})
MAX_PARTS = 600
MAX_PARAMETERS = 200
MAX_LEVELS = 2
_LIST = {"zh-CN": "需要数组", "en-US": "a list is expected"}
_TEXT = {"zh-CN": "需要文本", "en-US": "a text is expected"}
_NUMBER = {"zh-CN": "需要整数", "en-US": "a whole number is expected"}
_FLAG = {"zh-CN": "需要 true 或 false", "en-US": "true or false is expected"}
_OBJECT = {"zh-CN": "需要 JSON 对象", "en-US": "a JSON object is expected"}
_UNKNOWN = {"zh-CN": "未知成员", "en-US": "no such member"}
_SIZE = {"zh-CN": "内容过多", "en-US": "there is too much of it"}
_VALUE = {"zh-CN": "参数只能是文本、数字、真假值、空值或它们的数组", "en-US": "a parameter is a "
          "text, a number, true, false, null or a list of these"}  # fmt: skip


def read_body(body: Mapping[str, Any]) -> Request:
    """Read a request; raises `QueryInvalid` with everything that is wrong."""
    reader = _Reader()
    is_text = "query" in body
    reader.refuse_unknown(body, BESIDE | ({"query"} if is_text else CLAUSES), "")
    parameters = reader.parameters(body.get("params"))
    cursor = reader.text_or_none(body.get("cursor"), "/cursor")
    count = reader.flag(body.get("count", False), "/count")
    inquiry: Inquiry | None
    if is_text:
        text = reader.text_or_none(body["query"], "/query") or ""
        inquiry = reader.attempt(lambda: read_query(text, pointer="/query"))
    else:
        inquiry = reader.inquiry(body, "", 1)
    if reader.violations or inquiry is None:
        raise QueryInvalid(errors=reader.violations)
    return Request(inquiry, parameters, cursor, count)


class _Reader:
    """Reads the members of one request, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []

    def report(self, pointer: str, reason: Mapping[str, str]) -> None:
        name = pointer.rpartition("/")[2]
        self.violations.append(QUERY_MEMBER.at(pointer, name=name[:80], reason=reason))

    def attempt(self, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except QueryInvalid as refused:
            self.violations.extend(refused.errors)
            return None

    def refuse_unknown(self, body: Mapping[str, Any], known: frozenset[str], pointer: str) -> None:
        for name in body:
            if name not in known:
                written = name[:80].replace("~", "~0").replace("/", "~1")
                self.report(f"{pointer}/{written}", _UNKNOWN)

    # -- whole queries ---------------------------------------------------------------------------

    def inquiry(self, body: Mapping[str, Any], pointer: str, level: int) -> Inquiry | None:
        """Read the members of a query."""
        known = len(self.violations)
        name = body.get("from")
        if not isinstance(name, str) or not name:
            self.report(f"{pointer}/from", _TEXT)
            name = ""
        selected = self.list(body.get("select"), f"{pointer}/select")
        items = [
            self.item(each, f"{pointer}/select/{index}", level)
            for index, each in enumerate(selected)
        ]
        keys = self.expressions(body.get("group_by"), f"{pointer}/group_by")
        order = [
            self.term(each, f"{pointer}/order_by/{index}")
            for index, each in enumerate(self.list(body.get("order_by"), f"{pointer}/order_by"))
        ]
        made = Inquiry(
            name,
            tuple(each for each in items if each is not None),
            where=self.expression(body.get("where"), f"{pointer}/where"),
            keys=keys,
            is_rollup=self.flag(body.get("rollup", False), f"{pointer}/rollup"),
            having=self.expression(body.get("having"), f"{pointer}/having"),
            order=tuple(each for each in order if each is not None),
            limit=self.number_or_none(body.get("limit"), f"{pointer}/limit"),
            pointer=pointer,
        )
        return made if len(self.violations) == known else None

    def item(self, given: Any, pointer: str, level: int) -> Item | Children | None:
        """Read a column: a text, or a query for child records."""
        if not isinstance(given, Mapping):
            return self.read(read_item, given, pointer)
        if level >= MAX_LEVELS:
            self.report(pointer, _SIZE)
            return None
        self.refuse_unknown(given, CLAUSES | {"as"}, pointer)
        alias = self.text_or_none(given.get("as"), f"{pointer}/as")
        inquiry = self.inquiry(given, pointer, level + 1)
        return None if inquiry is None else Children(inquiry, alias)

    def term(self, given: Any, pointer: str) -> Term | None:
        """Read a sort key."""
        return self.read(read_term, given, pointer)

    def expressions(self, given: Any, pointer: str) -> tuple[Placed, ...]:
        """Read a list of expressions."""
        found = [
            self.expression(each, f"{pointer}/{index}", needed=True)
            for index, each in enumerate(self.list(given, pointer))
        ]
        return tuple(each for each in found if each is not None)

    def expression(self, given: Any, pointer: str, *, needed: bool = False) -> Placed | None:
        """Read an expression, if there is one."""
        return None if given is None and not needed else self.read(read_expression, given, pointer)

    def read(self, read: Callable[..., T], given: Any, pointer: str) -> T | None:
        """Read a text that is an expression of some sort."""
        if not isinstance(given, str):
            self.report(pointer, _TEXT)
            return None
        return self.attempt(lambda: read(given, pointer=pointer))

    # -- plain values ----------------------------------------------------------------------------

    def list(self, given: Any, pointer: str) -> list[Any]:
        """Read a list, empty if there is none."""
        if given is None:
            return []
        if not isinstance(given, list):
            self.report(pointer, _LIST)
            return []
        if len(given) > MAX_PARTS:
            self.report(pointer, _SIZE)
            return []
        return given

    def text_or_none(self, given: Any, pointer: str) -> str | None:
        """Read a text, if there is one."""
        if given is not None and not isinstance(given, str):
            self.report(pointer, _TEXT)
            return None
        return given

    def number_or_none(self, given: Any, pointer: str) -> int | None:
        """Read a whole number, if there is one."""
        if given is not None and given.__class__ is not int:
            self.report(pointer, _NUMBER)
            return None
        return given

    def flag(self, given: Any, pointer: str) -> bool:
        """Read a truth value."""
        if not isinstance(given, bool):
            self.report(pointer, _FLAG)
            return False
        return given

    def parameters(self, given: Any) -> dict[str, Any]:
        """Read the values of parameters."""
        if given is None:
            return {}
        if not isinstance(given, Mapping):
            self.report("/params", _OBJECT)
            return {}
        if len(given) > MAX_PARAMETERS:
            self.report("/params", _SIZE)
            return {}
        for name, value in given.items():
            parts = value if isinstance(value, list) else [value]
            if any(isinstance(part, list | Mapping) for part in parts):
                self.report(f"/params/{name[:80]}", _VALUE)
        return dict(given)
