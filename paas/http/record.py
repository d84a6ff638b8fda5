"""Record requests as commands and queries of `runtime`, and their outcomes as replies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from paas.http.body import json_object
from paas.http.problem import INVALID_MEMBER, INVALID_PARAMETER, RequestMalformed, body_of, dumps
from paas.kernel import CallContext, Violation, uuid7
from runtime import ListQuery, Outcome, Records, WriteCommand

Reply = tuple[int, list[tuple[bytes, bytes]], bytes]
JSON_TYPE = (b"content-type", b"application/json")
LIST_PARAMETERS = frozenset({"fields", "filter", "sort", "limit", "cursor", "count", "search"})
RECORD_PARAMETERS = frozenset({"fields", "asOf"})
DEFAULT_LIMIT = 25
MAX_LIMIT = 200
MAX_BATCH = 200
OPERATIONS = ("create", "update", "upsert", "delete")


@dataclass(frozen=True, slots=True)
class Target:
    """What a record request is about: an object, a record of it, or the one with a key."""

    object: str
    id: str = ""
    key: str = ""
    """The unique field that `id` is a value of, as text."""
    query: bytes = b""
    headers: Mapping[bytes, bytes] | None = None

    def header(self, name: bytes) -> bytes | None:
        """Return a request header (lower-case name)."""
        return self.headers.get(name) if self.headers else None


@dataclass(frozen=True, slots=True)
class Pending:
    """A write on its way: the command, and how its outcomes are answered."""

    command: WriteCommand
    finish: Callable[[Sequence[Outcome]], Reply]


class RecordRoutes:
    """One handler per method of `/api/v1/records`."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, context: CallContext, target: Target) -> Reply:
        """Answer one record, or 304 if the caller has this version; or as it was once."""
        parameters = _parameters(target.query, RECORD_PARAMETERS)
        fields = _names(parameters.get("fields"))
        if "asOf" in parameters:
            moment = _moment(parameters["asOf"])
            past = self._records.get_past(context, target.object, target.id, moment, fields=fields)
            return 200, [JSON_TYPE], dumps(past)
        body, version = self._records.encode_get(context, target.object, target.id, fields=fields)
        tag = _tag(version)
        if target.header(b"if-none-match") == tag:
            return 304, [(b"etag", tag)], b""
        return 200, [JSON_TYPE, (b"etag", tag)], body

    def list(self, context: CallContext, target: Target) -> Reply:
        """Answer a page of records."""
        query = list_query(target.query)
        return 200, [JSON_TYPE], self._records.encode_list(context, target.object, query)

    def is_short(self, target: Target) -> bool:
        """Tell whether a read surely is short work, so that it may run where it arrives."""
        if target.id:
            return b"asOf" not in target.query
        return self._records.is_bounded(target.object, list_query(target.query))

    def create(self, context: CallContext, target: Target, body: bytes) -> Pending:
        """Create one record; answers it whole with its address and version."""
        command = WriteCommand("create", target.object, [json_object(body)])

        def finish(outcomes: Sequence[Outcome]) -> Reply:
            outcome = _single(outcomes)
            location = f"/api/v1/records/{target.object}/{outcome.id}".encode()
            headers = [JSON_TYPE, (b"etag", _tag(outcome.version)), (b"location", location)]
            return 201, headers, dumps(outcome.record)

        return Pending(command, finish)

    def update(self, context: CallContext, target: Target, body: bytes) -> Pending:
        """Change the fields that are present; null empties, absent keeps.

        A `version` in the body says what is expected, as an If-Match header does.
        """
        row = json_object(body)
        if row.setdefault("id", target.id) != target.id:
            raise RequestMalformed(errors=[INVALID_MEMBER.at("/id", reason=target.id)])
        _expect(row, target)
        command = WriteCommand("update", target.object, [row])

        def finish(outcomes: Sequence[Outcome]) -> Reply:
            outcome = _single(outcomes)
            headers = [JSON_TYPE, (b"etag", _tag(outcome.version))]
            return 200, headers, dumps(outcome.record)

        return Pending(command, finish)

    def by_key(self, context: CallContext, target: Target) -> Reply:
        """Answer the record whose unique field has a value."""
        return self.get(context, replace(target, id=self._records.find(context, *_key_of(target))))

    def upsert(self, context: CallContext, target: Target, body: bytes) -> Pending:
        """Change the record whose unique field has a value, or create it."""
        row = json_object(body)
        name, key, text = _key_of(target)
        field, value = self._records.read_key(context, name, key, text)
        if row.setdefault(field, value) != value:
            raise RequestMalformed(errors=[INVALID_MEMBER.at(f"/{field}", reason=text)])
        _expect(row, target)
        command = WriteCommand("upsert", name, [row], match_by=field)

        def finish(outcomes: Sequence[Outcome]) -> Reply:
            outcome = _single(outcomes)
            location = f"/api/v1/records/{target.object}/{outcome.id}".encode()
            headers = [JSON_TYPE, (b"etag", _tag(outcome.version)), (b"location", location)]
            return 201 if outcome.created else 200, headers, dumps(outcome.record)

        return Pending(command, finish)

    def delete(self, context: CallContext, target: Target, body: bytes) -> Pending:
        """Delete one record."""
        row: dict[str, Any] = {"id": target.id}
        _expect(row, target)
        command = WriteCommand("delete", target.object, [row])

        def finish(outcomes: Sequence[Outcome]) -> Reply:
            _single(outcomes)
            return 204, [], b""

        return Pending(command, finish)

    def batch(self, context: CallContext, target: Target, body: bytes) -> Pending:
        """Write up to 200 records: all or none, or each on its own."""
        request = json_object(body)
        errors = list(_batch_errors(request))
        if errors:
            raise RequestMalformed(errors=errors)
        command = WriteCommand(
            request["operation"],
            target.object,
            request["records"],
            all_or_none=request.get("all_or_none", True),
            is_batch=True,
            match_by=request.get("match_by"),
        )

        def finish(outcomes: Sequence[Outcome]) -> Reply:
            is_upsert = command.operation == "upsert"
            results = [_result(each, context, is_upsert=is_upsert) for each in outcomes]
            return 200, [JSON_TYPE], dumps({"results": results})

        return Pending(command, finish)


