"""The kinds of job that files take: loads, their undoing, exports, and clearing out."""

from __future__ import annotations

from datetime import timedelta

from runtime.exchange.bulk import BULK, IMPORT
from runtime.exchange.chunk import files_in_use
from runtime.exchange.export import EXPORT, run_export
from runtime.exchange.load import run_load
from runtime.exchange.spool import Spool
from runtime.exchange.undo import run_undo
from runtime.exchange.wizard import UNDO
from runtime.jobs.kind import JobKind, JobRun

KEPT = timedelta(days=7)
"""How long files stay in the spool. What became of their rows stays with the job."""
LONGEST = timedelta(days=30)
"""How long they wait for a job that is open or paused."""


def run_clearing(run: JobRun) -> None:
    """Remove files that have been in the spool long enough."""
    spool = Spool(run.tools.spool)
    now = run.tools.clock()
    with run.tools.database.read() as connection:
        needed = files_in_use(connection)
    oldest = set(spool.names(older_than=(now - LONGEST).timestamp()))
    for name in list(spool.names(older_than=(now - KEPT).timestamp())):
        if name not in needed or name in oldest:
            spool.remove(name)


EXCHANGE_KINDS = (
    JobKind(BULK, run_load, label={"zh-CN": "批量写入", "en-US": "Bulk load"}),
    JobKind(IMPORT, run_load, label={"zh-CN": "导入", "en-US": "Import"}),
    JobKind(UNDO, run_undo, label={"zh-CN": "撤销导入", "en-US": "Undo of an import"}),
    JobKind(EXPORT, run_export, label={"zh-CN": "导出", "en-US": "Export"}),
    JobKind(
        "spool_clearing",
        run_clearing,
        label={"zh-CN": "清理文件", "en-US": "Clearing of files"},
        every=timedelta(hours=6),
        is_listed=False,
    ),
)
