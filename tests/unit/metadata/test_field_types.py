"""What each field type takes from JSON, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata import FIELD_TYPES, FieldModel, Refusal
from metadata.field_types.structure import JsonText
from paas.kernel import LANGUAGES
from tests.unit.metadata.world import EXTENSIONS, field, world

ID = "0190a5b0-0000-7000-8000-000000000001"
DEEP: Any = []
for _level in range(25):
    DEEP = [DEEP]
CHOICES = [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙", "active": False}]


def made(type: str, **more: Any) -> FieldModel:
    found = world(field("x", type, **more)).object("account").field("x")
    assert found is not None
    return found


TAKEN: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("text", {}, "大家好", "大家好"),
    ("text", {}, "", None),
    ("text", {}, " a ", " a "),
    ("text", {"length": 2}, "𠮷𠮷", "𠮷𠮷"),
    ("long_text", {}, "a\nb", "a\nb"),
    ("integer", {}, 5, 5),
    ("integer", {}, 5.0, 5),
    ("integer", {}, Decimal(7), 7),
    ("integer", {}, 999_999_999_999_999_999, 999_999_999_999_999_999),
    ("decimal", {"scale": 2}, 0.1, Decimal("0.10")),
    ("decimal", {"scale": 2}, 1, Decimal("1.00")),
    ("decimal", {"scale": 2}, Decimal("1.200"), Decimal("1.20")),
    ("decimal", {"scale": 4}, 1e-4, Decimal("0.0001")),
    ("currency", {"precision": 18, "scale": 0}, 10**18 - 1, Decimal(10**18 - 1)),
    ("percent", {}, 45, Decimal("45.00")),
    ("boolean", {}, False, False),
    ("date", {}, "2024-02-29", date(2024, 2, 29)),
    ("date", {}, date(1, 1, 1), date(1, 1, 1)),
    ("date", {}, "", None),
    ("datetime", {}, "2024-05-01T09:30:00.1239+08:00", datetime(2024, 5, 1, 1, 30, 0, 123000, UTC)),
    ("datetime", {}, "2024-05-01t09:30z", datetime(2024, 5, 1, 9, 30, tzinfo=UTC)),
    ("picklist", {"values": CHOICES}, "a", "a"),
    ("picklist", {"values": CHOICES}, "", None),
    ("email", {}, " Zhang.San@Example.COM ", "Zhang.San@example.com"),
    ("email", {}, "", None),
    ("phone", {}, "13800138000", "+8613800138000"),
    ("phone", {}, "+86 138-0013-8000", "+8613800138000"),
    ("phone", {}, " (010) 8888 6666转801 ", "+861088886666;ext=801"),
    ("phone", {}, "+861088886666;ext=801", "+861088886666;ext=801"),
    ("phone", {}, "95588", "95588"),
    ("phone", {}, "", None),
    ("phone", {"region": "US"}, "(650) 253-0000", "+16502530000"),
    ("phone", {"region": "US"}, "+86 13800138000", "+8613800138000"),
    ("markdown", {}, "# 标题\n<b>", "# 标题\n<b>"),
    ("rich_text", {}, "<p>你好<script>alert(1)</script></p>", "<p>你好</p>"),
    ("rich_text", {}, "<p onclick=x>a</p><img src=javascript:x>", "<p>a</p><img>"),
    ("rich_text", {}, "<p><br></p>", None),
    ("rich_text", {}, "1 < 2", "1 &lt; 2"),
    ("color", {}, "#FA0", "#ffaa00"),
    ("color", {}, "#12abEF", "#12abef"),
    ("barcode", {}, " 6901234567892 ", "6901234567892"),
    ("uuid", {}, "{0190A5B0-0000-7000-8000-000000000001}", ID),
    ("rating", {}, 5, 5),
    ("rating", {"most": 10}, 10, 10),
    ("progress", {"scale": 0}, 100, Decimal(100)),
    ("progress", {}, 0.5, Decimal("0.50")),
    ("time", {}, "09:30", time(9, 30)),
    ("time", {}, "23:59:59.9999", time(23, 59, 59, 999000)),
    ("time", {}, time(1), time(1)),
    ("time", {}, "", None),
    ("duration", {}, 5400, 5400),
    ("duration", {}, -1, -1),
    ("multi_picklist", {"values": CHOICES}, ["b", "a", "b"], "a;b"),
    ("multi_picklist", {"values": CHOICES}, "b;a", "a;b"),
    ("multi_picklist", {"values": CHOICES}, [], None),
    ("multi_picklist", {"values": CHOICES}, ["", "a"], "a"),
    ("tag", {}, [" 重点  客户 ", "VIP", "vip"], "重点 客户;VIP"),
    ("tag", {}, [], None),
    ("json", {}, {"a": [1, Decimal("0.10"), None]}, JsonText('{"a":[1,0.10,null]}')),
    ("json", {}, False, JsonText("false")),
    (
        "geolocation",
        {},
        {"latitude": 31.23, "longitude": 121.4737021},
        (Decimal("31.2300000"), Decimal("121.4737021")),
    ),
    (
        "geolocation",
        {},
        {"longitude": -180, "latitude": -90.0},
        (Decimal("-90.0000000"), Decimal("-180.0000000")),
    ),
    ("geolocation", {}, {"latitude": None, "longitude": None}, None),
    ("url", {}, "www.example.com/a?b=c", "www.example.com/a?b=c"),
    ("url", {}, "http://localhost:8000/", "http://localhost:8000/"),
    ("lookup", {"to": "account"}, ID.upper(), ID),
    ("user", {}, ID, ID),
    ("department", {}, "", None),
]

REFUSED = [
    ("text", {}, 5, "field.type_mismatch"),
    ("text", {"length": 3}, "四个字了", "field.too_long"),
    ("text", {}, "a\x00b", "field.bad_character"),
    ("text", {}, "\ud800", "field.bad_character"),
    ("long_text", {}, ["a"], "field.type_mismatch"),
    ("integer", {}, 5.5, "field.type_mismatch"),
    ("integer", {}, True, "field.type_mismatch"),
    ("integer", {}, "5", "field.type_mismatch"),
    ("integer", {}, 10**18, "field.out_of_range"),
    ("integer", {}, Decimal("1E+999999"), "field.out_of_range"),
    ("decimal", {"scale": 2}, 1.001, "field.too_precise"),
    ("decimal", {"scale": 2}, "1.00", "field.type_mismatch"),
    ("decimal", {"precision": 4, "scale": 2}, 100, "field.out_of_range"),
    ("decimal", {"scale": 2}, Decimal("1E+999999"), "field.out_of_range"),
    ("decimal", {"scale": 2}, Decimal("1E-999999"), "field.too_precise"),
    ("decimal", {"scale": 2}, float("nan"), "field.type_mismatch"),
    ("decimal", {"scale": 2}, Decimal("Infinity"), "field.type_mismatch"),
    ("decimal", {"scale": 2}, 9007199254740993.0, "field.inexact_number"),
    ("boolean", {}, 1, "field.type_mismatch"),
    ("date", {}, "2023-02-29", "field.invalid_date"),
    ("date", {}, "20240229", "field.invalid_date"),
    ("date", {}, "0000-01-01", "field.invalid_date"),
    ("date", {}, 20240229, "field.type_mismatch"),
    ("datetime", {}, "2024-05-01T09:30:00", "field.invalid_datetime"),
    ("datetime", {}, "0001-01-01T00:00:00+08:00", "field.invalid_datetime"),
    ("datetime", {}, "9999-12-31T23:59:59-08:00", "field.invalid_datetime"),
    ("datetime", {}, datetime(2024, 5, 1), "field.type_mismatch"),  # noqa: DTZ001
    ("datetime", {}, 0, "field.type_mismatch"),
    ("picklist", {"values": CHOICES}, "甲", "field.not_an_option"),
    ("multi_picklist", {"values": CHOICES}, ["a", "c"], "field.not_an_option"),
    ("multi_picklist", {"values": CHOICES}, ["a", 1], "field.type_mismatch"),
    ("multi_picklist", {"values": CHOICES}, {"a": 1}, "field.type_mismatch"),
    ("multi_picklist", {"values": CHOICES}, 1, "field.type_mismatch"),
    ("tag", {}, ["a;b"], "field.invalid_form"),
    ("tag", {}, ["a\x00"], "field.invalid_form"),
    ("tag", {}, ["长" * 61], "field.too_long"),
    ("tag", {"most": 2}, ["a", "b", "c"], "field.too_many"),
    ("tag", {}, [1], "field.type_mismatch"),
    ("rich_text", {"length": 10}, "<p>太长的内容</p>", "field.too_long"),
    ("rich_text", {}, "a\x00", "field.bad_character"),
    ("color", {}, "red", "field.invalid_form"),
    ("color", {}, "#12345", "field.invalid_form"),
    ("barcode", {}, "条码", "field.invalid_form"),
    ("barcode", {"length": 4}, "12345", "field.too_long"),
    ("uuid", {}, "123", "field.invalid_form"),
    ("rating", {}, 6, "field.out_of_range"),
    ("rating", {}, -1, "field.out_of_range"),
    ("rating", {}, 1.5, "field.type_mismatch"),
    ("progress", {}, 100.01, "field.out_of_range"),
    ("progress", {}, -0.01, "field.out_of_range"),
    ("progress", {"scale": 0}, 0.5, "field.too_precise"),
    ("time", {}, "24:00", "field.invalid_time"),
    ("time", {}, "9:30", "field.invalid_time"),
    ("time", {}, "09:30+08:00", "field.invalid_time"),
    ("time", {}, 930, "field.type_mismatch"),
    ("time", {}, time(9, tzinfo=UTC), "field.type_mismatch"),
    ("duration", {}, 0.5, "field.type_mismatch"),
    ("duration", {}, 10**18, "field.out_of_range"),
    ("json", {"length": 5}, "1234567", "field.too_long"),
    ("json", {}, "\ud800", "field.bad_character"),
    ("json", {}, 2**70, "field.inexact_number"),
    ("json", {}, [Decimal("NaN")], "field.bad_character"),
    ("json", {}, DEEP, "field.too_deep"),
    ("geolocation", {}, {"latitude": 91, "longitude": 0}, "field.out_of_range"),
    ("geolocation", {}, {"latitude": 0, "longitude": -180.1}, "field.out_of_range"),
    ("geolocation", {}, {"latitude": 0}, "field.type_mismatch"),
    ("geolocation", {}, {"latitude": 0, "longitude": None}, "field.type_mismatch"),
    ("geolocation", {}, {"latitude": True, "longitude": "0"}, "field.type_mismatch"),
    ("geolocation", {}, {"latitude": float("nan"), "longitude": 0}, "field.type_mismatch"),
    ("geolocation", {}, "31,121", "field.type_mismatch"),
    ("picklist", {"values": CHOICES}, 1, "field.type_mismatch"),
    ("email", {}, "not an address", "field.invalid_email"),
    ("email", {}, "a@b", "field.invalid_email"),
    ("phone", {}, "call me", "field.invalid_phone"),
    ("phone", {}, "12", "field.invalid_phone"),
    ("phone", {}, "1" * 90, "field.invalid_phone"),
    ("phone", {"region": "US"}, "13800138000138", "field.invalid_phone"),
    ("url", {}, "javascript:alert(1)", "field.invalid_url"),
    ("url", {}, "ftp://example.com", "field.invalid_url"),
    ("url", {}, "a b.com", "field.invalid_url"),
    ("lookup", {"to": "account"}, "123", "field.invalid_reference"),
    ("lookup", {"to": "account"}, {"id": ID}, "field.type_mismatch"),
    ("formula", {"formula": "1", "result": "integer"}, 1, "field.read_only"),
    ("auto_number", {"pattern": "{0}"}, 1, "field.type_mismatch"),
]


@pytest.mark.parametrize(("type", "more", "raw", "value"), TAKEN)
def test_takes(type: str, more: dict[str, Any], raw: Any, value: Any) -> None:
    taken = made(type, **more).coerce(raw)
    assert (taken, taken.__class__) == (value, value.__class__)
    if isinstance(value, Decimal):
        assert str(taken) == str(value)


@pytest.mark.parametrize(("type", "more", "raw", "code"), REFUSED)
def test_refuses(type: str, more: dict[str, Any], raw: Any, code: str) -> None:
    refusal = made(type, **more).coerce(raw)
    assert isinstance(refusal, Refusal)
    assert refusal.finding.code == code
    violation = refusal.finding.at("/x", **refusal.params)
    for language in LANGUAGES:
        assert "{" not in violation.detail(language)


def test_negative_zero_is_zero() -> None:
    assert str(made("decimal", scale=2).coerce(-0.0)) == "0.00"


def test_every_type_is_tried() -> None:
    tried = {type for type, *_ in (*TAKEN, *REFUSED)}
    assert EXTENSIONS.of(FIELD_TYPES).keys() - tried == {"id", "version", "record_type"}


JSON = st.recursive(
    st.none().map(lambda _: False)
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)
WORLD = world(
    field("a"),
    field("b", "integer"),
    field("c", "decimal"),
    field("d", "boolean"),
    field("e", "date"),
    field("f", "datetime"),
    field("g", "picklist", values=CHOICES),
    field("h", "email"),
    field("i", "phone"),
    field("j", "url"),
    field("k", "user"),
    field("l", "multi_picklist", values=CHOICES),
    field("m", "tag"),
    field("n", "rich_text"),
    field("o", "color"),
    field("p", "barcode"),
    field("q", "uuid"),
    field("r", "rating"),
    field("s", "progress"),
    field("t", "time"),
    field("u", "json"),
    field("v", "geolocation"),
)
MODELS = list(WORLD.object("account").fields.values())


@given(JSON, st.sampled_from(MODELS))
def test_coercion_never_raises_and_keeps_its_own(raw: Any, model: FieldModel) -> None:
    value = model.coerce(raw)
    if value is not None and not isinstance(value, Refusal):
        assert model.coerce(value) == value


def test_defaults_are_draft_values() -> None:
    assert made("decimal", default=1).default == Decimal("1.00")
    assert made("picklist", values=[{"value": "a", "default": True}]).default == "a"
    assert made("text").default is None
