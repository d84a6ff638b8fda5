"""The smallest world formulas of the tests live in: deals, their accounts, users."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import formula
from formula import (
    ChildSymbol,
    Context,
    Environment,
    Evaluation,
    FieldSymbol,
    GlobalSymbol,
    Kind,
    ObjectSymbol,
    Type,
)
from formula import PicklistValue as Value

NUMBER, TEXT, BOOLEAN = Type(Kind.NUMBER), Type(Kind.TEXT), Type(Kind.BOOLEAN)
DATE, DATETIME, TIME = Type(Kind.DATE), Type(Kind.DATETIME), Type(Kind.TIME)
PERCENT = Type(Kind.NUMBER, percent=True)
LEVEL = Type(
    Kind.PICKLIST,
    values=(
        Value("u1", "A", {"zh-CN": "重点", "en-US": "Key"}),
        Value("u2", "B", {"zh-CN": "普通", "en-US": "Normal"}),
        Value("u3", "approved", {"zh-CN": "审批通过", "en-US": "Approved"}),
        Value("u4", "C", {"zh-CN": "同名", "en-US": "Same"}),
        Value("u5", "D", {"zh-CN": "同名", "en-US": "Same too"}),
    ),
)
LEVELS = Type(Kind.MULTIPICKLIST, values=LEVEL.values)
NOW = datetime(2024, 2, 29, 16, 30, 15, 250_000, tzinfo=UTC)


def lookup(target: str) -> Type:
    return Type(Kind.REFERENCE, target=target)


def thing(name: str, /, *children: ChildSymbol, **fields: Type | FieldSymbol) -> ObjectSymbol:
    symbols = (
        kind if isinstance(kind, FieldSymbol) else FieldSymbol(key, kind)
        for key, kind in fields.items()
    )
    known = {child.name.casefold(): child for child in children}
    known |= {f"{child.object}.{child.lookup.name}".casefold(): child for child in children}
    return ObjectSymbol(
        name, {symbol.name.casefold(): symbol for symbol in symbols}, children=known
    )


def child(name: str, target: str) -> ChildSymbol:
    """Return the records that refer to a `target` by `object.lookup`, or by their only lookup."""
    owner, _dot, field = name.partition(".")
    return ChildSymbol(name, owner, FieldSymbol(field or f"{target}Id", lookup(target)))


DEPARTMENT = thing("department", departName=TEXT, managerId=lookup("user"))
USER = thing(
    "user", child("task", "user"), id=TEXT, Name=TEXT, age=NUMBER, dimDepart=lookup("department")
)
ACCOUNT = thing(
    "account",
    child("contact", "account"),
    child("task.accountId", "account"),
    child("task.otherId", "account"),
    ChildSymbol("account", "account", FieldSymbol("parentAccountId", lookup("account"))),
    accountName=TEXT,
    credit=NUMBER,
    since=DATE,
    isActive=BOOLEAN,
    level=LEVEL,
    ownerId=lookup("user"),
    parentAccountId=lookup("account"),
)
DEAL = thing(
    "deal",
    name=FieldSymbol("name", TEXT, {"zh-CN": "名称", "en-US": "Name"}),
    note=TEXT,
    amount=NUMBER,
    qty=NUMBER,
    rate=PERCENT,
    won=BOOLEAN,
    open=BOOLEAN,
    closed=DATE,
    began=DATE,
    called=DATETIME,
    rang=DATETIME,
    opens=TIME,
    shuts=TIME,
    level=LEVEL,
    tags=LEVELS,
    accountId=lookup("account"),
    ownerId=lookup("user"),
)
CONTACT = thing(
    "contact",
    child("task", "contact"),
    name=FieldSymbol("name", TEXT, {"zh-CN": "姓名"}),
    age=NUMBER,
    share=PERCENT,
    born=DATE,
    met=DATETIME,
    active=BOOLEAN,
    level=LEVEL,
    accountId=lookup("account"),
    ownerId=lookup("user"),
)
TASK = thing(
    "task",
    subject=TEXT,
    hours=NUMBER,
    done=BOOLEAN,
    contactId=lookup("contact"),
    accountId=lookup("account"),
    otherId=lookup("account"),
    userId=lookup("user"),
)
OBJECTS = {known.name: known for known in (DEPARTMENT, USER, ACCOUNT, DEAL, CONTACT, TASK)}


def environment(**changes: Any) -> Environment:
    settings: dict[str, Any] = {
        "object": DEAL,
        "objects": lambda name: OBJECTS.get(name.casefold()),
        "globals": {
            "$user": USER,
            "$department": GlobalSymbol(DEPARTMENT, "$user", (USER.fields["dimdepart"],)),
        },
        "context": Context(allow_change_functions=True),
    }
    return Environment(**{**settings, **changes})


def evaluation(**changes: Any) -> Evaluation:
    settings: dict[str, Any] = {"now": NOW, "globals": {"$user": {"Name": "张三", "age": None}}}
    return Evaluation(**{**settings, **changes})


def value_of(
    source: str,
    row: dict[str, Any] | None = None,
    old: dict[str, Any] | None = None,
    *,
    result: Type | Kind | None = None,
    **changes: Any,
) -> Any:
    """Evaluate on both Python targets, which must agree."""
    compiled = formula.compile(source, environment(**changes), result=result)
    generated = compiled.evaluate(row or {}, old, evaluation())
    walked = compiled.walk(row or {}, old, evaluation())
    assert generated == walked, source
    assert type(generated) is type(walked), source
    return generated


def codes_of(source: str, *, result: Type | Kind | None = None, **changes: Any) -> list[str]:
    found = formula.check(source, environment(**changes), result=result)
    return [violation.code for violation in found]
