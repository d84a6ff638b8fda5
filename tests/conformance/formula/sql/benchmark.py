"""The eight benchmark formulas and the objects they read."""

from __future__ import annotations

from formula import (
    Environment,
    FieldSymbol,
    Formula,
    Kind,
    ObjectSymbol,
    PicklistValue,
    Type,
    compile,
)

_MONEY, _RATE = Type(Kind.NUMBER, 18, 2), Type(Kind.NUMBER, 6, 4)
_TEXT, _DATE = Type(Kind.TEXT), Type(Kind.DATE)


def _choices(*pairs: tuple[str, str]) -> Type:
    values = (PicklistValue(f"u-{value}", value, {"zh-CN": label}) for value, label in pairs)
    return Type(Kind.PICKLIST, values=tuple(values))


def _lookup(target: str) -> Type:
    return Type(Kind.REFERENCE, target=target)


def _thing(name: str, /, **fields: Type) -> ObjectSymbol:
    return ObjectSymbol(
        name,
        {
            key.casefold(): FieldSymbol(key, kind, physical_scale=kind.scale)
            for key, kind in fields.items()
        },
    )


_STATUS = _choices(("approved", "审批通过"), ("waiting", "待审批"))
_INDUSTRY = _choices(("finance", "金融"), ("making", "制造"), ("retail", "零售"))
OBJECTS = {
    each.name: each
    for each in (
        _thing(
            "deal",
            accountName=_TEXT,
            address=_TEXT,
            approvalStatus=_STATUS,
            industry=_INDUSTRY,
            active=Type(Kind.BOOLEAN),
            amount=_MONEY,
            qty=Type(Kind.NUMBER, 12, 0),
            discount=_RATE,
            taxRate=_RATE,
            freight=_MONEY,
            closeDate=_DATE,
            createdDate=_DATE,
            account=_lookup("company"),
        ),
        _thing(
            "company",
            name=_TEXT,
            creditLimit=_MONEY,
            rating=Type(Kind.NUMBER, 3, 1),
            owner=_lookup("person"),
            parent=_lookup("company"),
        ),
        _thing("person", Name=_TEXT, dept=_lookup("division")),
        _thing("division", name=_TEXT),
    )
}
ENVIRONMENT = Environment(OBJECTS["deal"], OBJECTS.get, {"$user": OBJECTS["person"]})

FORMULAS = {
    "F1": "NOT(active)",
    "F2": "LEN(address) < 20",
    "F3": "AND(approvalStatus='审批通过', "
    "accountName <> address, $CurrentUser.$User.Name<>'管理员')",
    "F4": "ROUND(amount * qty * (1 - discount) * (1 + taxRate) + freight, 2)",
    "F5": "IF(amount > 100000, amount * "
    "CASE(industry, '金融', 0.08, '制造', 0.05, '零售', 0.03, 0.01), 0)",
    "F6": "AND(NOT(ISBLANK(closeDate)), closeDate >= TODAY(), closeDate - createdDate <= 90, "
    "OR(MONTH(closeDate) = 12, YEAR(closeDate) = 2025))",
    "F7": "IF(account.owner.dept.name = '销售部' && account.parent.rating >= 3, "
    "account.parent.creditLimit - amount * qty, BLANKVALUE(account.creditLimit, 0) * 0.5) > 0 "
    "|| CONTAINS(account.parent.name, '集团')",
    "F8": "AND(OR(approvalStatus = '审批通过', approvalStatus = '待审批' && amount < 50000), "
    "IF(ISBLANK(closeDate), FALSE, closeDate - createdDate > 30), "
    "ROUND(amount * qty * (1 - discount) * (1 + taxRate), 2) > "
    "CASE(industry, '金融', 100000, '制造', 50000, '零售', 20000, 1000), "
    "account.parent.rating >= 3 || account.owner.dept.name <> '销售部', LEN(address) < 60, "
    "NOT(BEGINS(accountName, '测试')), $CurrentUser.$User.Name <> '管理员')",
}
"""As in the formula README; the part of F3 that sees a change has another condition instead."""


def compiled(name: str) -> Formula:
    return compile(FORMULAS[name], ENVIRONMENT)
