"""Tables for objects: what a database must look like for a description, and how it gets there.

The only room of `metadata` that names SQLAlchemy. Values of columns are encoded and decoded by
`runtime.sql`; the types here say how (see `column.column_type`).
"""

from metadata.ddl.difference import differences
from metadata.ddl.index import indexes_of
from metadata.ddl.name import index_name, physical_name
from metadata.ddl.physical import Columns, existing_columns
from metadata.ddl.step import Step
from metadata.ddl.table import column_type, table

__all__ = [
    "Columns",
    "Step",
    "column_type",
    "differences",
    "existing_columns",
    "index_name",
    "indexes_of",
    "physical_name",
    "table",
]
