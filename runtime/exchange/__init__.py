"""Files in and out: tables that become records, records that become tables.

Rooms: `spool` keeps files, `encoding`, `table` and `workbook` read them, `column` says what their
columns mean; `load` writes their rows as a job and `result` tells what became of each; `wizard`
looks at a file before anything is written, `undo` takes an import back; `export` and `writer` go
the other way. Whatever is written goes through the pipeline, whatever is read is what the caller
sees.
"""

from runtime.exchange.bulk import BULK, IMPORT, BulkJobs
from runtime.exchange.chunk import Part
from runtime.exchange.export import EXPORT, MEDIA, Export, Exports
from runtime.exchange.load import Load
from runtime.exchange.result import Which, peek, refusals, results
from runtime.exchange.table import Shape
from runtime.exchange.wizard import Imports

__all__ = [
    "BULK",
    "EXPORT",
    "IMPORT",
    "MEDIA",
    "BulkJobs",
    "Export",
    "Exports",
    "Imports",
    "Load",
    "Part",
    "Shape",
    "Which",
    "peek",
    "refusals",
    "results",
]
