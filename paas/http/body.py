"""Request bodies: bounded before they are read, parsed with numbers kept exact."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.types import Receive, Scope

from paas.http.problem import BodyTooLarge, RequestMalformed
from paas.kernel import Finding
from runtime import JsonMalformed, read_json

NOT_JSON = Finding("request.not_json", "不是有效的 JSON：{reason}", "Not valid JSON: {reason}")
NOT_OBJECT = Finding("request.not_object", "需要一个 JSON 对象。", "A JSON object is expected.")


def declared_length(scope: Scope) -> int | None:
    """Return the Content-Length the request declares."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return None


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Return the whole body; raises `BodyTooLarge` as soon as it is known to exceed `limit`."""
    declared = declared_length(scope)
    if declared is not None and declared > limit:
        raise BodyTooLarge(limit=limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestMalformed()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(limit=limit)
        chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def json_object(body: bytes) -> dict[str, Any]:
    """Return the body as a JSON object; raises `RequestMalformed` with the reason."""
    try:
        value = read_json(body)
    except JsonMalformed as error:
        raise RequestMalformed(errors=[NOT_JSON.at("", reason=str(error))]) from error
    if not isinstance(value, dict):
        raise RequestMalformed(errors=[NOT_OBJECT.at("")])
    return value


async def exact_object(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object with exact numbers, for routes of FastAPI."""
    return json_object(await request.body())
