"""Kinds of definitions as plug-in values: where their files are, what they need, what is wrong.

`metadata` publishes, stores, checks and exports every kind alike; this is all it knows of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import formula
from metadata.definition import Definition
from metadata.snapshot import Snapshot
from paas.kernel import ExtensionPoint, Violation

Reference = tuple[str, str | None, str]
"""(kind, API name of the object it belongs to or None, API name)."""


@dataclass(frozen=True, slots=True)
class FormulaUse:
    """A formula inside a definition: where it stands and how it is compiled.

    `pointer` leads to the source inside the document (`/when`). `object` is the object inside
    which names are looked up. `in_sql` says that databases must be able to compute it.
    """

    pointer: str
    source: str
    object: str | None
    result: formula.Type | formula.Kind | None = None
    blank: formula.Blank = "zero"
    change_functions: bool = False
    in_sql: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """A definition that bears another API name from now on. `object` is the name of its object,
    None for kinds that belong to none."""

    kind: str
    object: str | None
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DefinitionKind:
    """A kind of definition as a plug-in value.

    `folder` is the folder of its files; kinds without one stand in their object's file, in the
    list named `listed_as`. `check` receives a definition and the snapshot that would hold after
    the publish and returns every violation, pointers relative to the document. `references`
    names what the definition needs to exist; nothing named by anybody can be deleted. `formulas`
    lists the formulas inside: publish compiles them, keeps what they read from being deleted, and
    rewrites literals when a picklist value is relabelled. `renamed` gives the definition after
    something it refers to was renamed; a kind that leaves it out has such renames refused. `label`
    is what administrators call it, by language.
    """

    model: type[Definition]
    folder: str | None = None
    listed_as: str | None = None
    check: Callable[[Any, Snapshot], Iterable[Violation]] = lambda _definition, _snapshot: ()
    references: Callable[[Any], Iterable[Reference]] = lambda _definition: ()
    formulas: Callable[[Any], Iterable[FormulaUse]] = lambda _definition: ()
    renamed: Callable[[Any, Rename], Any] = lambda definition, _rename: definition
    label: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return the permanent name of the kind."""
        return self.model.kind


DEFINITION_KINDS = ExtensionPoint("definition_kinds", DefinitionKind, lambda value: value.kind)
