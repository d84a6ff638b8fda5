"""Problems of a tenant's database that a caller can act on: waiting and trying again."""

from __future__ import annotations

from paas.kernel import Kind, Problem


class TenantBusy(Problem):
    """The tenant's database is busy."""

    code = "tenant.busy"
    kind = Kind.UNAVAILABLE
    zh = "数据库正忙，请稍后重试。"
    en = "The database is busy. Please try again in a moment."


class TenantUnavailable(Problem):
    """The tenant's database cannot be used."""

    code = "tenant.unavailable"
    kind = Kind.UNAVAILABLE
    zh = "数据库暂时无法使用，请稍后重试或联系管理员。"
    en = "The database cannot be used right now. Try again later or tell your administrator."


class StatementTooSlow(Problem):
    """The statement takes too long."""

    code = "tenant.too_slow"
    kind = Kind.UNAVAILABLE
    zh = "查询耗时过长，已中止；请缩小范围或按已建索引的字段筛选。"
    en = "This takes too long and was stopped. Ask for less, or filter by fields with an index."
