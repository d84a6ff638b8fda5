"""F1-F8 in the languages of other engines, meaning the same as closely as each can say it.

Rows are flat: `account_owner_dept_name`. Blank numbers are 0 and blank texts '' before the clock
starts, which the product does while it computes; dates may be None (or zero for CEL, which has
no null date). What a language has no word for is a function it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
NUMBERS = (
    "amount",
    "qty",
    "discount",
    "taxRate",
    "freight",
    "account_creditLimit",
    "account_parent_rating",
    "account_parent_creditLimit",
)
TEXTS = (
    "accountName",
    "prior_accountName",
    "address",
    "approvalStatus",
    "industry",
    "account_owner_dept_name",
    "account_parent_name",
)
DATES = ("closeDate", "createdDate")
USER = "张三"

# Python's own grammar: RestrictedPython, simpleeval, asteval.
PYTHON = {
    "F1": "not active",
    "F2": "len(address) < 20",
    "F3": "approvalStatus == '审批通过' and accountName != prior_accountName"
    " and user_name != '管理员'",
    "F4": "rounded(amount * qty * (1 - discount) * (1 + taxRate) + freight)",
    "F5": "amount * (rate_8 if industry == '金融' else rate_5 if industry == '制造'"
    " else rate_3 if industry == '零售' else rate_1) if amount > 100000 else 0",
    "F6": "closeDate is not None and createdDate is not None and closeDate >= today"
    " and (closeDate - createdDate).days <= 90 and (closeDate.month == 12"
    " or closeDate.year == 2025)",
    "F7": "(account_parent_creditLimit - amount * qty if account_owner_dept_name == '销售部'"
    " and account_parent_rating >= 3 else account_creditLimit * half) > 0"
    " or '集团' in account_parent_name",
    "F8": "(approvalStatus == '审批通过' or approvalStatus == '待审批' and amount < 50000)"
    " and (False if closeDate is None or createdDate is None"
    " else (closeDate - createdDate).days > 30)"
    " and rounded(amount * qty * (1 - discount) * (1 + taxRate)) > (100000 if industry == '金融'"
    " else 50000 if industry == '制造' else 20000 if industry == '零售' else 1000)"
    " and (account_parent_rating >= 3 or account_owner_dept_name != '销售部')"
    " and len(address) < 60 and not accountName.startswith('测试') and user_name != '管理员'",
}
CONSTANTS: Mapping[str, Any] = {
    "rate_8": Decimal("0.08"),
    "rate_5": Decimal("0.05"),
    "rate_3": Decimal("0.03"),
    "rate_1": Decimal("0.01"),
    "half": Decimal("0.5"),
    "user_name": USER,
}

_BY_INDUSTRY = (
    "if(industry == '金融', {}, if(industry == '制造', {}, if(industry == '零售', {}, {})))"
)
# py-expression-eval: both branches of `if` and both sides of `and` are always computed.
PY_EXPRESSION = {
    "F1": "not active",
    "F2": "len(address) < 20",
    "F3": "approvalStatus == '审批通过' and accountName != prior_accountName"
    " and user_name != '管理员'",
    "F4": "rounded(amount * qty * (1 - discount) * (1 + taxRate) + freight)",
    "F5": f"if(amount > 100000, amount * {_BY_INDUSTRY.format(0.08, 0.05, 0.03, 0.01)}, 0)",
    "F6": "on_or_after(closeDate, today) and days(closeDate, createdDate) <= 90"
    " and (month(closeDate) == 12 or year(closeDate) == 2025)",
    "F7": "if(account_owner_dept_name == '销售部' and account_parent_rating >= 3,"
    " account_parent_creditLimit - amount * qty, account_creditLimit * 0.5) > 0"
    " or contains(account_parent_name, '集团')",
    "F8": "(approvalStatus == '审批通过' or approvalStatus == '待审批' and amount < 50000)"
    " and has_days(closeDate, createdDate) and days(closeDate, createdDate) > 30"
    " and rounded(amount * qty * (1 - discount) * (1 + taxRate)) >"
    f" {_BY_INDUSTRY.format(100000, 50000, 20000, 1000)}"
    " and (account_parent_rating >= 3 or account_owner_dept_name != '销售部')"
    " and len(address) < 60 and not begins(accountName, '测试') and user_name != '管理员'",
}

_CEL_BY_INDUSTRY = (
    "(industry == '金融' ? {} : industry == '制造' ? {} : industry == '零售' ? {} : {})"
)
CEL = {
    "F1": "!active",
    "F2": "size(address) < 20",
    "F3": "approvalStatus == '审批通过' && accountName != prior_accountName"
    " && user_name != '管理员'",
    "F4": "double(int((amount * qty * (1.0 - discount) * (1.0 + taxRate) + freight) * 100.0"
    " + 0.5)) / 100.0",
    "F5": f"amount > 100000.0 ? amount * {_CEL_BY_INDUSTRY.format(0.08, 0.05, 0.03, 0.01)} : 0.0",
    "F6": "closeDate != never && createdDate != never && closeDate >= today"
    " && closeDate - createdDate <= duration('2160h')"
    " && (closeDate.getMonth() == 11 || closeDate.getFullYear() == 2025)",
    "F7": "(account_owner_dept_name == '销售部' && account_parent_rating >= 3.0 ?"
    " account_parent_creditLimit - amount * qty : account_creditLimit * 0.5) > 0.0"
    " || account_parent_name.contains('集团')",
    "F8": "(approvalStatus == '审批通过' || approvalStatus == '待审批' && amount < 50000.0)"
    " && closeDate != never && createdDate != never"
    " && closeDate - createdDate > duration('720h')"
    " && double(int(amount * qty * (1.0 - discount) * (1.0 + taxRate) * 100.0 + 0.5)) / 100.0 >"
    f" {_CEL_BY_INDUSTRY.format(100000.0, 50000.0, 20000.0, 1000.0)}"
    " && (account_parent_rating >= 3.0 || account_owner_dept_name != '销售部')"
    " && size(address) < 60 && !accountName.startsWith('测试') && user_name != '管理员'",
}
NEVER = datetime(1, 1, 1, tzinfo=UTC)


def rounded(value: Decimal) -> Decimal:
    """Round to cents, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def flat(row: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as the other engines get it, with exact decimals."""
    found: dict[str, Any] = {"active": row["active"] is True}
    for name in (*NUMBERS, *TEXTS, *DATES):
        value: Any = row
        for step in name.split("_"):
            value = old if step == "prior" else value.get(step) if value is not None else None
        found[name] = value
    found.update({name: found[name] or Decimal(0) for name in NUMBERS})
    found.update({name: found[name] or "" for name in TEXTS})
    return found


FUNCTIONS: Mapping[str, Any] = {
    "len": len,
    "rounded": lambda value: float(rounded(Decimal(repr(value)))),
    "contains": lambda text, part: part in text,
    "begins": str.startswith,
    "on_or_after": lambda day, other: day is not None and day >= other,
    "has_days": lambda later, earlier: later is not None and earlier is not None,
    "days": lambda later, earlier: (
        (later - earlier).days if later is not None and earlier is not None else 1e9
    ),
    "month": lambda day: day.month if day is not None else 0,
    "year": lambda day: day.year if day is not None else 0,
}
"""What py-expression-eval is given; it computes in doubles."""


def moment(day: date | None) -> datetime:
    """Return a date as CEL knows it."""
    return NEVER if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
