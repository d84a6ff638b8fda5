"""The served OpenAPI tells the truth: schemathesis calls every operation it describes.

Whatever is sent, the answer is one the document promises or a problem document, never a 500.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.server import Product, running_product

ENDS_THE_SESSION = ("/auth/logout", "/auth/password")
NEVER_ENDS = ("/api/v1/changes/stream",)
RECORD_OBJECTS = ("account", "opportunity")
EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product of its own: what is called at random may well succeed."""
    home = tmp_path_factory.mktemp("fuzzed")
    with running_product(f"sqlite:///{home}/tenant.db", home=home) as product:
        yield product


@pytest.fixture(scope="module")
def document(fuzzed: Product) -> dict[str, Any]:
    """The OpenAPI document of the administrator."""
    found: dict[str, Any] = fuzzed.sign_in("admin").get("/openapi.json").json()
    return found


def test_the_document_is_openapi_3_1_and_typed_for_the_callers_objects(
    document: dict[str, Any],
) -> None:
    assert document["openapi"].startswith("3.1")
    account = document["components"]["schemas"]["account"]["properties"]
    assert account["annualRevenue"]["type"] == ["number", "null"]
    assert account["address"]["maxLength"] == 400
    written = document["components"]["schemas"]["account.write"]["properties"]
    assert "createdAt" in account
    assert "createdAt" not in written


def test_the_document_shows_only_what_the_caller_may_see(fuzzed: Product) -> None:
    documents = {
        login: fuzzed.sign_in(login).get("/openapi.json").json() for login in ("admin", "sales")
    }
    fields = {
        login: set(each["components"]["schemas"]["account"]["properties"])
        for login, each in documents.items()
    }
    assert "creditLimit" in fields["admin"] - fields["sales"]


def _operations(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (path, method)
        for path, methods in document["paths"].items()
        for method in methods
        if path not in (*ENDS_THE_SESSION, *NEVER_ENDS)
        and (not path.startswith("/api/v1/records/") or path.split("/")[4] in RECORD_OBJECTS)
    ]


def test_no_described_operation_can_be_made_to_fail(
    fuzzed: Product, document: dict[str, Any]
) -> None:
    schema = schemathesis.openapi.from_dict(document)
    schema.config.base_url = fuzzed.base_url
    token = fuzzed.sign_in("admin").headers["authorization"]
    operations = _operations(document)
    assert len(operations) > 30

    for path, method in operations:
        _hammer(schema[path][method.upper()], token)


def _hammer(operation: Any, token: str) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: Any) -> None:
        response = case.call(headers={"Authorization": token})
        case.validate_response(response, checks=CHECKS)

    call()
