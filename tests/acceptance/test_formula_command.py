"""`paas formula eval | explain` over a record of the tenant."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from paas.app.cli import app


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tenant")


def run(home: Path, *arguments: str):
    environment = {"PAAS_HOME": str(home), "LANG": "en_US.UTF-8", "PAAS_DATABASE_URL": None}
    return CliRunner().invoke(app, ["formula", *arguments], env=environment)


def test_a_value_without_a_record(home: Path) -> None:
    found = run(home, "eval", "1 + 2 * 3", "--object", "user")
    assert (found.exit_code, found.stdout) == (0, "7\n"), found.stderr
    assert run(home, "eval", "name & ''", "--object", "user").stdout == "\n"


def test_every_part_with_its_value(home: Path) -> None:
    found = run(home, "explain", "IF(1 / 0 > 1, 'a', 'b')", "--object", "user")
    assert found.stdout.splitlines() == [
        "IF(1 / 0 > 1, 'a', 'b')  =  b",
        "1 / 0 > 1  =  NULL",
        "1 / 0  =  NULL",
        "1  =  1",
        "0  =  0",
        "1  =  1",
        "'b'  =  b",
    ]
    assert "Division by zero." in found.stderr


def test_what_is_wrong_is_told(home: Path) -> None:
    missing = run(
        home, "eval", "name", "--object", "user", "--id", "0192f0c1-2b3c-7d4e-8f90-123456789abc"
    )
    assert (missing.exit_code, "record.not_found" in missing.stderr) == (1, True)
    wrong = run(home, "eval", "nam", "--object", "user")
    assert (wrong.exit_code, "formula.unknown_field" in wrong.stderr) == (1, True)
