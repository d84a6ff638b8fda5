"""The engine's first tables.

Types are spelled out here rather than imported: a step must mean the same for ever.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from paas.kernel import uuid7

revision = "0001"
down_revision = None

JSON = sa.Text().with_variant(postgresql.JSON(), "postgresql")
IDENTIFIER = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True, precision=3), "postgresql")
TXID = {"sqlite": "0", "postgresql": "(pg_current_xact_id()::text::bigint)"}


def upgrade() -> None:
    """Create every table, and the one row of the state."""
    _create_description()
    _create_access()
    _create_outbox()
    _create_approvals()


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _create_description() -> None:
    state = op.create_table(
        "paas_state",
        _required("id", sa.SmallInteger()),
        _required("metadata_revision", sa.BigInteger()),
        _required("security_revision", sa.BigInteger()),
        _required("epoch", IDENTIFIER),
        sa.PrimaryKeyConstraint("id", name="paas_state_pk"),
        sa.CheckConstraint("id = 1", name=op.f("paas_state_one_row_ck")),
    )
    first = {"id": 1, "metadata_revision": 0, "security_revision": 0, "epoch": uuid7()}
    op.bulk_insert(state, [first])
    op.create_table(
        "paas_definition",
        _required("uid", IDENTIFIER),
        _required("kind", sa.Text()),
        _required("name", sa.Text()),
        _required("namespace", sa.Text()),
        sa.Column("parent", sa.Text()),
        _required("document", JSON),
        _required("hash", sa.Text()),
        _required("revision", sa.BigInteger()),
        sa.PrimaryKeyConstraint("uid", name="paas_definition_pk"),
    )
    _index("paas_definition", "kind", "name")
    _index("paas_definition", "parent")
    op.create_table(
        "paas_journal",
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        _required("at", MOMENT),
        sa.Column("actor", IDENTIFIER),
        _required("changes", JSON),
        _required("ddl", JSON),
        sa.PrimaryKeyConstraint("revision", name="paas_journal_pk"),
    )


def _create_access() -> None:
    op.create_table(
        "paas_credential",
        _required("user_id", IDENTIFIER),
        _required("login", sa.Text()),
        _required("password_hash", sa.Text()),
        _required("active", sa.Boolean()),
        sa.PrimaryKeyConstraint("user_id", name="paas_credential_pk"),
        sa.UniqueConstraint("login", name="paas_credential_login_uq"),
    )
    op.create_table(
        "paas_session",
        _required("token_hash", sa.Text()),
        _required("user_id", IDENTIFIER),
        _required("kind", sa.Text()),
        _required("created_at", MOMENT),
        _required("expires_at", MOMENT),
        sa.Column("revoked_at", MOMENT),
        sa.PrimaryKeyConstraint("token_hash", name="paas_session_pk"),
    )
    _index("paas_session", "user_id")
    _index("paas_session", "expires_at")
    op.create_table(
        "paas_assignment",
        _required("user_id", IDENTIFIER),
        _required("permission_set_uid", IDENTIFIER),
        sa.PrimaryKeyConstraint("user_id", "permission_set_uid", name="paas_assignment_pk"),
        sqlite_with_rowid=False,
    )
    _index("paas_assignment", "permission_set_uid")
    op.create_table(
        "paas_share",
        _required("user_id", IDENTIFIER),
        _required("record_id", IDENTIFIER),
        _required("source", IDENTIFIER),
        sa.PrimaryKeyConstraint("user_id", "record_id", "source", name="paas_share_pk"),
        sqlite_with_rowid=False,
    )
    _index("paas_share", "record_id")
    op.create_table(
        "paas_department_ancestry",
        _required("descendant_id", IDENTIFIER),
        _required("ancestor_id", IDENTIFIER),
        _required("depth", sa.Integer()),
        sa.PrimaryKeyConstraint("descendant_id", "ancestor_id", name="paas_department_ancestry_pk"),
        sqlite_with_rowid=False,
    )
    _index("paas_department_ancestry", "ancestor_id")


def _create_outbox() -> None:
    op.create_table(
        "paas_outbox",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=True),
            nullable=False,
        ),
        sa.Column(
            "txid",
            sa.BigInteger(),
            server_default=sa.text(TXID[op.get_bind().dialect.name]),
            nullable=False,
        ),
        _required("transaction_id", IDENTIFIER),
        _required("object", sa.Text()),
        _required("record_id", IDENTIFIER),
        _required("operation", sa.Text()),
        _required("changed_fields", JSON),
        sa.Column("actor_id", IDENTIFIER),
        _required("origin", sa.Text()),
        _required("at", MOMENT),
        sa.PrimaryKeyConstraint("sequence", name="paas_outbox_pk"),
        sqlite_autoincrement=True,
    )
    _index("paas_outbox", "txid", "sequence")


def _create_approvals() -> None:
    op.create_table(
        "paas_approval_instance",
        _required("id", IDENTIFIER),
        _required("flow_uid", IDENTIFIER),
        _required("flow_revision", sa.BigInteger()),
        _required("definition", JSON),
        _required("object_uid", IDENTIFIER),
        _required("record_id", IDENTIFIER),
        _required("status", sa.Text()),
        _required("submitter_id", IDENTIFIER),
        _required("submitted_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        _required("record_version", sa.BigInteger()),
        _required("version", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="paas_approval_instance_pk"),
    )
    _index("paas_approval_instance", "object_uid", "record_id")
    _index("paas_approval_instance", "submitter_id", "submitted_at")
    op.create_index(
        "paas_approval_instance_open_uq",
        "paas_approval_instance",
        ["object_uid", "record_id"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "paas_approval_step",
        _required("id", IDENTIFIER),
        _required("instance_id", IDENTIFIER),
        _required("position", sa.Integer()),
        _required("mode", sa.Text()),
        _required("status", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("opened_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="paas_approval_step_pk"),
        _of_instance("paas_approval_step"),
    )
    _index("paas_approval_step", "instance_id", "position")
    op.create_table(
        "paas_approval_task",
        _required("id", IDENTIFIER),
        _required("instance_id", IDENTIFIER),
        _required("step_id", IDENTIFIER),
        _required("approver_id", IDENTIFIER),
        _required("status", sa.Text()),
        sa.Column("comment", sa.Text()),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by", IDENTIFIER),
        sa.PrimaryKeyConstraint("id", name="paas_approval_task_pk"),
        _of_instance("paas_approval_task"),
        sa.ForeignKeyConstraint(
            ["step_id"],
            ["paas_approval_step.id"],
            name="paas_approval_task_step_id_fk",
            ondelete="CASCADE",
        ),
    )
    _index("paas_approval_task", "approver_id", "status")
    _index("paas_approval_task", "instance_id")
    _index("paas_approval_task", "step_id")
    op.create_table(
        "paas_approval_log",
        _required("id", IDENTIFIER),
        _required("instance_id", IDENTIFIER),
        _required("at", MOMENT),
        sa.Column("actor_id", IDENTIFIER),
        _required("action", sa.Text()),
        sa.Column("comment", sa.Text()),
        _required("detail", JSON),
        sa.PrimaryKeyConstraint("id", name="paas_approval_log_pk"),
        _of_instance("paas_approval_log"),
    )
    _index("paas_approval_log", "instance_id", "at")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"{table}_{'_'.join(columns)}_ix", table, list(columns))


def _of_instance(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["instance_id"],
        ["paas_approval_instance.id"],
        name=f"{table}_instance_id_fk",
        ondelete="CASCADE",
    )
