"""Descriptions as files: what is read, what is refused and where, and that nothing is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata import Change, Snapshot, SourceInvalid, load_folder, load_pack, write_folder
from metadata.source import yaml
from metadata.source.emit import to_yaml
from metadata.source.python_parser import PythonParser
from metadata.source.yaml import Refused, parse
from tests.unit.metadata.world import KINDS, field, findings, plan, put, rule, world

OBJECT = """
uid: 0190a5b0-0000-7000-8000-000000000001
object: account
label: 客户
name_field: accountName
fields:
  - {field: accountName, label: 客户名称, type: text, length: 120, required: true, indexed: true}
  - {field: parentAccountId, label: 上级客户, type: lookup, to: account, on_delete: restrict}
  - {field: level, label: 级别, type: picklist, values: [{value: A}, {value: B, label: B 级}]}
rules:
  - rule: addressLength
    label: 客户地址字数校验
    when: LEN(account.accountName)<20
    message: 客户地址长度小于20个字，请重新输入。
    at: page            # page | field:accountName
"""
TRANSLATION = """
objects/account:
  label: Account
  fields.level.values.B.label: Grade B
  rules.addressLength.message: Too short.
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def publish(folder: Path, base: Snapshot | None = None) -> Snapshot:
    made = plan(world() if base is None else base, *load_folder(folder))
    assert findings(made) == []
    return made.target


EMPTY = plan(world(), Change("delete", "object", {"name": "account"})).target


def test_reads_a_folder_as_the_architecture_shows_it(tmp_path: Path) -> None:
    write(tmp_path, objects__account=OBJECT, translations__en_US=TRANSLATION)
    (tmp_path / "translations/en_US.yaml").rename(tmp_path / "translations/en-US.yaml")
    account = publish(tmp_path, EMPTY).object("account")
    assert account.label == {"zh-CN": "客户", "en-US": "Account"}
    assert account.fields["level"].values[1].label == {"zh-CN": "B 级", "en-US": "Grade B"}
    (found,) = account.rules
    assert found.definition.message["en-US"] == "Too short."
    assert account.fields["parentAccountId"].target == "account"


LABELS = {"zh-CN": "甲", "en-US": "A!"}


def everything() -> Snapshot:
    return world(
        field("level", "picklist", values=[{"value": "A", "label": LABELS}]),
        field("long", "long_text", help={"zh-CN": "第一行\n第二行", "en-US": "x" * 200}),
        field("rate", "percent", default=12.5, label={"zh-CN": "比率", "en-US": "比率"}),
        field("no", default="yes: 12:30 # null", namespace="crm"),
        field("sum", "formula", result="decimal", formula="rate\n  * 2"),
        rule("r", "level='甲'", at="field:level"),
        put("record_type", object="account", name="t", picklists={"level": ["A"]}),
        put("picklist", name="shared", values=[{"value": "~"}, {"value": "1"}]),
        put("permission_set", name="p", system=["view_all"], objects={"account": {"read": True}}),
        put("role", name="boss", permission_sets=["p"]),
        field("hobby", object="user"),
    )


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*.yaml")}


def test_what_is_written_publishes_unchanged_and_is_written_the_same(tmp_path: Path) -> None:
    snapshot = everything()
    first, second = tmp_path / "first", tmp_path / "second"
    written = write_folder(snapshot, first, kinds=KINDS)
    assert sorted(written) == sorted(first.rglob("*.yaml"))
    again = plan(snapshot, *load_folder(first))
    assert (findings(again), again.changes) == ([], ())
    fresh = publish(first, EMPTY)
    write_folder(fresh, second, kinds=KINDS)
    assert files(second) == files(first)
    assert set(files(first)) == {
        "pack.yaml",
        "objects/account.yaml",
        "objects/user.yaml",
        "picklists/shared.yaml",
        "permissions/p.yaml",
        "roles/boss.yaml",
        "translations/en-US.yaml",
    }


def test_a_namespace_can_be_written_alone(tmp_path: Path) -> None:
    snapshot = everything()
    write_folder(snapshot, tmp_path, kinds=KINDS, namespace="crm")
    assert set(files(tmp_path)) == {"pack.yaml", "objects/account.yaml"}
    assert load_pack(tmp_path).namespace == "crm"
    uid = snapshot.object("account").uid
    head = f"uid: {uid}\nobject: account\nfields:\n  - {{uid: "
    assert (tmp_path / "objects/account.yaml").read_text(encoding="utf-8").startswith(head)
    assert plan(snapshot, *load_folder(tmp_path)).changes == ()


