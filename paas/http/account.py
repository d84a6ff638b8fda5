"""Signing in: passwords, opaque tokens, and the principal behind a token.

Credentials and sessions are engine tables, never records. A token is 256 random bits; only its
SHA-256 is stored. Principals are cached by token for as long as neither the description nor
anything that decides about access has changed (`paas_state`), so a hot request costs a
dictionary look-up and a revoked token is noticed by every process at its next request.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

import argon2

from metadata import Catalog
from paas.db import (
    Connection,
    Database,
    State,
    Statement,
    bump_security_revision,
    read_state,
    text_statement,
)
from paas.kernel import Clock, Finding, Kind, Principal, Problem
from runtime import load_principal

SESSION_LIFETIME = timedelta(days=7)
TOKEN_LIFETIME = timedelta(days=30)
CACHED_TOKENS = 10_000
ATTEMPTS = 10
ATTEMPT_WINDOW = timedelta(minutes=5)

PASSWORD_SHORT = Finding(
    "auth.password_short",
    "密码至少需要 {least} 个字符。",
    "A password needs at least {least} characters.",
)
LEAST_PASSWORD = 8


class Unauthenticated(Problem):
    """Sign-in required."""

    code = "auth.required"
    kind = Kind.UNAUTHENTICATED
    zh = "请先登录。"
    en = "Please sign in."


class SignInRefused(Problem):
    """Sign-in refused."""

    code = "auth.refused"
    kind = Kind.UNAUTHENTICATED
    zh = "用户名或密码不正确。"
    en = "The user name or password is not correct."


class TooManyAttempts(Problem):
    """Too many sign-in attempts."""

    code = "auth.too_many_attempts"
    kind = Kind.LIMITED
    zh = "登录失败次数过多，请稍后再试。"
    en = "Too many failed attempts. Please try again later."


class PasswordRefused(Problem):
    """Password refused."""

    code = "auth.password_refused"
    kind = Kind.INVALID
    zh = "密码不符合要求。"
    en = "The password does not meet the requirements."


@dataclass(frozen=True, slots=True)
class Session:
    """A token as its bearer holds it; `token` is never stored."""

    token: str
    user_id: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class _Entry:
    principal: Principal
    expires_at: datetime
    state: State


class Accounts:
    """Credentials and sessions of one tenant."""

    def __init__(self, database: Database, catalog: Catalog, clock: Clock) -> None:
        self._database = database
        self._catalog = catalog
        self._clock = clock
        self._hasher = argon2.PasswordHasher()
        self._decoy = self._hasher.hash(secrets.token_hex(8))
        self._cache: OrderedDict[str, _Entry] = OrderedDict()
        self._attempts: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

        def text(sql: str) -> Statement:
            return text_statement(sql, dialect=database.dialect, schema=database.schema)

        self._find_login = text(
            "select user_id, password_hash, active from {paas_credential} where login = :login"
        )
        self._find_user_login = text(
            "select login, password_hash from {paas_credential} where user_id = :user_id"
        )
        self._delete_credential = text("delete from {paas_credential} where user_id = :user_id")
        self._insert_credential = text(
            "insert into {paas_credential} (user_id, login, password_hash, active)"
            " values (:user_id, :login, :password_hash, :active)"
        )
        self._insert_session = text(
            "insert into {paas_session} (token_hash, user_id, kind, created_at, expires_at)"
            " values (:token_hash, :user_id, :kind, :created_at, :expires_at)"
        )
        self._find_session = text(
            "select user_id, expires_at, revoked_at from {paas_session}"
            " where token_hash = :token_hash"
        )
        self._revoke = text(
            "update {paas_session} set revoked_at = :at"
            " where token_hash = :token_hash and revoked_at is null"
        )
        self._revoke_others = text(
            "update {paas_session} set revoked_at = :at where user_id = :user_id"
            " and token_hash <> :kept and revoked_at is null"
        )
        self._purge = text("delete from {paas_session} where expires_at < :at")

    # -- passwords -----------------------------------------------------------------------------

    def set_password(self, user_id: str, login: str, password: str, *, kept: str = "") -> None:
        """Give the user a login and a password; replaces what he had.

        Sessions opened with the old one end, but for the one whose token is `kept`: whoever
        changes a password that somebody else knows must be rid of him.
        """
        if len(password) < LEAST_PASSWORD:
            raise PasswordRefused(errors=[PASSWORD_SHORT.at("/password", least=LEAST_PASSWORD)])
        folded = login.casefold()
        row = {
            "user_id": user_id,
            "login": folded,
            "password_hash": self._hasher.hash(password),
            "active": True,
        }

        others = {"user_id": user_id, "kept": _hash(kept), "at": _stamp(self._clock())}

        def work(connection: Connection) -> None:
            connection.execute(self._delete_credential, {"user_id": user_id})
            connection.execute(self._insert_credential, row)
            if connection.execute(self._revoke_others, others):
                bump_security_revision(connection)

        self._database.write(work)
        self._forget_attempts(folded)

    def has_password(self, user_id: str) -> bool:
        """Tell whether the user can sign in."""
        with self._database.read() as connection:
            return bool(connection.fetch(self._find_user_login, {"user_id": user_id}))

    def change_password(self, user_id: str, current: str, new: str, *, kept: str) -> None:
        """Replace the user's password after checking the current one; see `set_password`."""
        with self._database.read() as connection:
            rows = connection.fetch(self._find_user_login, {"user_id": user_id})
        login, stored = rows[0] if rows else (user_id, self._decoy)
        self._count_attempt(login)
        if not self._matches(stored, current) or not rows:
            raise SignInRefused()
        self.set_password(user_id, login, new, kept=kept)

    def sign_in(self, login: str, password: str, *, kind: str) -> Session:
        """Check a password and open a session of `kind` (cookie or token)."""
        folded = login.casefold()
        self._count_attempt(folded)
        with self._database.read() as connection:
            rows = connection.fetch(self._find_login, {"login": folded})
        user_id, stored, active = rows[0] if rows else (None, self._decoy, False)
        if not self._matches(stored, password) or not active or user_id is None:
            raise SignInRefused()
        if not self._is_active(str(user_id)):
            raise SignInRefused()
        self._forget_attempts(folded)
        return self.open_session(str(user_id), kind=kind)

    def _is_active(self, user_id: str) -> bool:
        with self._database.read() as connection:
            snapshot = self._catalog.snapshot(connection)
            return load_principal(connection, snapshot, user_id) is not None

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    def _count_attempt(self, login: str) -> None:
        """Count an attempt before its password is checked, so that many at once count too."""
        now = self._clock()
        with self._lock:
            if len(self._attempts) > CACHED_TOKENS:
                self._attempts.clear()
            attempts = self._attempts.setdefault(login, deque(maxlen=ATTEMPTS))
            if len(attempts) == ATTEMPTS and now - attempts[0] < ATTEMPT_WINDOW:
                wait = ATTEMPT_WINDOW - (now - attempts[0])
                raise TooManyAttempts(seconds=int(wait.total_seconds()) + 1)
            attempts.append(now)

    def _forget_attempts(self, login: str) -> None:
        with self._lock:
            self._attempts.pop(login, None)

    # -- sessions ------------------------------------------------------------------------------

    def open_session(self, user_id: str, *, kind: str) -> Session:
        """Open a session for a user whose identity is settled."""
        now = self._clock()
        lifetime = SESSION_LIFETIME if kind == "cookie" else TOKEN_LIFETIME
        session = Session(secrets.token_urlsafe(32), user_id, now + lifetime)
        row = {
            "token_hash": _hash(session.token),
            "user_id": user_id,
            "kind": kind,
            "created_at": _stamp(now),
            "expires_at": _stamp(session.expires_at),
        }

        def work(connection: Connection) -> None:
            connection.execute(self._purge, {"at": _stamp(now)})
            connection.execute(self._insert_session, row)

        self._database.write(work)
        return session

    def sign_out(self, token: str) -> None:
        """Revoke the token everywhere."""
        row = {"token_hash": _hash(token), "at": _stamp(self._clock())}

        def work(connection: Connection) -> None:
            if connection.execute(self._revoke, row):
                bump_security_revision(connection)

        self._database.write(work)
        self._cache.pop(token, None)

    def cached(self, connection: Connection, token: str) -> Principal | None:
        """Return the principal behind `token` if it is known and still valid, else None."""
        entry = self._cache.get(token)
        if entry is None:
            return None
        if entry.state != read_state(connection) or entry.expires_at <= self._clock():
            self._cache.pop(token, None)
            return None
        return entry.principal

    def remembered(self, token: str) -> tuple[Principal, tuple[int, int]] | None:
        """Return the principal behind a known token, and the revisions that are still to be asked
        whether they hold."""
        entry = self._cache.get(token)
        if entry is None or entry.expires_at <= self._clock():
            return None
        return entry.principal, entry.state[:2]

    def authenticate(self, connection: Connection, token: str) -> Principal:
        """Return the principal behind `token`; raises `Unauthenticated`."""
        known = self.cached(connection, token)
        return known if known is not None else self._load(connection, token)

    def _load(self, connection: Connection, token: str) -> Principal:
        state = read_state(connection)
        rows = connection.fetch(self._find_session, {"token_hash": _hash(token)})
        if not rows:
            raise Unauthenticated()
        user_id, expires, revoked = rows[0]
        expires_at = expires if isinstance(expires, datetime) else datetime.fromisoformat(expires)
        if revoked is not None or expires_at <= self._clock():
            raise Unauthenticated()
        snapshot = self._catalog.snapshot(connection)
        principal = load_principal(connection, snapshot, str(user_id))
        if principal is None:
            raise Unauthenticated()
        while len(self._cache) >= CACHED_TOKENS:
            self._cache.popitem(last=False)
        self._cache[token] = _Entry(principal, expires_at, state)
        return principal


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
