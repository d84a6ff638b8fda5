"""What formulas know besides records: the caller, the organisation, permissions, labels, settings.

Which of it is needed is known from the paths that formulas read, once per revision; then it takes
one statement each for the organisation and for all settings together, and none for what no formula
asks. Rules, criteria, statements and pages all read it here.

In system mode the work is done for somebody, whose row, permissions and settings these are. If
nobody acts at all, permissions do not apply: each is held. Settings are then those for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from formula import Formula
from metadata import (
    GLOBALS,
    LABEL,
    ORGANIZATION,
    PERMISSION,
    SETUP,
    SOURCE_LANGUAGE,
    USER,
    LabelDef,
    ObjectModel,
    Snapshot,
    hop_of,
)
from paas.db import Connection, Statement
from paas.kernel import CallContext, pick
from runtime.access import permissions_of
from runtime.literal import literal_defaults
from runtime.organization import ORGANIZATION_ID
from runtime.prefetch import Path, Prefetch, Row, of_paths
from runtime.principal import load_principal, user_row
from runtime.sql.codec import reader
from runtime.sql.select import Reading, build
from runtime.sql.setting import settings_statement

Known = Mapping[str, Mapping[str, Any]]
"""A row per global, by its case-folded name."""
ROLE = "roleId"


@dataclass(frozen=True, slots=True)
class _Organization:
    statement: Statement
    read: Callable[[tuple[Any, ...]], Row]
    related: Prefetch
    defaults: Mapping[str, Any]

    def row(self, connection: Connection) -> Row:
        found = connection.fetch(self.statement, {"id": ORGANIZATION_ID})
        row = self.read(found[0]) if found else dict(self.defaults)
        self.related.complete(connection, [row])
        return row


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting: its place among all values read, and what it is where nobody set it."""

    name: str
    fields: Sequence[str]
    related: Prefetch
    defaults: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Settings:
    statement: Statement
    read: Callable[[tuple[Any, ...]], Row]
    each: Sequence[_Setting]

    def rows(self, connection: Connection, context: CallContext, role: str | None) -> Row:
        values = {"role": role, "user": context.user_id}
        found = self.read(connection.fetch(self.statement, values)[0])
        rows: Row = {}
        for setting in self.each:
            row = {
                name: setting.defaults.get(name) if value is None else value
                for name in setting.fields
                for value in (found[f"{setting.name}.{name}"],)
            }
            setting.related.complete(connection, [row])
            rows[hop_of(setting.name)] = row
        return rows


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What some formulas need to know besides records."""

    user: Prefetch | None = None
    organization: _Organization | None = None
    settings: _Settings | None = None
    permissions: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()

    def known(self, connection: Connection, snapshot: Snapshot, context: CallContext) -> Known:
        """Return the rows of the globals that are needed, as they are for the caller."""
        found: dict[str, Mapping[str, Any]] = {}
        person: Row = {}
        if self.user is not None or self.settings is not None:
            person = dict(user_row(connection, snapshot, context))
        if self.user is not None:
            if person and self.user.hops:
                self.user.complete(connection, [person])
            found[USER] = person
        if self.organization is not None:
            found[ORGANIZATION] = self.organization.row(connection)
        if self.settings is not None:
            found[SETUP] = self.settings.rows(connection, context, person.get(ROLE))
        if self.permissions:
            found[PERMISSION] = _held(self.permissions, connection, snapshot, context)
        if self.labels:
            found[LABEL] = _texts(self.labels, snapshot, context.language)
        return found


def value_at(known: Known, path: Sequence[str]) -> Any:
    """Return the value at the end of a global's path, None where something on its way is null."""
    row: Mapping[str, Any] | None = known.get(path[0])
    for step in path[1:-1]:
        row = (row or {}).get(hop_of(step))
    return (row or {}).get(path[-1])


def surroundings(snapshot: Snapshot, paths: Iterable[Path], dialect: str) -> Surroundings:
    """Return what is needed for the paths of globals; made once per snapshot."""
    needed = frozenset(paths)
    return snapshot.plan(
        ("surroundings", dialect, needed), lambda: _surroundings(snapshot, needed, dialect)
    )


