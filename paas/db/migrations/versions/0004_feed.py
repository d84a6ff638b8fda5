"""How far events have been removed, and the events of one record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the two columns and the index."""
    for name in ("purged_txid", "purged_sequence"):
        column = sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        op.add_column("paas_state", column)
    op.create_index("paas_outbox_record_id_sequence_ix", "paas_outbox", ["record_id", "sequence"])
