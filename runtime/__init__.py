"""Records: the write pipeline, reading and querying, access, events.

Rooms: `records` is the door; `pipeline` and the steps it names write; `record` and `query` read;
`access` and `scope` decide who may touch what; `jobs` does work behind the scenes, `exchange`
reads and writes files; `sql` has every statement and is the only room with SQLAlchemy. What is
described — objects, fields, rules — comes compiled from `metadata`.
"""

from runtime.access import (
    ObjectAccess,
    Operation,
    Permissions,
    permissions_of,
    reach_of,
)
from runtime.bin_access import BinQuery
from runtime.builtin import register
from runtime.command import (
    Capability,
    CommandOperation,
    Outcome,
    Skippable,
    WriteCommand,
    WriteOperation,
)
from runtime.composite import Errand, ErrandResult
from runtime.derived_job import to_fill
from runtime.draft import Batch, Draft
from runtime.exchange import (
    BULK,
    EXPORT,
    IMPORT,
    MEDIA,
    BulkJobs,
    Export,
    Exports,
    Imports,
    Load,
    Part,
    Shape,
    Which,
    peek,
    refusals,
    results,
)
from runtime.feed import FeedPage, FeedQuery
from runtime.formula_rows import FormulaRows
from runtime.history_page import HistoryQuery
from runtime.inquiry import Answer, Inquiry, Request, read_body, read_query
from runtime.jobs import (
    JOB_KINDS,
    Job,
    JobKind,
    JobRun,
    Jobs,
    JobStatus,
    NewJob,
    Step,
    Tools,
    Workers,
    enqueue_in,
)
from runtime.jobs.problem import JobNotFound
from runtime.json_body import JsonMalformed, read_json
from runtime.life import LifeChange
from runtime.organization import ORGANIZATION_ID, establish
from runtime.principal import load_principal
from runtime.problem import (
    AccessDenied,
    BatchRefused,
    BinEntryNotFound,
    HistoryUnreachable,
    QueryInvalid,
    RecordDuplicate,
    RecordForbidden,
    RecordInUse,
    RecordInvalid,
    RecordLocked,
    RecordNotFound,
    RecordStale,
    UpkeepInvalid,
)
from runtime.query import ListQuery, Page
from runtime.records import Records
from runtime.retention import Retention, retention_job
from runtime.scope import EVERYTHING, Scope
from runtime.search import (
    MAX_FOUND,
    MAX_WORDS,
    SearchPage,
    SearchQuery,
    forget_slots,
    refill,
)
from runtime.search_job import FILL_NOW
from runtime.share import Share, give_shares, take_shares
from runtime.surroundings import value_at
from runtime.tree import TreeNode
from runtime.upkeep import numbering, replacement
from runtime.work import PARTICIPANTS, Participant, RuleFailure, Work

__all__ = [
    "BULK",
    "EVERYTHING",
    "EXPORT",
    "FILL_NOW",
    "IMPORT",
    "JOB_KINDS",
    "MAX_FOUND",
    "MAX_WORDS",
    "MEDIA",
    "ORGANIZATION_ID",
    "PARTICIPANTS",
    "AccessDenied",
    "Answer",
    "Batch",
    "BatchRefused",
    "BinEntryNotFound",
    "BinQuery",
    "BulkJobs",
    "Capability",
    "CommandOperation",
    "Draft",
    "Errand",
    "ErrandResult",
    "Export",
    "Exports",
    "FeedPage",
    "FeedQuery",
    "FormulaRows",
    "HistoryQuery",
    "HistoryUnreachable",
    "Imports",
    "Inquiry",
    "Job",
    "JobKind",
    "JobNotFound",
    "JobRun",
    "JobStatus",
    "Jobs",
    "JsonMalformed",
    "LifeChange",
    "ListQuery",
    "Load",
    "NewJob",
    "ObjectAccess",
    "Operation",
    "Outcome",
    "Page",
    "Part",
    "Participant",
    "Permissions",
    "QueryInvalid",
    "RecordDuplicate",
    "RecordForbidden",
    "RecordInUse",
    "RecordInvalid",
    "RecordLocked",
    "RecordNotFound",
    "RecordStale",
    "Records",
    "Request",
    "Retention",
    "RuleFailure",
    "Scope",
    "SearchPage",
    "SearchQuery",
    "Shape",
    "Share",
    "Skippable",
    "Step",
    "Tools",
    "TreeNode",
    "UpkeepInvalid",
    "Which",
    "Work",
    "Workers",
    "WriteCommand",
    "WriteOperation",
    "enqueue_in",
    "establish",
    "forget_slots",
    "give_shares",
    "load_principal",
    "numbering",
    "peek",
    "permissions_of",
    "reach_of",
    "read_body",
    "read_json",
    "read_query",
    "refill",
    "refusals",
    "register",
    "replacement",
    "results",
    "retention_job",
    "take_shares",
    "to_fill",
    "value_at",
]
