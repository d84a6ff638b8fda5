"""Names of tables and columns, given once when the object or field is made."""

from __future__ import annotations

from metadata.ddl import Columns, physical_name
from metadata.definition import FieldDef, ObjectDef
from metadata.planning.draft import Draft

OBJECT_PREFIX = "o_"
FIELD_PREFIX = "f_"


def name_physically(draft: Draft, existing: Columns) -> None:
    """Name what has no physical name yet; names that the database holds stay taken."""
    _name_tables(draft, existing)
    _name_columns(draft, existing)


def _name_tables(draft: Draft, existing: Columns) -> None:
    objects = [each for each in draft.definitions.values() if isinstance(each, ObjectDef)]
    taken = {each.physical for each in objects if each.physical} | existing.keys()
    for each in objects:
        if each.physical is None:
            name = physical_name(OBJECT_PREFIX, each.name, taken)
            taken.add(name)
            draft.definitions[each.uid] = each.model_copy(update={"physical": name})


def _name_columns(draft: Draft, existing: Columns) -> None:
    taken: dict[str, set[str]] = {}
    for each in draft.definitions.values():
        if isinstance(each, ObjectDef):
            columns = taken.setdefault(each.name.casefold(), set())
            columns |= existing.get(each.physical or "", frozenset())
        elif isinstance(each, FieldDef) and each.physical:
            taken.setdefault(each.object.casefold(), set()).add(each.physical)
    for each in tuple(draft.definitions.values()):
        if isinstance(each, FieldDef) and each.physical is None:
            columns = taken.setdefault(each.object.casefold(), set())
            name = physical_name(FIELD_PREFIX, each.name, columns)
            columns.add(name)
            draft.definitions[each.uid] = each.model_copy(update={"physical": name})