@lru_cache(maxsize=512)
def list_query(text: bytes) -> ListQuery:
    """Return what the parameters of a list ask for; raises `RequestMalformed`.

    Kept, because the same lists are asked for again and again, and one request asks twice: whether
    it is short work, and for its page.
    """
    return list_query_of(_parameters(text, LIST_PARAMETERS))


def list_query_of(parameters: Mapping[str, str]) -> ListQuery:
    """Return what the parameters of a list ask for, once they are taken apart."""
    unknown = [each for each in parameters if each not in LIST_PARAMETERS]
    if unknown:
        raise RequestMalformed(
            errors=[INVALID_PARAMETER.at(f"?{each[:80]}", reason="unknown") for each in unknown]
        )
    return ListQuery(
        fields=_names(parameters.get("fields")),
        filter=parameters.get("filter") or None,
        sort=parameters.get("sort") or None,
        limit=_limit(parameters.get("limit")),
        cursor=parameters.get("cursor") or None,
        count=_flag(parameters, "count"),
        search=(parameters.get("search") or "").strip() or None,
    )


def _key_of(target: Target) -> tuple[str, str, str]:
    return target.object, target.key, target.id


def _single(outcomes: Sequence[Outcome]) -> Outcome:
    outcome = outcomes[0]
    if outcome.problem is not None:
        raise outcome.problem
    return outcome


def _result(outcome: Outcome, context: CallContext, *, is_upsert: bool) -> dict[str, Any]:
    if outcome.problem is None:
        done = {"id": outcome.id, "version": outcome.version}
        return {**done, "created": outcome.created} if is_upsert else done
    error = body_of(outcome.problem, context.language, trace_id=context.trace_id or uuid7())
    return {"id": outcome.id, "error": error}


def _batch_errors(request: Mapping[str, Any]) -> list[Violation]:
    errors = [
        INVALID_MEMBER.at(f"/{name}", reason="unknown")
        for name in request
        if name not in ("operation", "records", "all_or_none", "match_by")
    ]
    if request.get("operation") not in OPERATIONS:
        errors.append(INVALID_MEMBER.at("/operation", reason=", ".join(OPERATIONS)))
    match_by = request.get("match_by")
    if match_by is not None and not isinstance(match_by, str):
        errors.append(INVALID_MEMBER.at("/match_by", reason="text"))
    if not isinstance(request.get("all_or_none", True), bool):
        errors.append(INVALID_MEMBER.at("/all_or_none", reason="true, false"))
    rows = request.get("records")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_BATCH:
        errors.append(INVALID_MEMBER.at("/records", reason=f"1 … {MAX_BATCH}"))
    else:
        errors.extend(
            INVALID_MEMBER.at(f"/records/{index}", reason="JSON object")
            for index, row in enumerate(rows)
            if not isinstance(row, dict)
        )
    return errors


def _tag(version: int | None) -> bytes:
    return f'"{version}"'.encode()


def _expect(row: dict[str, Any], target: Target) -> None:
    """Put the version an If-Match header asks for into the row."""
    version = expected_version(target.header(b"if-match"))
    if version is not None:
        row["version"] = version


def expected_version(header: bytes | None) -> int | None:
    """Return the version an If-Match header names, None for none or any."""
    if header is None or header.strip() == b"*":
        return None
    text = header.strip().removeprefix(b"W/").strip(b'"')
    if not text.isdigit() or len(text) > 18:
        raise RequestMalformed(errors=[INVALID_PARAMETER.at("If-Match", reason='"<version>"')])
    return int(text)


def _parameters(query: bytes, known: frozenset[str]) -> dict[str, str]:
    if not query:
        return {}
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError) as error:
        raise RequestMalformed(
            errors=[INVALID_PARAMETER.at("?", reason="percent-encoding")]
        ) from error
    found = dict(pairs)
    unknown = [INVALID_PARAMETER.at(f"?{name}", reason="unknown") for name in set(found) - known]
    if unknown or len(found) != len(pairs):
        raise RequestMalformed(errors=unknown or [INVALID_PARAMETER.at("?", reason="repeated")])
    return found


def _names(text: str | None) -> tuple[str, ...] | None:
    if not text:
        return None
    return tuple(name.strip() for name in text.split(","))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise RequestMalformed(errors=[INVALID_PARAMETER.at("?asOf", reason="2026-11-01T00:00:00Z")])


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MAX_LIMIT:
        raise RequestMalformed(errors=[INVALID_PARAMETER.at("?limit", reason=f"1 … {MAX_LIMIT}")])
    return int(text)


def _flag(parameters: Mapping[str, str], name: str) -> bool:
    text = parameters.get(name, "false")
    if text not in ("true", "false"):
        raise RequestMalformed(errors=[INVALID_PARAMETER.at(f"?{name}", reason="true, false")])
    return text == "true"
