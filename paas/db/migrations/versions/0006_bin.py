"""The recycle bin."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

JSON = sa.Text().with_variant(postgresql.JSON(), "postgresql")
IDENTIFIER = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True, precision=3), "postgresql")


def upgrade() -> None:
    """Create the table of deleted records."""
    op.create_table(
        "paas_bin",
        sa.Column("group_id", IDENTIFIER, nullable=False),
        sa.Column("object_uid", IDENTIFIER, nullable=False),
        sa.Column("record_id", IDENTIFIER, nullable=False),
        sa.Column("is_root", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("owner_id", IDENTIFIER),
        sa.Column("department_id", IDENTIFIER),
        sa.Column("deleted_at", MOMENT, nullable=False),
        sa.Column("deleted_by", IDENTIFIER),
        sa.Column("document", JSON, nullable=False),
        sa.Column("links", JSON, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "object_uid", "record_id", name="paas_bin_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("paas_bin_deleted_at_group_id_ix", "paas_bin", ["deleted_at", "group_id"])
