"""Problems on the wire: RFC 9457 bodies, and the only place that knows status codes.

Bodies carry `type, title, status, detail, instance` of the RFC and our `code`, `trace_id` and
`errors: [{pointer, code, detail, …}]`. A bug becomes an opaque 500 with a trace id.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from paas.kernel import Finding, Kind, Problem, Violation

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.UNCONDITIONAL: 428,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED: 415,
    Kind.LIMITED: 429,
    Kind.UNAVAILABLE: 503,
}

RETRY_SECONDS = 1
"""When to come again, where the problem itself does not know."""


class RequestMalformed(Problem):
    """Malformed request."""

    code = "request.malformed"
    kind = Kind.INVALID
    zh = "请求无法读取。"
    en = "The request cannot be read."


class BodyTooLarge(Problem):
    """Request body too large."""

    code = "request.too_large"
    kind = Kind.TOO_LARGE
    zh = "请求内容超过 {limit} 字节的上限。"
    en = "The request body exceeds the limit of {limit} bytes."


class RouteUnknown(Problem):
    """No such address."""

    code = "request.not_found"
    kind = Kind.MISSING
    zh = "没有这个地址。"
    en = "There is nothing at this address."


class MethodNotAllowed(Problem):
    """Method not allowed."""

    code = "request.method_not_allowed"
    kind = Kind.MISSING
    zh = "此地址不支持 {method} 方法。"
    en = "The method {method} is not supported here."


INVALID_PARAMETER = Finding(
    "request.parameter", "参数不正确：{reason}", "Invalid parameter: {reason}"
)
INVALID_MEMBER = Finding("request.member", "内容不正确：{reason}", "Invalid member: {reason}")


def error_object(violation: Violation, language: str) -> dict[str, Any]:
    """Return one entry of `errors`."""
    entry: dict[str, Any] = {
        "pointer": violation.pointer or "",
        "code": violation.code,
        "detail": violation.detail(language),
    }
    if violation.span is not None:
        entry["span"] = {"start": violation.span.start, "end": violation.span.end}
    entry.update(violation.extra)
    return entry


def status_of_class(cls: type[Problem]) -> int:
    """Return the HTTP status problems of a class are answered with."""
    return 405 if cls is MethodNotAllowed else STATUS[cls.kind]


def status_of(problem: Problem) -> int:
    """Return the HTTP status a problem is answered with."""
    return status_of_class(type(problem))


def headers_of(problem: Problem) -> dict[str, str]:
    """Return the headers a problem is answered with besides its type."""
    status = status_of(problem)
    if status == 401:
        return {"www-authenticate": "Bearer"}
    if status == 405:
        return {"allow": str(problem.params.get("allowed", ""))}
    if problem.kind in (Kind.LIMITED, Kind.UNAVAILABLE):
        return {"retry-after": str(problem.params.get("seconds", RETRY_SECONDS))}
    return {}


def body_of(
    problem: Problem, language: str, *, instance: str = "", trace_id: str = ""
) -> dict[str, Any]:
    """Return the problem document for `problem`."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title(),
        "status": status_of(problem),
        "detail": problem.detail(language),
        "code": problem.code,
        "trace_id": trace_id,
        "errors": [error_object(each, language) for each in problem.errors],
    }
    if instance:
        body["instance"] = instance
    if problem.pointer is not None:
        body["pointer"] = problem.pointer
    body.update(problem.extra)
    return body


def internal_body(trace_id: str, language: str, instance: str) -> dict[str, Any]:
    """Return the opaque document for a bug; the log has the rest under the same trace id."""
    english = language.startswith("en")
    return {
        "type": "/problems/internal",
        "title": "Internal error",
        "status": 500,
        "detail": "Something went wrong on our side." if english else "系统内部错误，请稍后再试。",
        "code": "internal",
        "trace_id": trace_id,
        "instance": instance,
        "errors": [],
    }


def dumps(value: Any) -> bytes:
    """Return `value` as JSON bytes."""
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"not JSON: {type(value).__name__}")


def problem_reply(
    problem: Problem, language: str, *, instance: str, trace_id: str
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return the status, headers and body a problem is answered with."""
    headers = [(b"content-type", MEDIA_TYPE.encode())]
    headers += [(name.encode(), value.encode()) for name, value in headers_of(problem).items()]
    body = dumps(body_of(problem, language, instance=instance, trace_id=trace_id))
    return status_of(problem), headers, body
