"""The change feed: what was written, in order, to everybody as far as he may know.

A subscriber reads on behind a cursor, as often as he likes. He gets events of records he sees when
he asks, and names of fields he may read. Of a deleted record everybody who may read the object
learns the id and nothing else, because who keeps a copy has to know; so it is with a record whose
owner or department changed and which he does not see (any more). When events he has not read are
gone, or the tenant has moved, he is told that there is a gap and reads on behind it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from metadata import ObjectModel, Snapshot
from paas.db import Connection
from paas.kernel import CallContext, is_uuid
from runtime.access import ObjectAccess, Permissions, reach_of
from runtime.plan_cache import cached
from runtime.problem import CURSOR_INVALID, QUERY_LIMIT, QueryInvalid
from runtime.sql.codec import stamp
from runtime.sql.feed import feed_statements
from runtime.sql.predicate import DEPARTMENT, OWNER, reader_parameters
from runtime.sql.select import Reading, build

MAX_LIMIT = 500
SCANNED = 1000
"""Events that one request looks at, whatever it may deliver of them."""
OLDEST = "oldest"
"""Instead of a cursor: everything that is kept."""
MOVES_SIGHT = frozenset({OWNER, DEPARTMENT})
"""Fields on which it depends who sees a record."""
NAMES = {"restore": "undelete"}
ACTOR = "updatedBy"
MAX_CURSOR = 200


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """What a subscriber asks for: behind which cursor, of which objects, how much at once.

    Without `since` he learns the cursor from which to go on, and no events.
    """

    since: str | None = None
    objects: tuple[str, ...] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events in order, the cursor to go on from, and whether there is more already."""

    changes: list[dict[str, Any]]
    next: str
    has_more: bool


class Position(NamedTuple):
    """A place in the order of events."""

    txid: int
    sequence: int


FIRST = Position(0, 0)


class Event(NamedTuple):
    """A row of the outbox (`runtime.sql.feed.EVENT`)."""

    txid: int
    sequence: int
    transaction_id: str
    object: str
    record_id: str
    operation: str
    changed_fields: str
    actor_id: str | None
    origin: str
    at: Any


# ---------------------------------------------------------------- cursors


def write_position(epoch: str, position: Position) -> str:
    """Return the cursor behind `position`."""
    text = orjson.dumps([epoch, *position])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_position(text: str) -> tuple[str, Position]:
    """Return epoch and position of a cursor; raises `QueryInvalid`."""
    try:
        if len(text) > MAX_CURSOR:
            raise ValueError("too long")
        held = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        epoch, txid, sequence = held
        is_right = all(each.__class__ is int and 0 <= each < 2**63 for each in (txid, sequence))
        if not is_right or not is_uuid(epoch):
            raise ValueError("not a cursor")
        return epoch, Position(txid, sequence)
    except (ValueError, TypeError) as error:
        raise QueryInvalid(errors=[CURSOR_INVALID.at("/since")]) from error


# ---------------------------------------------------------------- reading


def read_feed(
    connection: Connection, snapshot: Snapshot, context: CallContext, query: FeedQuery
) -> FeedPage:
    """Return what a subscriber may know of the next events; everything from one moment's view."""
    if not 1 <= query.limit <= MAX_LIMIT:
        raise QueryInvalid(errors=[QUERY_LIMIT.at("/limit", limit=MAX_LIMIT)])
    reader = _Reader(connection, snapshot, context)
    names = reader.named(query.objects)
    statements = feed_statements(connection.dialect)
    epoch, *purged = connection.fetch(statements.state)[0]
    gone = Position(*purged)
    if query.since is None:
        end = Position(*connection.fetch(statements.end)[0])
        return FeedPage([], write_position(epoch, end), False)
    start, changes = _start(query.since, epoch, gone)
    parameters = {**start._asdict(), "limit": SCANNED}
    events = [Event(*row) for row in connection.fetch(statements.after, parameters)]
    position = start
    for event, entry in reader.entries(events, names):
        if len(changes) >= query.limit:
            return FeedPage(changes, write_position(epoch, position), True)
        position = Position(event.txid, event.sequence)
        if entry is not None:
            changes.append({**entry, "cursor": write_position(epoch, position)})
    return FeedPage(changes, write_position(epoch, position), len(events) == SCANNED)


