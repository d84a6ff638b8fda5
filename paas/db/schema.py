"""The engine's own tables: what a tenant's database holds beside its records.

Tables of records belong to `metadata.ddl`. Every statement over these tables is built from the
`Table` values here; `paas/db/migrations` creates the same tables and a test holds them equal.
Times are written as on records: fixed-form UTC text on SQLite, timestamptz on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from paas.db.statement import POSTGRESQL, SQLITE

# On PostgreSQL `json`, not `jsonb`: documents come back with their keys in the order written,
# and labels depend on it (the first language is the source).
JSON = sa.Text().with_variant(postgresql.JSON(), "postgresql")
"""A document; goes in and comes out as JSON text."""
IDENTIFIER = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
"""A UUID in canonical text form."""
CONTENT = sa.Text().with_variant(postgresql.JSONB(), "postgresql")
"""A document that is searched and whose keys have no order."""
MOMENT = sa.Text().with_variant(postgresql.TIMESTAMP(timezone=True, precision=3), "postgresql")
"""A point in time, to the millisecond."""
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A number that the database counts up."""


TOKEN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
"""A text whose order is that of its code points."""
SEARCH_KEY = sa.LargeBinary().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
"""A record's id with every bit turned round, so that the newest record comes first."""


class _TransactionNumber(FunctionElement[int]):
    """The number of the running transaction, where the database numbers them."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(_TransactionNumber, SQLITE)
def _on_sqlite(*_: Any, **__: Any) -> str:
    return "0"


@compiles(_TransactionNumber, POSTGRESQL)
def _on_postgresql(*_: Any, **__: Any) -> str:
    return "(pg_current_xact_id()::text::bigint)"


metadata = sa.MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_N_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
    }
)

state = sa.Table(
    "paas_state",
    metadata,
    sa.Column(
        "id", sa.SmallInteger, sa.CheckConstraint("id = 1", name="one_row"), primary_key=True
    ),
    sa.Column("metadata_revision", sa.BigInteger, nullable=False),
    sa.Column("security_revision", sa.BigInteger, nullable=False),
    # Changes when a tenant moves to another database, so that readers of the outbox start anew.
    sa.Column("epoch", IDENTIFIER, nullable=False),
    # Up to here rows of the outbox have been removed: who reads from before has missed some.
    sa.Column("purged_txid", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("purged_sequence", sa.BigInteger, nullable=False, server_default="0"),
)

definition = sa.Table(
    "paas_definition",
    metadata,
    sa.Column("uid", IDENTIFIER, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("namespace", sa.Text, nullable=False),
    sa.Column("parent", sa.Text),
    sa.Column("document", JSON, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    sa.Index(None, "kind", "name"),
    sa.Index(None, "parent"),
)

journal = sa.Table(
    "paas_journal",
    metadata,
    sa.Column("revision", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("actor", IDENTIFIER),
    sa.Column("changes", JSON, nullable=False),
    sa.Column("ddl", JSON, nullable=False),
)

credential = sa.Table(
    "paas_credential",
    metadata,
    sa.Column("user_id", IDENTIFIER, primary_key=True),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.UniqueConstraint("login"),
)

session = sa.Table(
    "paas_session",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("user_id", IDENTIFIER, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("expires_at", MOMENT, nullable=False),
    sa.Column("revoked_at", MOMENT),
    sa.Index(None, "user_id"),
    sa.Index(None, "expires_at"),
)

assignment = sa.Table(
    "paas_assignment",
    metadata,
    sa.Column("user_id", IDENTIFIER, primary_key=True),
    sa.Column("permission_set_uid", IDENTIFIER, primary_key=True),
    sa.Index(None, "permission_set_uid"),
    sqlite_with_rowid=False,
)

# Single records shared with single users for reading. `source` is what shared them (for example an
# approval), so that it can be taken back without touching what others gave.
share = sa.Table(
    "paas_share",
    metadata,
    sa.Column("user_id", IDENTIFIER, primary_key=True),
    sa.Column("record_id", IDENTIFIER, primary_key=True),
    sa.Column("source", IDENTIFIER, primary_key=True),
    sa.Index(None, "record_id"),
    sqlite_with_rowid=False,  # row access looks here by user and record
)

# Every department is its own ancestor at depth 0.
department_ancestry = sa.Table(
    "paas_department_ancestry",
    metadata,
    sa.Column("descendant_id", IDENTIFIER, primary_key=True),
    sa.Column("ancestor_id", IDENTIFIER, primary_key=True),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Index(None, "ancestor_id"),
    sqlite_with_rowid=False,  # row access looks here for every row: one search instead of two
)

# On PostgreSQL sequence order is not commit order: readers take rows whose `txid` lies below
# the oldest running transaction, ordered by (txid, sequence). SQLite has one writer; there
# `txid` stays 0 and sequence order is commit order. Writers leave both columns out.
outbox = sa.Table(
    "paas_outbox",
    metadata,
    sa.Column("sequence", SEQUENCE, sa.Identity(always=True), primary_key=True),
    sa.Column("txid", sa.BigInteger, nullable=False, server_default=_TransactionNumber()),
    sa.Column("transaction_id", IDENTIFIER, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("record_id", IDENTIFIER, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("changed_fields", JSON, nullable=False),
    sa.Column("actor_id", IDENTIFIER),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Index(None, "txid", "sequence"),
    sa.Index(None, "record_id", "sequence"),
    sqlite_autoincrement=True,  # a number is never used twice, even after the last row is gone
)

# What one write changed in one record: `changes` maps columns to [old, new]. The version after the
# change orders the rows of a record; a deletion counts as one more.
history = sa.Table(
    "paas_history",
    metadata,
    sa.Column("object_uid", IDENTIFIER, primary_key=True),
    sa.Column("record_id", IDENTIFIER, primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("actor_id", IDENTIFIER),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("transaction_id", IDENTIFIER, nullable=False),
    sa.Column("changes", CONTENT, nullable=False),
    sa.Index(None, "at"),
    sqlite_with_rowid=False,  # read by record
)

# What records are found by. A slot stands for one searchable field (`runtime.sql.search`).
search = sa.Table(
    "paas_search",
    metadata,
    sa.Column("slot", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("token", TOKEN, primary_key=True),
    sa.Column("record_key", SEARCH_KEY, primary_key=True),
    sqlite_with_rowid=False,  # read by slot and the beginning of a token, in the order of the key
)

# How far the tokens of a field have been made for records that were there before it was searched.
search_slot = sa.Table(
    "paas_search_slot",
    metadata,
    sa.Column("slot", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("tokenizer", sa.Integer, nullable=False),
    sa.Column("position", IDENTIFIER),
    sa.Column("is_filled", sa.Boolean, nullable=False),
)

# Deleted records. A group holds a record somebody deleted, its root, and what went along with it;
# `position` is the order of deletion. `links` are lookups that led here and were emptied.
recycle_bin = sa.Table(
    "paas_bin",
    metadata,
    sa.Column("group_id", IDENTIFIER, primary_key=True),
    sa.Column("object_uid", IDENTIFIER, primary_key=True),
    sa.Column("record_id", IDENTIFIER, primary_key=True),
    sa.Column("is_root", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("owner_id", IDENTIFIER),
    sa.Column("department_id", IDENTIFIER),
    sa.Column("deleted_at", MOMENT, nullable=False),
    sa.Column("deleted_by", IDENTIFIER),
    sa.Column("document", JSON, nullable=False),
    sa.Column("links", JSON, nullable=False),
    sa.Index(None, "deleted_at", "group_id"),
    sqlite_with_rowid=False,
)

# The next automatic number of a field, by what is written around the number.
counter = sa.Table(
    "paas_counter",
    metadata,
    sa.Column("field_uid", IDENTIFIER, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("next", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

approval_instance = sa.Table(
    "paas_approval_instance",
    metadata,
    sa.Column("id", IDENTIFIER, primary_key=True),
    sa.Column("flow_uid", IDENTIFIER, nullable=False),
    sa.Column("flow_revision", sa.BigInteger, nullable=False),
    sa.Column("definition", JSON, nullable=False),
    sa.Column("object_uid", IDENTIFIER, nullable=False),
    sa.Column("record_id", IDENTIFIER, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("submitter_id", IDENTIFIER, nullable=False),
    sa.Column("submitted_at", MOMENT, nullable=False),
    sa.Column("finished_at", MOMENT),
    sa.Column("record_version", sa.BigInteger, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Index(None, "object_uid", "record_id"),
    sa.Index(None, "submitter_id", "submitted_at"),
    # A record is in one approval at a time, whoever submits at the same moment.
    sa.Index(
        "paas_approval_instance_open_uq",
        "object_uid",
        "record_id",
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
)

# `position` is the step's place in the instance's definition.
approval_step = sa.Table(
    "paas_approval_step",
    metadata,
    sa.Column("id", IDENTIFIER, primary_key=True),
    sa.Column(
        "instance_id",
        IDENTIFIER,
        sa.ForeignKey("paas_approval_instance.id", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("opened_at", MOMENT),
    sa.Column("finished_at", MOMENT),
    sa.Index(None, "instance_id", "position"),
)

approval_task = sa.Table(
    "paas_approval_task",
    metadata,
    sa.Column("id", IDENTIFIER, primary_key=True),
    sa.Column(
        "instance_id",
        IDENTIFIER,
        sa.ForeignKey("paas_approval_instance.id", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column(
        "step_id",
        IDENTIFIER,
        sa.ForeignKey("paas_approval_step.id", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("approver_id", IDENTIFIER, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("decided_at", MOMENT),
    sa.Column("decided_by", IDENTIFIER),
    sa.Index(None, "approver_id", "status"),
    sa.Index(None, "instance_id"),
    sa.Index(None, "step_id"),
)

approval_log = sa.Table(
    "paas_approval_log",
    metadata,
    sa.Column("id", IDENTIFIER, primary_key=True),
    sa.Column(
        "instance_id",
        IDENTIFIER,
        sa.ForeignKey("paas_approval_instance.id", ondelete="CASCADE"),
        nullable=False,
    ),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("actor_id", IDENTIFIER),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("comment", sa.Text),
    sa.Column("detail", JSON, nullable=False),
    sa.Index(None, "instance_id", "at"),
)

# Work done behind the scenes, and the record of what was done. `lease` is the token of the worker
# that has it: whoever lost the token can no longer commit a step.
job = sa.Table(
    "paas_job",
    metadata,
    sa.Column("id", IDENTIFIER, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("wanted", sa.Text),
    sa.Column("argument", JSON, nullable=False),
    sa.Column("state", JSON, nullable=False),
    sa.Column("done", sa.BigInteger, nullable=False),
    sa.Column("failed", sa.BigInteger, nullable=False),
    sa.Column("total", sa.BigInteger),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("problem", JSON),
    sa.Column("actor_id", IDENTIFIER),
    sa.Column("as_system", sa.Boolean, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("lease", IDENTIFIER),
    sa.Column("lease_until", MOMENT),
    sa.Column("due_at", MOMENT, nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Column("finished_at", MOMENT),
    sa.Index(None, "actor_id", "created_at"),
    # Claiming looks here, however many jobs have come to their end.
    sa.Index(
        "paas_job_due_ix",
        "due_at",
        "id",
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
    # While a job with a key is unfinished, there is no second one.
    sa.Index(
        "paas_job_open_uq",
        "kind",
        "key",
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    ),
)

# Files handed to a job, in order. `file` is the name in the spool.
job_part = sa.Table(
    "paas_job_part",
    metadata,
    sa.Column(
        "job_id",
        IDENTIFIER,
        sa.ForeignKey("paas_job.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# What became of the rows of one chunk, written in the transaction that wrote the rows.
job_chunk = sa.Table(
    "paas_job_chunk",
    metadata,
    sa.Column(
        "job_id",
        IDENTIFIER,
        sa.ForeignKey("paas_job.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("first_row", sa.BigInteger, nullable=False),
    sa.Column("row_count", sa.BigInteger, nullable=False),
    sa.Column("document", JSON, nullable=False),
)

# Answers to requests that bore an Idempotency-Key. `answer` is null while the first one runs.
idempotency = sa.Table(
    "paas_idempotency",
    metadata,
    sa.Column("user_id", IDENTIFIER, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.Text, nullable=False),
    sa.Column("answer", JSON),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Index(None, "created_at"),
    sqlite_with_rowid=False,
)

# How a user last mapped the columns of a file to the fields of an object.
import_mapping = sa.Table(
    "paas_import_mapping",
    metadata,
    sa.Column("user_id", IDENTIFIER, primary_key=True),
    sa.Column("object_uid", IDENTIFIER, primary_key=True),
    sa.Column("mapping", JSON, nullable=False),
    sqlite_with_rowid=False,
)
