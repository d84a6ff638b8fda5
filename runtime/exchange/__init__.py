"""Files in and out: tables that become records, records that become tables.

Rooms: `spool` keeps files, `encoding`, `table` and `workbook` read them, `column` says what their
columns mean; `load` writes their rows as a job and `result` tells what became of each; `wizard`
looks at a file before anything is written, `undo` takes an import back; `export` and `writer` go
the other way. Whatever is written goes through the pipeline, whatever is read is what the caller
sees.
"""

from runtime.exchange.bulk import BULK, IMPORT, BulkJobs
from runtime.exchange.chunk import Part
from runtime.exchange.encoding import ENCODINGS
from runtime.exchange.export import EXPORT, MEDIA, Export, Exports
from runtime.exchange.load import Load
from runtime.exchange.problem import FileTooLarge
from runtime.exchange.result import Which, peek, refusals, results
from runtime.exchange.table import DELIMITERS, Shape
from runtime.exchange.wizard import UNDO, Imports

__all__ = [
    "BULK",
    "DELIMITERS",
    "ENCODINGS",
    "EXPORT",
    "IMPORT",
    "MEDIA",
    "UNDO",
    "BulkJobs",
    "Export",
    "Exports",
    "FileTooLarge",
    "Imports",
    "Load",
    "Part",
    "Shape",
    "Which",
    "peek",
    "refusals",
    "results",
]
