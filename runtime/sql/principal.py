"""Statements about people: what a user leads, his role's name, the sets assigned to him."""

from __future__ import annotations

import sqlalchemy as sa

from metadata import ObjectModel, Snapshot
from paas.db import Statement, compile_statement
from paas.db.schema import assignment
from runtime.sql.table import table_of


def led_departments(snapshot: Snapshot, department: ObjectModel, dialect: str) -> Statement:
    """Return the ids of the departments that the parameter `user` leads."""
    table = table_of(snapshot, department, dialect)
    leader = table.c["managerId"]
    query = sa.select(table.c.id).where(leader == sa.bindparam("user", type_=leader.type))
    return compile_statement(query, dialect)


def role_name(snapshot: Snapshot, role: ObjectModel, dialect: str) -> Statement:
    """Return the API name of the role with the parameter `id`."""
    table = table_of(snapshot, role, dialect)
    query = sa.select(table.c["apiName"]).where(
        table.c.id == sa.bindparam("id", type_=table.c.id.type)
    )
    return compile_statement(query, dialect)


def assignments(dialect: str) -> Statement:
    """Return the uids of the permission sets assigned to the parameter `user`."""
    owner = assignment.c.user_id
    query = sa.select(assignment.c.permission_set_uid).where(
        owner == sa.bindparam("user", type_=owner.type)
    )
    return compile_statement(query, dialect)
