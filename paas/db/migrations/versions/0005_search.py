"""Search tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

TOKEN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.LargeBinary().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
IDENTIFIER = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")


def upgrade() -> None:
    """Create the table of tokens, and that of how far they were made."""
    op.create_table(
        "paas_search",
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", TOKEN, nullable=False),
        sa.Column("record_key", KEY, nullable=False),
        sa.PrimaryKeyConstraint("slot", "token", "record_key", name="paas_search_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "paas_search_slot",
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tokenizer", sa.Integer(), nullable=False),
        sa.Column("position", IDENTIFIER),
        sa.Column("is_filled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name="paas_search_slot_pk"),
    )
