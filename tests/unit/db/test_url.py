"""Which database a URL names."""

from pathlib import Path

import pytest

from paas.db import TenantUnavailable, open_database
from paas.db.postgresql import conninfo_of, lock_key
from paas.db.sqlite import path_of


@pytest.mark.parametrize(
    ("url", "path"),
    [("sqlite:///var/a.db", "var/a.db"), ("sqlite:////var/a.db", "/var/a.db")],
)
def test_path_of_a_sqlite_url(url: str, path: str):
    assert path_of(url) == Path(path)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "file:///a"])
def test_sqlite_needs_a_file(url: str):
    with pytest.raises(ValueError, match="SQLite"):
        path_of(url)


def test_libpq_form_of_a_postgresql_url():
    assert conninfo_of("postgresql+psycopg://u:p@h/d?x=1") == "postgresql://u:p@h/d?x=1"


def test_every_schema_has_its_own_lock():
    keys = {lock_key(schema) for schema in (None, "a", "b")}
    assert len(keys) == 3
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_unknown_scheme_is_refused():
    with pytest.raises(ValueError, match="mysql"):
        open_database("mysql://localhost")


def test_sqlite_has_no_schemas(tmp_path: Path):
    with pytest.raises(ValueError, match="schemas"):
        open_database(f"sqlite:///{tmp_path}/a.db", schema="a")


def test_schema_name_is_checked():
    with pytest.raises(ValueError, match="schema name"):
        open_database("postgresql+psycopg://localhost/x", schema="a; DROP")


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path):
    (tmp_path / "a.db").write_text("not a database " * 1000)
    with pytest.raises(TenantUnavailable):
        open_database(f"sqlite:///{tmp_path}/a.db")


def test_a_missing_folder_is_made(tmp_path: Path):
    open_database(f"sqlite:///{tmp_path}/x/y/a.db").close()
    assert (tmp_path / "x/y/a.db").exists()


def test_an_absent_server_is_unavailable(tmp_path: Path):
    with pytest.raises(TenantUnavailable):
        open_database(f"postgresql+psycopg://u@/d?host={tmp_path}", timeout=0.2)
