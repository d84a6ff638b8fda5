"""Who is calling, when, and in which language: one immutable value per request."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Principal:
    """A signed-in user as the engine sees one. Built by the composition root, cached by token.

    `attributes` are the user's own field values by API name (for `$User.*` in formulas).
    `permission_sets` are the uids of every set in force, sorted. `led_departments` are the ids
    of the departments whose leader the user is (their subtrees are his to see); `has_shares`
    says that records are shared with him one by one. `language` and `zone` are what he is
    addressed and reckoned in unless a call says otherwise: his own, or the organisation's.
    `derived` is what floors below make of all this and keep as long as the principal is kept.
    """

    user_id: str
    name: str
    role: str | None = None
    department_id: str | None = None
    led_departments: tuple[str, ...] = ()
    has_shares: bool = False
    permission_sets: tuple[str, ...] = ()
    language: str | None = None
    zone: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)
    derived: dict[str, Any] = field(default_factory=dict, hash=False, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CallContext:
    """Everything about a call that is not its payload.

    `principal` is None in system mode: no permission and no row predicate applies, and writes
    are recorded without an actor unless `actor_id` names one. `now` is aware and in UTC and is
    the same for the whole call. `origin` says through which door the call came (api, seed,
    workflow, import) and is kept in the outbox. `rights` are the revisions of description and
    rights at which the principal was made, where nobody has asked yet whether they still hold:
    the first statement of the call does, and raises `RightsMoved` if not.
    """

    now: datetime
    principal: Principal | None = None
    language: str = "zh-CN"
    zone: str = "Asia/Shanghai"
    origin: str = "api"
    trace_id: str = ""
    actor_id: str | None = None
    rights: tuple[int, int] | None = None

    @property
    def is_system(self) -> bool:
        """Tell whether permissions do not apply."""
        return self.principal is None

    @property
    def user_id(self) -> str | None:
        """Return the acting user's id, in system mode the one the work is done for."""
        return self.principal.user_id if self.principal else self.actor_id

    @property
    def today(self) -> date:
        """Return the calendar date at the caller."""
        return self.now.astimezone(zone_of(self.zone)).date()

    def as_system(self, *, origin: str | None = None) -> CallContext:
        """Return the same call in system mode, still done on behalf of the same user."""
        return replace(self, principal=None, actor_id=self.user_id, origin=origin or self.origin)


class RightsMoved(Exception):
    """The principal was made of a description or of rights that hold no more: make it anew."""


@lru_cache(maxsize=600)
def zone_of(name: str) -> zoneinfo.ZoneInfo:
    """Return the time zone called `name` (IANA); raises `ZoneInfoNotFoundError`."""
    return zoneinfo.ZoneInfo(name)
