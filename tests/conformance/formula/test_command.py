"""`paas formula conformance`: what it counts, prints and exits with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from paas.app import private_postgresql
from paas.app.cli import app

CASES: tuple[tuple[str, str, object, dict[str, object]], ...] = (
    ("right", "1 + a", "3", {}),
    ("wrong", "1 + a", "4", {}),
    ("gap", "URLENCODE(b)", "x", {"functions": ["URLENCODE"]}),
    ("sf/testMax/1", "MAX(a, 5)", "5", {"agreement": "divergent"}),
    ("change", "ISCHANGED(a)", False, {"prior_inputs": {"a": "2", "b": "x"}}),
)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    fields = [{"name": "a", "type": "Double"}, {"name": "b", "type": "Text"}]
    lines = [
        {
            "id": name,
            "formula": source,
            "mode": "blank_as_zero",
            "fields": fields,
            "inputs": {"a": "2", "b": "x"},
            "expected": {"value": value},
            **more,
        }
        for name, source, value, more in CASES
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def run(*arguments: object):
    return CliRunner().invoke(app, ["formula", "conformance", *map(str, arguments)])


def test_counts_each_target_and_fails_with_a_failing_case(cases: Path) -> None:
    found = run(cases, "--target", "oracle", "--target", "python", "--target", "sqlite")
    assert found.exit_code == 1
    assert "oracle: 5 cases, 2 passed, 1 failed, 1 gap, 0 decided, 1 divergent" in found.stdout
    assert "python: 5 cases, 2 passed, 1 failed, 1 gap, 0 decided, 1 divergent" in found.stdout
    assert "sqlite: 5 cases, 1 passed, 1 failed, 2 gap, 0 decided, 1 divergent" in found.stdout
    assert "gap     1  only for display templates" in found.stdout
    assert "as the file says: the largest of numbers is null where one is" in found.stdout
    assert "failed wrong: expected '4', got Decimal('3')  [1 + a]" in found.stdout


def test_writes_failing_cases_as_lines_of_json(cases: Path) -> None:
    found = run(cases, "--target", "oracle", "--target", "sqlite", "--json")
    assert found.exit_code == 1
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(line["target"], line["id"]) for line in lines] == [
        ("oracle", "wrong"),
        ("sqlite", "wrong"),
    ]
    assert lines[0]["formula"] == "1 + a"
    assert "5 cases" in found.stderr


def test_succeeds_where_nothing_fails(cases: Path) -> None:
    good = [line for line in cases.read_text().splitlines() if '"wrong"' not in line]
    cases.write_text("\n".join(good), encoding="utf-8")
    assert run(cases).exit_code == 0


@pytest.fixture
def no_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PAAS_TEST_PG_DSN", raising=False)
    monkeypatch.delenv("PAAS_DATABASE_URL", raising=False)


@pytest.mark.usefixtures("no_server_is_named")
def test_a_target_that_is_not_to_be_had_is_told(cases: Path, monkeypatch) -> None:
    def unavailable() -> None:
        raise private_postgresql.PostgresqlUnavailable("no server: set PAAS_TEST_PG_DSN")

    monkeypatch.setattr(private_postgresql, "postgresql_server", unavailable)
    missing = run(cases, "--target", "postgresql")
    assert (missing.exit_code, "PAAS_TEST_PG_DSN" in missing.stderr) == (2, True)
    unknown = run(cases, "--target", "cobol")
    assert (unknown.exit_code, "browser" in unknown.stderr) == (2, True)


@pytest.mark.postgresql
@pytest.mark.parametrize("way", ["PAAS_TEST_PG_DSN", "PAAS_DATABASE_URL", "--dsn"])
@pytest.mark.usefixtures("no_server_is_named")
def test_postgresql_is_found_where_it_is_named(
    cases: Path, postgresql_url: str, way: str, monkeypatch
) -> None:
    options = ["--dsn", postgresql_url.replace("+psycopg", "")] if way == "--dsn" else []
    if not options:
        monkeypatch.setenv(way, postgresql_url)
    found = run(cases, "--target", "postgresql", *options)
    assert found.exit_code == 1
    assert "postgresql: 5 cases, 1 passed, 1 failed, 2 gap" in found.stdout


@pytest.mark.postgresql
@pytest.mark.usefixtures("no_server_is_named", "postgresql_url")
def test_postgresql_is_started_where_none_is_named(cases: Path) -> None:
    found = run(cases, "--target", "postgresql")
    assert "postgresql: 5 cases, 1 passed, 1 failed, 2 gap" in found.stdout
