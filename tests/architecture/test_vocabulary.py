"""The engine knows no business: no object of a pack is named in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source

ENGINE = tuple(each for each in source.PACKAGES if each != "seeds")
SYSTEM = {"user", "department", "role"}
OBJECT = re.compile(r"^object:\s*(\w+)", re.MULTILINE)


def test_no_pack_object_is_named_in_the_engine() -> None:
    names = pack_objects() - SYSTEM
    named = [
        f"{module}:{line} {text!r}"
        for module, file in source.modules(*ENGINE)
        for line, text in strings(file)
        if text in names
    ]
    assert named == []


def pack_objects() -> set[str]:
    files = (source.ROOT / "seeds").rglob("objects/*.yaml")
    return {name for file in files for name in OBJECT.findall(file.read_text(encoding="utf-8"))}


def strings(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
