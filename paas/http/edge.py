"""From a request's headers to a `CallContext`: token, language, trace id, CSRF mark.

Used by the hot record routes and by the FastAPI routes alike, so both know a caller the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from paas.db import Connection
from paas.http.account import Unauthenticated
from paas.http.service import Services
from paas.kernel import LANGUAGES, CallContext, Kind, Principal, Problem, uuid7

COOKIE = "paas_session"
CSRF_HEADER = b"x-paas-request"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class CrossSiteRefused(Problem):
    """Cross-site request refused."""

    code = "auth.cross_site"
    kind = Kind.FORBIDDEN
    zh = "此请求缺少 X-Paas-Request 请求头。"
    en = "This request lacks the X-Paas-Request header."


Headers = Iterable[tuple[bytes, bytes]]


class Caller:
    """What the headers say about the caller, before anything is looked up."""

    __slots__ = ("_trace_id", "cookie", "header_language", "headers", "preferred", "token")

    def __init__(self, headers: Headers) -> None:
        self.headers = found = dict(headers)
        self.token: str | None = None
        self.cookie = False
        authorization = found.get(b"authorization")
        if authorization is not None:
            scheme, _, credentials = authorization.partition(b" ")
            if scheme.lower() == b"bearer":
                self.token = credentials.strip().decode("latin-1")
        elif b"cookie" in found:
            self.token = _cookie(found[b"cookie"].decode("latin-1"))
            self.cookie = self.token is not None
        spoken = found.get(b"accept-language")
        self.header_language = _language(spoken.decode("latin-1")) if spoken else None
        self.preferred: str | None = None
        self._trace_id = ""

    @property
    def trace_id(self) -> str:
        """Return the identifier of the call, made when somebody wants to know."""
        if not self._trace_id:
            self._trace_id = uuid7()
        return self._trace_id

    @property
    def language(self) -> str:
        """Return the language to answer in: the request's, else the user's or the
        organisation's, else the first."""
        return self.header_language or self.preferred or LANGUAGES[0]

    def check_same_site(self, method: str) -> None:
        """Refuse a changing request that bears the cookie but not our own header."""
        if self.cookie and method not in SAFE_METHODS and CSRF_HEADER not in self.headers:
            raise CrossSiteRefused()


def context_of(services: Services, connection: Connection, caller: Caller) -> CallContext:
    """Return the call context of a signed-in caller; raises `Unauthenticated`."""
    if not caller.token:
        raise Unauthenticated()
    principal = services.accounts.authenticate(connection, caller.token)
    return _context(services, caller, principal, None)


def remembered(services: Services, caller: Caller) -> CallContext | None:
    """Return the same from memory, if the token is known: whoever uses it checks its `rights`."""
    known = services.accounts.remembered(caller.token or "")
    return None if known is None else _context(services, caller, *known)


def _context(
    services: Services, caller: Caller, principal: Principal, rights: tuple[int, int] | None
) -> CallContext:
    caller.preferred = principal.language
    return CallContext(
        services.clock(),
        principal,
        caller.language,
        principal.zone or services.zone,
        "api",
        "" if rights else caller.trace_id,
        None,
        rights,
    )


def _cookie(header: str) -> str | None:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and value:
            return value
    return None


@lru_cache(maxsize=256)
def _language(header: str) -> str | None:
    """Return the first language of an Accept-Language header that we speak."""
    for part in header[:200].split(","):
        tag = part.split(";")[0].strip().lower()
        for known in LANGUAGES:
            if tag == known.lower() or tag.split("-")[0] == known.split("-")[0].lower():
                return known
    return None
