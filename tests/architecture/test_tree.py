"""What no file may hold: forgotten marks, machine paths, host names, too many lines."""

from __future__ import annotations

import json
import re

from tests.architecture import source

LIMIT = 450
LONGER: dict[str, str] = {}
"""Files over the limit, each with the reason why it reads better in one piece."""

CODE = {".py", ".ts", ".tsx", ".css", ".js", ".mjs"}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
MARKS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|NotImpl" r"ementedError)\b")
STUBS = re.compile(r"mark\.(x" r"fail|sk" r"ip)\b")
MACHINE = re.compile(r"(?<![\w.])/(wo" r"rk|ro" r"ot|ho" r"me)/\w|[A-Z]:\\Users\\")
HOST = re.compile(r"https?://([^/\s\"'<>()`,\\]+)")
HOSTS = re.compile(
    r"^(127\.0\.0\.1|localhost|\[::1\]|testserver|[\w.-]*example(\.(com|org|net|cn|test))?"
    r"|[\w.-]+\.(test|invalid)"  # reserved names
    r"|json-schema\.org|www\.w3\.org|www\.apache\.org|tools\.ietf\.org|www\.rfc-editor\.org"
    r"|[{$%].*)(:.*)?$"  # made at run time
)
FREE = {"web/package-lock.json"}
"""Made by a tool: it names funding pages and, by our settings, no download address."""


def test_files_are_of_readable_size() -> None:
    long = {
        str(name): text.count("\n")
        for name, text in source.texts()
        if name.suffix in CODE and text.count("\n") > LIMIT and str(name) not in LONGER
    }
    assert long == {}


def test_exceptions_to_the_size_are_still_needed() -> None:
    sizes = {str(name): text.count("\n") for name, text in source.texts()}
    assert [name for name in LONGER if sizes.get(name, 0) <= LIMIT] == []


def test_modules_are_named_for_what_they_hold() -> None:
    vague = [str(name) for name in source.tracked() if name.stem.lower() in BANNED_NAMES]
    assert vague == []


def test_nothing_is_left_for_later() -> None:
    assert found(MARKS) == []


def test_no_test_is_parked() -> None:
    assert [each for each in found(STUBS) if each.startswith("tests/")] == []


def test_no_machine_path_is_named() -> None:
    assert found(MACHINE) == []


def test_only_known_hosts_are_named() -> None:
    strange = [
        f"{name}: {match.group(1)}"
        for name, text in source.texts()
        if str(name) not in FREE
        for match in HOST.finditer(text)
        if not HOSTS.match(match.group(1))
    ]
    assert strange == []


def test_locks_record_no_download_address() -> None:
    assert "://" not in (source.ROOT / "requirements.lock").read_text(encoding="utf-8")
    lock = source.ROOT / "web" / "package-lock.json"
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"] if lock.is_file() else {}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
    dead = [
        f"{name}: {match.group(1)}"
        for name, text in source.texts()
        if name.suffix == ".md"
        for match in link.finditer(text)
        if not (source.ROOT / name.parent / match.group(1)).exists()
    ]
    assert dead == []


def found(mark: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {match.group(0)}"
        for name, text in source.texts()
        if str(name) not in FREE and name.suffix != ".lock"
        for match in mark.finditer(text)
    ]