def surroundings_of(snapshot: Snapshot, formulas: Iterable[Formula], dialect: str) -> Surroundings:
    """Return what is needed for all that `formulas` read."""
    paths = {path for each in formulas for path in each.globals_read}
    return surroundings(snapshot, paths, dialect)


def _surroundings(snapshot: Snapshot, paths: frozenset[Path], dialect: str) -> Surroundings:
    by_scope: dict[str, set[Path]] = {}
    for scope, *rest in paths:
        by_scope.setdefault(scope, set()).add(tuple(rest))

    def named(scope: str) -> frozenset[str]:
        return frozenset(path[0] for path in by_scope.get(scope, ()))

    user = None
    if USER in by_scope:
        user = of_paths(snapshot, snapshot.object(GLOBALS[USER]), by_scope[USER], (), dialect)
    return Surroundings(
        user=user,
        organization=_organization(snapshot, by_scope.get(ORGANIZATION, set()), dialect),
        settings=_settings(snapshot, by_scope.get(SETUP, set()), dialect),
        permissions=named(PERMISSION),
        labels=named(LABEL),
    )


def _organization(snapshot: Snapshot, paths: set[Path], dialect: str) -> _Organization | None:
    if not paths:
        return None
    model = snapshot.object(GLOBALS[ORGANIZATION])
    outputs = tuple((name,) for name in sorted({"id", *(path[0] for path in paths)}))
    selected = build(Reading(snapshot, dialect, model, outputs, find="one"))
    blank = dict.fromkeys(name for (name,) in outputs)
    return _Organization(
        statement=selected.statement,
        read=reader(selected.outputs, purpose="formula", dialect=dialect),
        related=of_paths(snapshot, model, paths, (), dialect),
        defaults=blank | {name: v for name, v in _defaults(model).items() if name in blank},
    )


def _settings(snapshot: Snapshot, paths: set[Path], dialect: str) -> _Settings | None:
    if not paths:
        return None
    by_setting: dict[str, set[Path]] = {}
    for name, *rest in sorted(paths):
        by_setting.setdefault(name, set()).add(tuple(rest))
    each = [
        _setting(snapshot.object(name), inside, snapshot, dialect)
        for name, inside in by_setting.items()
    ]
    wanted = {setting.name: setting.fields for setting in each}
    statement, columns = settings_statement(snapshot, wanted, dialect)
    return _Settings(statement, reader(columns, purpose="formula", dialect=dialect), each)


def _setting(model: ObjectModel, paths: set[Path], snapshot: Snapshot, dialect: str) -> _Setting:
    return _Setting(
        name=model.name,
        fields=sorted({path[0] for path in paths}),
        related=of_paths(snapshot, model, paths, (), dialect),
        defaults=_defaults(model),
    )


def _defaults(model: ObjectModel) -> Mapping[str, Any]:
    """Return literal defaults as formulas hold values: numbers are decimals."""
    return {
        name: Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in literal_defaults(model).items()
    }


def _held(
    names: Iterable[str], connection: Connection, snapshot: Snapshot, context: CallContext
) -> Mapping[str, bool]:
    principal = context.principal
    if principal is None:
        if context.actor_id is None:
            return dict.fromkeys(names, True)
        principal = load_principal(connection, snapshot, context.actor_id)
        if principal is None:
            return dict.fromkeys(names, False)
    permissions = permissions_of(snapshot, principal)
    return {name: permissions.grants(name) for name in names}


def _texts(names: Iterable[str], snapshot: Snapshot, language: str) -> Mapping[str, str | None]:
    return {name: _text(snapshot.find(LabelDef.kind, name), language) for name in names}


def _text(label: Any, language: str) -> str | None:
    """Return the text in a language, else in the source language."""
    if not isinstance(label, LabelDef):
        return None
    source = label.text.get(SOURCE_LANGUAGE)
    ordered = label.text if source is None else {SOURCE_LANGUAGE: source, **label.text}
    return pick(ordered, language) or source
