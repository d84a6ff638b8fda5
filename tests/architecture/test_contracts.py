"""Who may import whom: the contracts of pyproject.toml, and the doors of each floor."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture import source

ADAPTERS = ("paas.db", "formula.targets", "metadata.ddl", "runtime.sql")
"""Rooms whose modules may be named from outside: they hold what SQLAlchemy may touch."""


def test_import_contracts_are_kept() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        cwd=source.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_floor_is_entered_through_its_door() -> None:
    wrong = [
        f"{importer} names {imported}"
        for importer, file in source.modules()
        for imported in foreign_imports(importer, file)
        if not is_door(imported)
    ]
    assert wrong == []


def test_only_published_names_are_taken() -> None:
    wrong = [
        f"{importer} takes {module}.{name}"
        for importer, file in source.modules()
        for module, name in foreign_names(importer, file)
        if module in source.FLOORS and name not in published(module)
    ]
    assert wrong == []


def is_door(module: str) -> bool:
    return module in source.FLOORS or any(
        module == room or module.startswith(room + ".") for room in ADAPTERS
    )


def is_foreign(importer: str, module: str) -> bool:
    floor = source.floor_of(module)
    return floor is not None and floor != source.floor_of(importer)


def foreign_imports(importer: str, file: Path) -> Iterator[str]:
    """Yield modules of other floors that `file` names."""
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            deeper = (f"{node.module}.{alias.name}" for alias in node.names)
            named = [node.module, *(each for each in deeper if is_module(each))]
        else:
            continue
        yield from (each for each in named if is_foreign(importer, each))


def foreign_names(importer: str, file: Path) -> Iterator[tuple[str, str]]:
    """Yield (module, name) of what `file` takes out of other floors."""
    for node in ast.walk(source.tree(file)):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                deeper = f"{node.module}.{alias.name}"
                if is_foreign(importer, node.module) and not is_module(deeper):
                    yield node.module, alias.name


def is_module(name: str) -> bool:
    place = source.ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def published(floor: str) -> set[str]:
    """Return the names in `__all__` of the floor's door."""
    door = source.ROOT.joinpath(*floor.split("."), "__init__.py")
    for node in source.tree(door).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == "__all__" for each in node.targets
        ):
            return set(ast.literal_eval(node.value))
    return set()
