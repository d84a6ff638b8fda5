"""What a person can set is written down, and what the house promises of itself is so."""

from __future__ import annotations

import ast
import re

from tests.architecture import source

VARIABLE = re.compile(r"\bPAAS_[A-Z][A-Z_]*[A-Z]\b")
SETTINGS = source.ROOT / "paas" / "app" / "settings.py"


def test_every_setting_is_documented() -> None:
    page = (source.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert settings() | variables() == set(VARIABLE.findall(page))


def settings() -> set[str]:
    """Return the variables that the fields of `Settings` are read from."""
    return {
        f"PAAS_{node.target.id.upper()}"
        for each in source.tree(SETTINGS).body
        if isinstance(each, ast.ClassDef)
        for node in each.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def variables() -> set[str]:
    """Return the variables that code and build files name."""
    return {
        name
        for file, text in source.texts()
        if file.suffix == ".py" or file.name in {"Makefile", "run"}
        for name in VARIABLE.findall(text)
    }


def test_async_stays_at_the_edge() -> None:
    wrong = [
        f"{module}:{node.lineno}"
        for module, file in source.modules()
        if source.floor_of(module) not in {"paas.http", "paas.app"}
        for node in ast.walk(source.tree(file))
        if isinstance(node, ast.AsyncFunctionDef)
    ]
    assert wrong == []


def test_the_namespace_package_is_empty() -> None:
    assert (source.ROOT / "paas" / "__init__.py").read_text(encoding="utf-8") == ""


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        module
        for module, file in source.modules()
        if module != "paas" and not ast.get_docstring(source.tree(file))
    ]
    assert silent == []
