"""The command line: a description goes out to files and comes back without a difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from paas.app.cli import app

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `paas` on a tenant of its own."""
    monkeypatch.setenv("PAAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PAAS_DATABASE_URL", raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(each) for each in arguments])


def files(folder: Path) -> dict[str, bytes]:
    """Return every file with its bytes."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_a_pack_survives_retrieve_publish_retrieve_byte_by_byte(run: Run, tmp_path: Path) -> None:
    installed = run("pack", "crm")
    assert installed.exit_code == 0, installed.output
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("retrieve", first).exit_code == 0
    again = run("publish", first)
    assert again.exit_code == 0
    assert "0 changed, 0 statements" in again.output
    assert run("retrieve", second).exit_code == 0
    assert files(first) == files(second)
    assert "objects/account.yaml" in files(first)


def test_a_dry_run_shows_the_plan_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    (folder / "objects").mkdir(parents=True)
    (folder / "pack.yaml").write_text("name: own\nversion: 1.0.0\n", encoding="utf-8")
    (folder / "objects" / "visit.yaml").write_text(
        "object: visit\nlabel: 拜访\nname_field: subject\n"
        "fields:\n  - {field: subject, label: 主题, type: text, length: 80}\n",
        encoding="utf-8",
    )
    planned = run("publish", folder, "--dry-run")
    assert planned.exit_code == 0, planned.output
    assert "2 changed" in planned.output
    published = run("publish", folder)
    assert "2 changed" in published.output
    assert "0 changed" in run("publish", folder).output


def test_a_broken_folder_is_refused_with_file_and_reason(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    (folder / "objects").mkdir(parents=True)
    (folder / "pack.yaml").write_text("name: broken\nversion: 1.0.0\n", encoding="utf-8")
    (folder / "objects" / "visit.yaml").write_text("object: [\n", encoding="utf-8")
    refused = run("publish", folder)
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output


def test_formula_check_shows_every_error_and_exits_with_1(run: Run) -> None:
    assert run("pack", "crm").exit_code == 0
    good = run("formula", "check", "LEN(account.address)<20", "--object", "account")
    assert good.exit_code == 0, good.output
    bad = run("formula", "check", "LEN(account.adress)<20 && nothing", "--object", "account")
    assert bad.exit_code == 1
    assert bad.output.count("formula.unknown_field") == 2
    assert "address" in bad.output


def test_two_processes_on_one_tenant_notice_each_others_publishes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from paas.app.settings import Settings
    from paas.app.tenant import open_tenant

    services = open_tenant(Settings(home=tmp_path / "home"))
    try:
        with services.database.read() as connection:
            before = services.catalog.snapshot(connection)
        assert before.find("object", "account") is None
        assert run("pack", "crm").exit_code == 0
        with services.database.read() as connection:
            after = services.catalog.snapshot(connection)
        assert after.object("account").field("accountName") is not None
    finally:
        services.close()


def test_a_worker_runs_what_is_due(run: Run) -> None:
    assert run("pack", "crm").exit_code == 0
    first, second = run("worker", "--once"), run("worker", "--once")
    assert (first.exit_code, second.exit_code) == (0, 0), first.output
    assert "jobs run" in first.output
    assert "0 jobs run" in second.output
