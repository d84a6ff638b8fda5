"""For every field type: how a field of it is described, and values with what is shown of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

CHOICES = [
    {"value": "a", "label": {"zh-CN": "甲", "en-US": "First"}},
    {"value": "b", "label": {"zh-CN": "乙", "en-US": "Second"}},
    {"value": "c,d", "label": {"zh-CN": "丙", "en-US": "Third"}},
]
D = Decimal
MOST = D("-99999999999999.9999")


def place(latitude: Any, longitude: Any) -> dict[str, Any]:
    return {"latitude": latitude, "longitude": longitude}


Pairs = list[tuple[Any, Any]]

SAMPLES: dict[str, tuple[dict[str, Any], Pairs]] = {
    "text": ({}, [("大家好", "大家好"), (" a;b\n", " a;b\n"), ("𠮷", "𠮷")]),
    "long_text": ({}, [("一\n二", "一\n二")]),
    "markdown": ({}, [("# 一", "# 一")]),
    "rich_text": ({}, [("<b>好</b><script>x</script>", "<b>好</b>")]),
    "email": ({}, [("A@EXAMPLE.com", "A@example.com")]),
    "phone": ({}, [("010 8888 6666", "+861088886666"), ("95588", "95588")]),
    "url": ({}, [("https://example.com/?a=b;c", "https://example.com/?a=b;c")]),
    "color": ({}, [("#FFF", "#ffffff")]),
    "barcode": ({}, [("6901234567892", "6901234567892")]),
    "uuid": ({}, [("0190A5B000007000800000000000000A", "0190a5b0-0000-7000-8000-00000000000a")]),
    "integer": ({}, [(0, 0), (-(10**18) + 1, -(10**18) + 1), (42, 42)]),
    "decimal": (
        {"scale": 4},
        [(0.1, D("0.1000")), (MOST, MOST)],
    ),
    "currency": ({}, [(1234.5, D("1234.50")), (0, D("0.00"))]),
    "percent": ({}, [(45, D("45.00")), (-0.5, D("-0.50"))]),
    "rating": ({}, [(0, 0), (5, 5)]),
    "progress": ({"scale": 0}, [(0, D(0)), (100, D(100))]),
    "boolean": ({}, [(True, True), (False, False)]),
    "date": ({}, [("0001-01-01", "0001-01-01"), ("9999-12-31", "9999-12-31")]),
    "datetime": (
        {},
        [
            ("2024-02-29T12:00:00.1239+08:00", "2024-02-29T04:00:00.123Z"),
            ("0001-01-02T00:00:00Z", "0001-01-02T00:00:00.000Z"),
        ],
    ),
    "time": ({}, [("00:00", "00:00:00"), ("23:59:59.999", "23:59:59.999")]),
    "duration": ({}, [(5400, 5400), (-61, -61), (10**12, 10**12)]),
    "picklist": ({"values": CHOICES}, [("a", "a"), ("c,d", "c,d")]),
    "multi_picklist": ({"values": CHOICES}, [(["b", "a"], ["a", "b"]), (["c,d"], ["c,d"])]),
    "tag": ({}, [(["重点", " VIP  客户 "], ["重点", "VIP 客户"])]),
    "json": (
        {},
        [
            ({"b": [1, 0.5, None, "x"], "a": {}}, {"b": [1, 0.5, None, "x"], "a": {}}),
            (D("1234567890123456.789"), D("1234567890123456.789")),
            ([], []),
            (False, False),
        ],
    ),
    "geolocation": (
        {},
        [
            (
                place(31.23, 121.47),
                place(D("31.23"), D("121.47")),
            ),
            (
                place(-90, 1e-7),
                place(D(-90), D("0.0000001")),
            ),
        ],
    ),
    "auto_number": ({"pattern": "N{YYYY}-{000}"}, []),
    "lookup": ({"to": "account"}, []),
    "user": ({}, []),
    "department": ({}, []),
    "formula": ({"formula": "1", "result": "integer"}, []),
}
"""Values of lookups are ids, which a test has to make; formula fields and numbers take none."""
