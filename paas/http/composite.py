"""Composite requests and trees of records: from JSON to what `runtime` takes, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from paas.http.problem import INVALID_MEMBER, RequestMalformed, body_of, status_of
from paas.kernel import CallContext, Violation
from runtime import Errand, ErrandResult, TreeNode

MAX_PARTS = 100
MAX_LEVELS = 5
METHODS = {"create": 201, "update": 200, "delete": 204, "get": 200, "query": 200}
"""What may be asked, and the status of its success."""
_REF = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_MEMBERS: Mapping[str, frozenset[str]] = {
    "create": frozenset({"object", "fields"}),
    "update": frozenset({"object", "id", "fields"}),
    "delete": frozenset({"object", "id"}),
    "get": frozenset({"object", "id", "select"}),
    "query": frozenset({"query"}),
}
_KINDS: Mapping[str, tuple[type, str]] = {
    "object": (str, "text"),
    "id": (str, "text"),
    "fields": (dict, "JSON object"),
    "query": (dict, "JSON object"),
    "select": (list, "list of texts"),
}


def parts_of(body: Mapping[str, Any]) -> tuple[list[Errand], bool]:
    """Return the requests of a composite, and whether all shall be done or none."""
    errors = list(_unknown(body, {"requests", "all_or_none"}, ""))
    requests, all_or_none = body.get("requests"), body.get("all_or_none", True)
    if not isinstance(all_or_none, bool):
        errors.append(INVALID_MEMBER.at("/all_or_none", reason="true, false"))
    if not isinstance(requests, list) or not 1 <= len(requests) <= MAX_PARTS:
        errors.append(INVALID_MEMBER.at("/requests", reason=f"1 … {MAX_PARTS}"))
        raise RequestMalformed(errors=errors)
    refs: set[str] = set()
    for index, request in enumerate(requests):
        errors += _part_errors(request, f"/requests/{index}", refs)
    if errors:
        raise RequestMalformed(errors=errors)
    return [_part(each) for each in requests], all_or_none


def _part(request: Mapping[str, Any]) -> Errand:
    select = request.get("select")
    return Errand(
        request["method"],
        request.get("object", ""),
        request.get("ref"),
        request.get("id"),
        request.get("fields", {}),
        None if select is None else tuple(select),
        request.get("query", {}),
    )


def _part_errors(request: Any, place: str, refs: set[str]) -> Iterator[Violation]:
    if not isinstance(request, Mapping):
        yield INVALID_MEMBER.at(place, reason="JSON object")
        return
    method, ref = request.get("method"), request.get("ref")
    members = _MEMBERS.get(method) if isinstance(method, str) else None
    if members is None:
        yield INVALID_MEMBER.at(f"{place}/method", reason=", ".join(METHODS))
        return
    yield from _unknown(request, members | {"method", "ref"}, place)
    for name in sorted(members):
        kind, expected = _KINDS[name]
        is_optional = name == "select" and name not in request
        if not is_optional and not _is(request.get(name), kind):
            yield INVALID_MEMBER.at(f"{place}/{name}", reason=expected)
    if ref is not None:
        if not isinstance(ref, str) or not _REF.fullmatch(ref) or ref in refs:
            yield INVALID_MEMBER.at(f"{place}/ref", reason="[A-Za-z][A-Za-z0-9_]*, once")
        else:
            refs.add(ref)


def _is(value: Any, kind: type) -> bool:
    if kind is list:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, kind)


def _unknown(body: Mapping[str, Any], known: Any, place: str) -> Iterator[Violation]:
    for name in body:
        if name not in known:
            written = name[:80].replace("~", "~0").replace("/", "~1")
            yield INVALID_MEMBER.at(f"{place}/{written}", reason="unknown")


def results_object(results: Sequence[ErrandResult], context: CallContext) -> dict[str, Any]:
    """Return what became of each request."""
    return {"results": [_result(each, context) for each in results]}


def _result(result: ErrandResult, context: CallContext) -> dict[str, Any]:
    if result.problem is not None:
        error = body_of(result.problem, context.language, trace_id=context.trace_id)
        return {"ref": result.part.ref, "status": status_of(result.problem), "error": error}
    method = result.part.method
    body = None if method == "delete" else result.body
    return {"ref": result.part.ref, "status": METHODS[method], "body": body}


# ---------------------------------------------------------------- trees


def roots_of(body: Mapping[str, Any]) -> list[TreeNode]:
    """Return the records of a tree that have no parent in it."""
    errors = list(_unknown(body, {"records"}, ""))
    roots = list(_nodes(body.get("records"), "/records", 1, errors))
    if errors:
        raise RequestMalformed(errors=errors)
    return roots


def _nodes(given: Any, place: str, level: int, errors: list[Violation]) -> Iterator[TreeNode]:
    if not isinstance(given, list) or level > MAX_LEVELS:
        reason = "list" if level <= MAX_LEVELS else f"1 … {MAX_LEVELS} levels"
        errors.append(INVALID_MEMBER.at(place, reason=reason))
        return
    for index, each in enumerate(given):
        node = _node(each, f"{place}/{index}", level, errors)
        if node is not None:
            yield node


def _node(given: Any, place: str, level: int, errors: list[Violation]) -> TreeNode | None:
    fields = given.get("fields", {}) if isinstance(given, Mapping) else None
    children = given.get("children", {}) if isinstance(given, Mapping) else None
    if not isinstance(fields, Mapping) or not isinstance(children, Mapping):
        errors.append(INVALID_MEMBER.at(place, reason="{fields: {…}, children: {…}}"))
        return None
    errors += _unknown(given, {"fields", "children", "ref"}, place)
    ref = given.get("ref")
    if ref is not None and not isinstance(ref, str):
        errors.append(INVALID_MEMBER.at(f"{place}/ref", reason="text"))
    node = TreeNode(fields, place, ref)
    for name, below in children.items():
        inside = f"{place}/children/{name[:80]}"
        node.children[name] = list(_nodes(below, inside, level + 1, errors))
    return node


def tree_object(roots: Sequence[TreeNode]) -> dict[str, Any]:
    """Return the ids of a tree's records, in its own shape."""
    return {"records": [_made(each) for each in roots]}


def _made(node: TreeNode) -> dict[str, Any]:
    made: dict[str, Any] = {"ref": node.ref, "id": node.id, "version": node.version}
    if node.children:
        made["children"] = {
            name: [_made(each) for each in below] for name, below in node.children.items()
        }
    return made
