"""The CRM pack on paper: complete translations, stable identifiers, the literal rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from metadata import Change, load_folder, load_pack
from seeds import pack_folder

TEXTS = {"label", "plural_label", "description", "help", "message"}
LANGUAGES = {"zh-CN", "en-US"}


@pytest.fixture(scope="module")
def changes() -> list[Change]:
    return load_folder(pack_folder("crm"))


def texts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            if key in TEXTS:
                yield f"{path}/{key}", each
            else:
                yield from texts(each, f"{path}/{key}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from texts(each, f"{path}/{index}")


def documents(changes: list[Change], kind: str) -> dict[str, dict[str, Any]]:
    """Return the documents in one list of files, by object and name."""
    singular = {"rules": "rule", "fields": "field", "record_types": "record_type"}[kind]
    found = [dict(each.document) for each in changes if each.kind == kind]  # type: ignore[arg-type]
    return {f"{each['object']}.{each[singular]}": each for each in found}


def test_every_text_exists_in_every_language_of_the_pack(changes: list[Change]) -> None:
    assert set(load_pack(pack_folder("crm")).languages) == LANGUAGES
    missing = [
        path
        for each in changes
        for path, text in texts(each.document, each.place.file if each.place else "")
        if not isinstance(text, dict) or set(text) != LANGUAGES
    ]
    assert missing == []


def test_everything_has_an_identifier_of_its_own(changes: list[Change]) -> None:
    uids = Counter(str(dict(each.document).get("uid")) for each in changes)  # type: ignore[arg-type]
    assert "None" not in uids
    assert [uid for uid, times in uids.items() if times > 1] == []


@pytest.mark.parametrize(
    ("rule", "when", "at", "active"),
    [
        ("addressLength", "LEN(account.address)<20", "page", True),
        (
            "renameApproved",
            "account.approvalStatus='审批通过'&&ISCHANGED(account.accountName)"
            "&&$CurrentUser.$User.Name<>'管理员'",
            "field:accountName",
            True,
        ),
        ("forbidTransfer", "ISCHANGED(account.ownerId.user.name)", "page", False),
    ],
)
def test_the_rules_of_the_article_are_there_word_for_word(
    changes: list[Change], rule: str, when: str, at: str, active: bool
) -> None:
    found = documents(changes, "rules")[f"account.{rule}"]
    assert (found["when"], found.get("at", "page"), found.get("active", True)) == (
        when,
        at,
        active,
    )


def test_accounts_have_the_fields_of_the_article_by_name(changes: list[Change]) -> None:
    fields = documents(changes, "fields")
    names = ("accountName", "address", "zipCode", "phone", "fax", "url", "weibo")
    assert {f"account.{name}" for name in names} <= set(fields)
    assert fields["account.employeeNumber"]["type"] == "integer"
    assert fields["account.parentAccountId"]["to"] == "account"
    assert fields["account.recentActivityCreatedBy"]["type"] == "user"
