"""Row access as SQL: the one place where a `Scope` becomes a condition.

Every read, count, lookup and write of records goes through `visible`. The ancestry is asked with
EXISTS by primary key, which stays flat where `IN (SELECT …)` would collect whole subtrees.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from paas.db import one_of
from paas.db.schema import department_ancestry, share
from paas.kernel import CallContext, Principal
from runtime.access import led_of, led_shape
from runtime.scope import MANY, Rows, Scope

OWNER = "ownerId"
DEPARTMENT = "dimDepart"


def visible(
    scope: Scope, table: sa.FromClause, *, leads: bool = True
) -> sa.ColumnElement[bool] | None:
    """Return the condition that a row of `table` lies in `scope`; None when every row does.

    Without `leads`, SQLite is kept from going through the owner's index, because another one
    surely leaves fewer rows.
    """
    if scope.rows is Rows.ALL:
        return None
    if scope.rows is Rows.NONE:
        return sa.false()
    owner = table.c[OWNER]
    reader = sa.bindparam("reader", type_=owner.type)
    mine = (owner if leads else _unindexed(owner)) == reader
    reach, terms = scope.reach, [mine]
    if reach.led:
        terms.append(_led(reach.led, table.c[DEPARTMENT]))
    if reach.is_shared_with:
        terms.append(_shared(table.c["id"], reader))
    return sa.or_(*terms) if len(terms) > 1 else mine


def _unindexed(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.UnaryExpression(column, operator=sa.sql.operators.custom_op("+"), type_=column.type)


def _shared(key: sa.ColumnElement[Any], reader: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    given = share.alias()
    return sa.exists().where(given.c.user_id == reader, given.c.record_id == key)


def _led(led: int, department: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    above = department_ancestry.alias()
    if led == MANY:
        leads: sa.ColumnElement[bool] = one_of(above.c.ancestor_id, "led")
    else:
        leads = above.c.ancestor_id.in_(
            [sa.bindparam(f"led_{index}", type_=department.type) for index in range(led)]
        )
    return sa.exists().where(above.c.descendant_id == department, leads)


def reader_parameters(context: CallContext) -> Mapping[str, Any]:
    """Return the parameters that `visible` conditions need."""
    principal = context.principal
    if principal is None:
        return {}
    known: Mapping[str, Any] | None = principal.derived.get("reader_parameters")
    if known is None:
        known = principal.derived["reader_parameters"] = _parameters(context, principal)
    return known


def _parameters(context: CallContext, principal: Principal) -> Mapping[str, Any]:
    parameters: dict[str, Any] = {"reader": principal.user_id}
    led = led_of(context)
    if led_shape(led) == MANY:
        parameters["led"] = list(led)
    elif led:
        parameters.update((f"led_{index}", each) for index, each in enumerate(led))
    return parameters