def test_deletes_only_what_is_listed(tmp_path: Path) -> None:
    listed = "deletions:\n  - {kind: field, object: account, name: level}\n"
    write(tmp_path, pack="name: mine\n" + listed)
    made = plan(world(field("level"), field("other")), *load_folder(tmp_path))
    assert [(each.action, each.name) for each in made.changes] == [("delete", "level")]


def test_violations_name_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, objects__account=OBJECT.replace("to: account,", "to: acount, colour: red,"))
    (violation,) = plan(EMPTY, *load_folder(tmp_path)).violations
    assert violation.code == "metadata.key_unknown"
    assert (violation.extra["file"], violation.extra["line"]) == ("objects/account.yaml", 8)


BAD = [
    ("objects: [", "source.syntax", 2),
    ("a: 1\na: 2", "source.key_twice", 2),
    ("a: &x [1]\nb: *x", "source.alias", 1),
    ("a: 1\nb: !!python/name:os.system x", "source.tag", 2),
    ("a: 1\nb: !other {}", "source.tag", 2),
    ("- 1", "source.not_a_mapping", 1),
    ("a: 1\n? [1]\n: 2", "source.key_not_text", 2),
    ("a: " + "[" * 60 + "]" * 60, "source.too_deep", 1),
    ("a: " + "[" * 5000, "source.too_deep", 1),
    ("a: " + "9" * 50, "source.tag", 1),
    ("a: 1e999", "source.tag", 1),
    ("a: \x07", "source.syntax", 1),
    ("a: " + "- " * 100_000, "source.syntax", 1),
    ("- " * 100_000, "source.too_deep", 1),
    ("a: 1\n---\nb: 1", "source.two_documents", 2),
    ("*a", "source.alias", 1),
    ("&a b: 1", "source.key_not_text", 1),
    ("a: !!int x", "source.tag", 1),
]


@pytest.mark.parametrize(("text", "code", "line"), BAD)
def test_refuses_files(tmp_path: Path, text: str, code: str, line: int) -> None:
    write(tmp_path, objects__bad=text, objects__account=OBJECT)
    with pytest.raises(SourceInvalid) as refused:
        load_folder(tmp_path)
    (violation,) = refused.value.errors
    found = (violation.code, violation.extra["file"], violation.extra["line"])
    assert found == (code, "objects/bad.yaml", line)
    assert "objects/bad.yaml" in violation.detail("zh-CN")


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    class PythonLoader(PythonParser, yaml.Resolver):
        def __init__(self, stream: str) -> None:
            PythonParser.__init__(self, stream)
            yaml.Resolver.__init__(self)

    expected = parse(OBJECT, "x")
    monkeypatch.setattr(yaml, "Loader", PythonLoader)
    assert parse(OBJECT, "x") == expected
    with pytest.raises(Refused):
        parse("a: [", "x")


def test_refuses_what_is_not_utf_8(tmp_path: Path) -> None:
    write(tmp_path, objects__account=OBJECT)
    (tmp_path / "objects/account.yaml").write_bytes("label: 客户".encode("gb18030"))
    with pytest.raises(SourceInvalid) as refused:
        load_folder(tmp_path)
    assert [each.code for each in refused.value.errors] == ["source.not_text"]


def test_refuses_translations_of_nothing(tmp_path: Path) -> None:
    write(tmp_path, objects__account=OBJECT, translations__fr="objects/account:\n  colour: Rouge\n")
    with pytest.raises(SourceInvalid) as refused:
        load_folder(tmp_path)
    assert [each.code for each in refused.value.errors] == ["source.translation_lost"]


def test_refuses_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceInvalid):
        load_folder(tmp_path / "nowhere")


def test_refuses_an_unknown_folder_at_publish(tmp_path: Path) -> None:
    write(tmp_path, wishes__a="wish: a")
    assert findings(plan(EMPTY, *load_folder(tmp_path))) == [
        ("metadata.kind_unknown", "/changes/0/kind")
    ]


def test_refuses_a_bad_head(tmp_path: Path) -> None:
    write(tmp_path, pack="name: crm\nnamespace: Über")
    with pytest.raises(SourceInvalid) as refused:
        load_pack(tmp_path)
    (violation,) = refused.value.errors
    assert violation.extra == {"file": "pack.yaml", "line": 2}


SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=4))
def test_yaml_gives_back_what_was_written(value: dict[str, Any]) -> None:
    text = to_yaml(value, inline=frozenset({"fields"}))
    assert parse(text, "x").content == value


@given(st.text(alphabet="a:-[]{}&*!|>'\"#%@`,? \n\t0", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text, "x")
    except Refused as refused:
        assert refused.violation.code.startswith("source.")
