"""What a publish refuses, and where it says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata import Change
from paas.kernel import LANGUAGES
from tests.unit.metadata.world import KINDS, delete, field, findings, plan, put, rule, world

LEVEL = [{"value": "A", "label": "甲级"}, {"value": "B", "label": "乙级"}]
BASE = world(
    field("address", "long_text"),
    field("amount", "currency"),
    field("level", "picklist", values=LEVEL),
    field("parentId", "lookup", to="account"),
    rule("short", "LEN(account.address)<20"),
)
UID = "0190a5b0-0000-7000-8000-000000000001"


def _uid(name: str) -> str:
    return BASE.object("account").fields[name].uid


REFUSED: list[tuple[str, list[Change], list[tuple[str, str | None]]]] = [
    ("unknown kind", [put("wish", name="a")], [("metadata.kind_unknown", "/changes/0/kind")]),
    (
        "missing and unknown keys",
        [put("field", object="account", name="x", tpye="text")],
        [
            ("metadata.key_missing", "/changes/0/document/type"),
            ("metadata.key_unknown", "/changes/0/document/tpye"),
        ],
    ),
    (
        "bad API name",
        [field("9lives")],
        [("metadata.value_invalid", "/changes/0/document/name")],
    ),
    (
        "unknown type",
        [field("x", "txet")],
        [("metadata.field_type_unknown", "/changes/0/document/type")],
    ),
    (
        "system type",
        [field("x", "version")],
        [("metadata.field_type_unknown", "/changes/0/document/type")],
    ),
    (
        "formula field that a database cannot compute",
        [
            field("x", "formula", result="boolean", formula="REGEX(address, '[a-z]+')"),
            field(
                "y", "formula", result="boolean", formula="COUNT(account, REGEX(address, 'a')) > 1"
            ),
            field("z", "formula", result="integer", formula="COUNT(account, LEN(address) > 1)"),
            rule("pattern", "REGEX(address, '[a-z]+')"),
        ],
        [
            ("metadata.formula_not_in_database", "/changes/0/document/formula"),
            ("metadata.formula_not_in_database", "/changes/1/document/formula"),
        ],
    ),
    (
        "index over what has no order, what is named twice, what is one unique field",
        [
            put("index", object="account", name="a", fields=["name", "-address"]),
            put("index", object="account", name="b", fields=["name", "-name"]),
            put("index", object="account", name="c", fields=["name"], unique=True),
            put("index", object="account", name="d", fields=["amount", "-createdAt", "level"]),
        ],
        [
            ("metadata.field_not_indexable", "/changes/0/document/fields/1"),
            ("metadata.field_named_twice", "/changes/1/document/fields/1"),
            ("metadata.index_of_one_unique_field", "/changes/2/document/fields"),
        ],
    ),
    (
        "stored formulas in a circle, also through child records and back",
        [
            field("x", "formula", result="integer", stored=True, formula="y + 1"),
            field("y", "formula", result="integer", stored=True, formula="x + 1"),
            field("n", "formula", result="integer", stored=True, formula="COUNT(account, n > 1)"),
            field(
                "m",
                "formula",
                result="integer",
                stored=True,
                formula="COUNT(account, parentId.limit > 1)",
            ),
            field("limit", "formula", result="integer", stored=True, formula="m * 2"),
        ],
        [("metadata.formula_cycle", f"/changes/{index}/document/formula") for index in range(5)],
    ),
    (
        "attribute of another type",
        [field("x", "boolean", length=3)],
        [("metadata.attribute_unused", "/changes/0/document/length")],
    ),
    (
        "attribute missing",
        [field("x", "lookup")],
        [("metadata.attribute_needed", "/changes/0/document")],
    ),
    (
        "unknown object",
        [field("x", object="acount")],
        [("metadata.reference_unknown", "/changes/0/document")],
    ),
    (
        "unknown target",
        [field("x", "lookup", to="nobody")],
        [("metadata.reference_unknown", "/changes/0/document")],
    ),
    (
        "unknown picklist",
        [field("x", "picklist", picklist="nothing")],
        [("metadata.reference_unknown", "/changes/0/document")],
    ),
    (
        "reference in another case",
        [field("x", "lookup", to="Account")],
        [("metadata.reference_unknown", "/changes/0/document")],
    ),
    (
        "name field missing",
        [put("object", name="thing")],
        [("metadata.reference_unknown", "/changes/0/document")],
    ),
    (
        "system name",
        [field("OwnerID", uid=UID)],
        [("metadata.name_reserved", "/changes/0/document/name")],
    ),
    ("word", [field("and")], [("metadata.name_reserved", "/changes/0/document/name")]),
    (
        "name of the target",
        [field("user", "user")],
        [("metadata.name_of_object", "/changes/0/document/name")],
    ),
    (
        "name taken in another case",
        [field("ADDRESS", "long_text", uid=UID)],
        [("metadata.name_taken", "/changes/0/document/name")],
    ),
    (
        "uid taken",
        [put("role", name="boss", uid=_uid("address"))],
        [("metadata.uid_taken", "/changes/0/document/uid")],
    ),
    (
        "bad uid",
        [field("x", uid="1")],
        [("metadata.value_invalid", "/changes/0/document/uid")],
    ),
    (
        "twice",
        [field("address", "long_text"), field("ADDRESS", "long_text")],
        [("metadata.changed_twice", "/changes/1/document")],
    ),
    (
        "no choices",
        [field("x", "picklist")],
        [("metadata.choices_needed", "/changes/0/document/values")],
    ),
    (
        "choice twice",
        [field("x", "picklist", values=[{"value": "a"}, {"value": "a"}])],
        [("metadata.choice_twice", "/changes/0/document/values/1/value")],
    ),
    (
        "two defaults",
        [
            field(
                "x",
                "picklist",
                values=[{"value": "a", "default": True}, {"value": "b", "default": True}],
            )
        ],
        [("metadata.default_twice", "/changes/0/document/values")],
    ),
    (
        "bad default",
        [field("x", "integer", default="many")],
        [("metadata.default_invalid", "/changes/0/document/default")],
    ),
    (
        "scale over precision",
        [field("x", "decimal", precision=2, scale=3)],
        [("metadata.scale_too_large", "/changes/0/document/scale")],
    ),
    (
        "too long for an index",
        [field("x", length=601, unique=True)],
        [("metadata.too_long_for_index", "/changes/0/document/length")],
    ),
    (
        "required lookup emptied",
        [field("x", "lookup", to="account", required=True, on_delete="set_null")],
        [("metadata.null_needed", "/changes/0/document/on_delete")],
    ),
    (
        "type stores otherwise",
        [field("amount", "integer")],
        [("metadata.field_type_fixed", "/changes/0/document/type")],
    ),
    (
        "text becomes picklist",
        [field("address", "picklist", values=LEVEL)],
        [
            ("metadata.field_type_fixed", "/changes/0/document/type"),
            ("metadata.dependent_broken", ""),
        ],
    ),
    (
        "scale changes",
        [field("amount", "currency", scale=4)],
        [("metadata.field_scale_fixed", "/changes/0/document/scale")],
    ),
    (
        "target changes",
        [field("parentId", "user")],
        [("metadata.field_target_fixed", "/changes/0/document/to")],
    ),
    (
        "field in use",
        [delete("field", "address", object="account")],
        [("metadata.in_use", "/changes/0")],
    ),
    ("object in use", [delete("object", "account")], []),
    (
        "nothing to delete",
        [delete("field", "x")],
        [("metadata.definition_missing", "/changes/0/document")],
    ),
    (
        "protected object",
        [delete("object", "user")],
        [("metadata.protected", "/changes/0/document")],
    ),
    (
        "protected field",
        [put("field", object="user", name="name", length=5)],
        [("metadata.protected", "/changes/0/document/length")],
    ),
    (
        "system field",
        [put("field", object="account", name="createdAt", type="datetime")],
        [("metadata.protected", "/changes/0/document")],
    ),
    (
        "claims protection",
        [field("x", protected=True)],
        [("metadata.protected", "/changes/0/document/protected")],
    ),
    (
        "formula errors",
        [rule("r", "LENN(addres)<1")],
        [
            ("formula.unknown_function", "/changes/0/document/when"),
            ("formula.unknown_field", "/changes/0/document/when"),
        ],
    ),
    (
        "formula of another type",
        [field("x", "formula", result="date", formula="amount*2")],
        [("formula.result_type", "/changes/0/document/formula")],
    ),
    (
        "unknown label",
        [rule("r", "level='丙级'")],
        [("formula.unknown_picklist_value", "/changes/0/document/when")],
    ),
    (
        "circle",
        [
            field("x", "formula", result="text", formula="y"),
            field("y", "formula", result="text", formula="x"),
        ],
        [
            ("metadata.formula_cycle", "/changes/0/document/formula"),
            ("metadata.formula_cycle", "/changes/1/document/formula"),
        ],
    ),
    (
        "rule without sentence",
        [put("validation_rule", object="account", name="r", when="1=1", message={})],
        [("metadata.text_needed", "/changes/0/document/message")],
    ),
    (
        "rule at a missing field",
        [rule("r", "1=1", at="field:nowhere")],
        [("metadata.reference_unknown", "/changes/0/document")],
    ),
    (
        "record type offers unknown value",
        [put("record_type", object="account", name="t", picklists={"level": ["C"], "address": []})],
        [
            ("metadata.choice_unknown", "/changes/0/document/picklists/level/0"),
            ("metadata.not_a_picklist", "/changes/0/document/picklists/address"),
        ],
    ),
    (
        "role without set",
        [put("role", name="sales", permission_sets=["all"])],
        [("metadata.reference_unknown", "/changes/0/document")],
    ),
    (
        "grants on nothing",
        [put("permission_set", name="p", objects={"account": {"fields": {"x": "read"}}, "b": {}})],
        [
            ("metadata.reference_unknown", "/changes/0/document"),
            ("metadata.reference_unknown", "/changes/0/document"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), [pytest.param(c, e, id=n) for n, c, e in REFUSED])
def test_refuses(changes: list[Change], expected: list[tuple[str, str | None]]) -> None:
    made = plan(BASE, *changes)
    assert findings(made) == expected
    for violation in made.violations:
        for language in LANGUAGES:
            assert "{" not in violation.detail(language)


NAMES = st.sampled_from(["account", "user", "address", "level", "x", "Übel", "", "a" * 64])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | NAMES
    | st.text(max_size=5)
    | st.sampled_from(["text", "lookup", "formula", "picklist", "amount * 2", "field:x", UID])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    kind = draw(st.sampled_from(sorted(KINDS)))
    keys = sorted(KINDS[kind].model.model_fields)
    document: dict[str, Any] = draw(st.dictionaries(st.sampled_from(keys), VALUES, max_size=6))
    if draw(st.booleans()):
        document = {"object": "account", "name": "x", "type": "text"} | document
        document = {key: each for key, each in document.items() if key in keys}
    return Change(draw(st.sampled_from(["put", "put", "delete"])), kind, document)


@given(st.lists(changes(), max_size=3))
def test_whatever_is_asked_is_planned_or_refused(asked: list[Change]) -> None:
    made = plan(BASE, *asked)
    for violation in made.violations:
        assert violation.detail("zh-CN")
