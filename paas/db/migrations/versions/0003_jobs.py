"""Jobs with their files and results, answers kept for repeated requests, mappings of imports.

Types are spelled out here rather than imported: a step must mean the same for ever.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

JSON = sa.Text().with_variant(postgresql.JSON(), "postgresql")
IDENTIFIER = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True, precision=3), "postgresql")
UNFINISHED = sa.text("finished_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    _create_job()
    _create_parts()
    _create_answers()


def _required(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _create_job() -> None:
    op.create_table(
        "paas_job",
        _required("id", IDENTIFIER),
        _required("kind", sa.Text()),
        sa.Column("key", sa.Text()),
        _required("status", sa.Text()),
        sa.Column("wanted", sa.Text()),
        _required("argument", JSON),
        _required("state", JSON),
        _required("done", sa.BigInteger()),
        _required("failed", sa.BigInteger()),
        sa.Column("total", sa.BigInteger()),
        _required("attempts", sa.Integer()),
        sa.Column("problem", JSON),
        sa.Column("actor_id", IDENTIFIER),
        _required("as_system", sa.Boolean()),
        _required("language", sa.Text()),
        sa.Column("lease", IDENTIFIER),
        sa.Column("lease_until", MOMENT),
        _required("due_at", MOMENT),
        _required("created_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="paas_job_pk"),
    )
    op.create_index("paas_job_actor_id_created_at_ix", "paas_job", ["actor_id", "created_at"])
    _unfinished("paas_job_due_ix", ["due_at", "id"], unique=False)
    _unfinished("paas_job_open_uq", ["kind", "key"], unique=True)


def _unfinished(name: str, columns: list[str], *, unique: bool) -> None:
    op.create_index(
        name,
        "paas_job",
        columns,
        unique=unique,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )


def _create_parts() -> None:
    op.create_table(
        "paas_job_part",
        _required("job_id", IDENTIFIER),
        _required("position", sa.Integer()),
        _required("file", sa.Text()),
        _required("size", sa.BigInteger()),
        sa.PrimaryKeyConstraint("job_id", "position", name="paas_job_part_pk"),
        _of_job("paas_job_part"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paas_job_chunk",
        _required("job_id", IDENTIFIER),
        _required("position", sa.Integer()),
        _required("first_row", sa.BigInteger()),
        _required("row_count", sa.BigInteger()),
        _required("document", JSON),
        sa.PrimaryKeyConstraint("job_id", "position", name="paas_job_chunk_pk"),
        _of_job("paas_job_chunk"),
    )


def _of_job(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["job_id"], ["paas_job.id"], name=f"{table}_job_id_fk", ondelete="CASCADE"
    )


def _create_answers() -> None:
    op.create_table(
        "paas_idempotency",
        _required("user_id", IDENTIFIER),
        _required("key", sa.Text()),
        _required("request_hash", sa.Text()),
        sa.Column("answer", JSON),
        _required("created_at", MOMENT),
        sa.PrimaryKeyConstraint("user_id", "key", name="paas_idempotency_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("paas_idempotency_created_at_ix", "paas_idempotency", ["created_at"])
    op.create_table(
        "paas_import_mapping",
        _required("user_id", IDENTIFIER),
        _required("object_uid", IDENTIFIER),
        _required("mapping", JSON),
        sa.PrimaryKeyConstraint("user_id", "object_uid", name="paas_import_mapping_pk"),
        sqlite_with_rowid=False,
    )
