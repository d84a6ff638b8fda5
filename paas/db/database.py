"""The database of one tenant: units of work, without a word about drivers.

A unit of work is a callable that takes a `Connection` and does all its reading and writing
through it. It runs once, possibly on another thread, and must not wait for the network or for
people.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from paas.db.commits import Commits
from paas.db.connection import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]
Function = tuple[str, int, Callable[..., Any]]
"""Name, number of arguments and implementation of a deterministic SQL function (SQLite)."""


class Database(ABC):
    """One tenant's database. Shared by all threads; `close` it once."""

    def __init__(self, url: str, *, dialect: str, schema: str | None = None) -> None:
        self.url = url
        self.dialect = dialect
        self.schema = schema
        self.commits = Commits()

    @abstractmethod
    def read(self, *, snapshot: bool = False) -> AbstractContextManager[Connection]:
        """Lend the calling thread a connection for reading.

        Every statement sees what is committed when it starts. With `snapshot` all statements in
        the block see the same moment. A block inside a block of the same thread shares the outer
        one's connection and, if it has one, its snapshot.
        """

    @abstractmethod
    def aside(self, connection: Connection) -> AbstractContextManager[Connection]:
        """Lend a unit of work a connection on which each statement is committed at once.

        For counters: nobody waits for their rows until the unit ends, and what was counted stays
        counted if the unit fails. Where there is one writer anyway, it is the unit's own
        `connection`, and part of the unit. A crash may lose such a statement only together with
        the unit.
        """

    @abstractmethod
    def submit(self, work: Work[T]) -> Future[T]:
        """Have `work` done in a transaction of its own, and return at once.

        The future resolves after the commit; if `work` raises, nothing of it is kept and the
        future carries the exception.
        """

    @abstractmethod
    def submit_async(self, work: Work[T], *, loop: asyncio.AbstractEventLoop) -> asyncio.Future[T]:
        """Do the same for a caller on `loop`, which must be the running one.

        All units that are committed together wake the loop once.
        """

    @abstractmethod
    def write(self, work: Work[T]) -> T:
        """Do `work` in a transaction of its own and return its result once it is committed.

        Refused with `RuntimeError` inside a unit of work, like `exclusive`: it would wait for
        itself.
        """

    @abstractmethod
    def exclusive(self, work: Work[T], *, rebuild: bool = True) -> T:
        """Do `work` while nobody else writes. Readers go on with the old state until it commits
        (on PostgreSQL those of a table that is altered wait for it).

        With `rebuild`, tables may be rebuilt: SQLite does not enforce foreign keys on the way
        but checks all of them before the commit. Without, it enforces them as usual, which
        spares looking at every row.
        """

    @abstractmethod
    def close(self) -> None:
        """Finish what was submitted and close all connections. Further work is refused."""


class DatabaseClosed(RuntimeError):
    """Work was handed to a database after `close`."""