def _start(since: str, epoch: str, gone: Position) -> tuple[Position, list[dict[str, Any]]]:
    """Return where to read on, and the gap before it if there is one."""
    if since == OLDEST:
        return gone, []
    held, position = read_position(since)
    if held == epoch and position >= gone:
        return position, []
    reason = "moved" if held != epoch else "expired"
    return gone, [{"changeType": "gap", "reason": reason, "cursor": write_position(epoch, gone)}]


class _Reader:
    """What one subscriber may know."""

    def __init__(self, connection: Connection, snapshot: Snapshot, context: CallContext) -> None:
        self._connection = connection
        self._snapshot = snapshot
        self._context = context
        self._permissions = Permissions.of(context, snapshot)
        self._reach = reach_of(context)

    def named(self, objects: Sequence[str] | None) -> frozenset[str] | None:
        """Return the objects asked for; raises `ObjectUnknown` or `AccessDenied`."""
        if objects is None:
            return None
        models = [self._snapshot.object(name) for name in objects]
        for model in models:
            self._permissions.on(model).check("read")
        return frozenset(model.name for model in models)

    def entries(
        self, events: Sequence[Event], names: frozenset[str] | None
    ) -> Iterator[tuple[Event, dict[str, Any] | None]]:
        """Yield every event with what the subscriber gets of it, None for nothing."""
        models = {name: self._readable(name, names) for name in {each.object for each in events}}
        seen = {
            name: self._seen(model, events) for name, model in models.items() if model is not None
        }
        for event in events:
            model = models[event.object]
            yield event, self._entry(event, model, seen[event.object]) if model else None

    def _readable(self, name: str, names: frozenset[str] | None) -> ObjectModel | None:
        model = self._snapshot.find_object(name)
        if model is None or (names is not None and model.name not in names):
            return None
        return model if self._permissions.may(model, "read") else None

    def _seen(self, model: ObjectModel, events: Sequence[Event]) -> frozenset[str]:
        """Return the ids of the records the subscriber sees: one query for each object."""
        ids = {
            each.record_id
            for each in events
            if each.object.casefold() == model.name.casefold() and each.operation != "delete"
        }
        if not ids:
            return frozenset()
        scope = self._permissions.on(model).scope("read", reach=self._reach)
        dialect = self._connection.dialect
        statement = cached(
            self._snapshot,
            ("seen", model.name, scope, dialect),
            lambda: (
                build(
                    Reading(self._snapshot, dialect, model, (("id",),), scope=scope, find="some")
                ).statement
            ),
        )
        values = {"ids": list(ids), **reader_parameters(self._context)}
        return frozenset(row[0] for row in self._connection.fetch(statement, values))

    def _entry(
        self, event: Event, model: ObjectModel, seen: frozenset[str]
    ) -> dict[str, Any] | None:
        names = orjson.loads(event.changed_fields)
        kind = NAMES.get(event.operation, event.operation)
        if event.operation != "delete" and event.record_id not in seen:
            if event.operation != "update" or MOVES_SIGHT.isdisjoint(names):
                return None
            kind = "hidden"
        head = {"changeType": kind, "object": model.name, "recordId": event.record_id}
        if kind in ("delete", "hidden"):
            return {**head, "commitTs": _moment(event.at)}
        return {**head, **self._told(event, names, self._permissions.on(model))}

    def _told(self, event: Event, names: Sequence[str], access: ObjectAccess) -> Mapping[str, Any]:
        tells_actor = ACTOR in access.readable or ACTOR not in access.object.fields
        return {
            "changedFields": [name for name in names if name in access.readable],
            "commitTs": _moment(event.at),
            "transactionId": event.transaction_id,
            "origin": event.origin,
            "actor": event.actor_id if tells_actor else None,
        }


def _moment(at: Any) -> str:
    return stamp(at) if isinstance(at, datetime) else str(at)


def read_head(connection: Connection) -> Position:
    """Return the position of the last event that can be read now: one look into an index."""
    rows = connection.fetch(feed_statements(connection.dialect).head)
    return Position(*rows[0]) if rows else FIRST
