"""Field history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

CONTENT = sa.Text().with_variant(postgresql.JSONB(), "postgresql")
IDENTIFIER = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
MOMENT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True, precision=3), "postgresql")


def upgrade() -> None:
    """Create the table of changes."""
    op.create_table(
        "paas_history",
        sa.Column("object_uid", IDENTIFIER, nullable=False),
        sa.Column("record_id", IDENTIFIER, nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", IDENTIFIER),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("transaction_id", IDENTIFIER, nullable=False),
        sa.Column("changes", CONTENT, nullable=False),
        sa.PrimaryKeyConstraint("object_uid", "record_id", "version", name="paas_history_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index("paas_history_at_ix", "paas_history", ["at"])
