"""What a formula may name: objects, fields, globals. The language knows nothing more of metadata.

Whoever compiles a formula (metadata, ui_schema, http) builds these values from what it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from formula.function import Function
from formula.types import Type

Blank = Literal["zero", "blank"]
"""How a blank number field reads: as 0, or as null which spreads."""


class Definition(Protocol):
    """What a formula field is defined by: a compiled `Formula`."""

    @property
    def type(self) -> Type:
        """Return the type of the result."""

    @property
    def tree(self) -> object:
        """Return the root of the typed tree."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldSymbol:
    """A field a path may name.

    `hop` is the key under which a row carries the related row of a lookup. `formula` is set for
    a formula field, which every target writes out in place. `physical_scale` is the scale of the
    stored column where numbers are stored as scaled integers. `is_value` is false for what only
    leads on to fields: a setting behind `$Setup`.
    """

    name: str
    type: Type
    labels: Mapping[str, str] = field(default_factory=dict)
    hop: str | None = None
    formula: Definition | None = None
    physical_scale: int | None = None
    is_value: bool = True

    @property
    def row_key(self) -> str:
        """Return the key of the related row."""
        return self.hop if self.hop is not None else "@" + self.name


@dataclass(frozen=True, slots=True, eq=False)
class ChildSymbol:
    """The records of `object` that refer to the record through their field `lookup`.

    `name` is how the relationship is called: `contact.accountId`, or `contact` where that object
    refers through one lookup only. `row_key` is the key under which a row carries the child rows.
    """

    name: str
    object: str
    lookup: FieldSymbol
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def row_key(self) -> str:
        """Return the key of the child rows, the same for either name."""
        return f"#{self.object}.{self.lookup.name}"


@dataclass(frozen=True, slots=True, eq=False)
class ObjectSymbol:
    """An object whose fields a path may name; `fields` is keyed by casefolded API name.

    `children` are the relationships that aggregates may name, keyed by casefolded name. `members`
    is what the fields are called, by language, where this is no object but a global with members
    of its own (`$Label`), which anybody may read.
    """

    name: str
    fields: Mapping[str, FieldSymbol]
    labels: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, ChildSymbol] = field(default_factory=dict)
    members: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class GlobalSymbol:
    """A global that stands for something reached from elsewhere.

    `$Role` is the record behind `$User.roleId`: its `object` is the role, its `scope` `$user` and
    its `steps` the lookup. Without a scope the steps start at the record itself. What is `guarded`
    is read like records: whoever supplies the expression must be allowed to.
    """

    object: ObjectSymbol
    scope: str | None = None
    steps: tuple[FieldSymbol, ...] = ()
    guarded: bool = False

    @property
    def is_free(self) -> bool:
        """Tell whether anybody may read what is behind it."""
        return self.scope is not None and not self.guarded


@dataclass(frozen=True, slots=True)
class Context:
    """What is known where the formula is used."""

    allow_change_functions: bool = False


def _no_object(_name: str) -> ObjectSymbol | None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class Environment:
    """Everything the checker may look up.

    `objects` finds an object by API name in any case. `globals` is keyed by casefolded name
    (`$user`); an object stands for a row that every evaluation knows by that name.
    `readable(object, field)` is given for expressions that users supply. `functions` are the
    functions of the language by name; None means the built-in ones.
    """

    object: ObjectSymbol | None = None
    objects: Callable[[str], ObjectSymbol | None] = _no_object
    globals: Mapping[str, ObjectSymbol | GlobalSymbol] = field(default_factory=dict)
    context: Context = field(default_factory=Context)
    blank: Blank = "zero"
    readable: Callable[[str, str], bool] | None = None
    functions: Mapping[str, Function] | None = None

    def may_read(self, owner: ObjectSymbol, symbol: FieldSymbol) -> bool:
        """Tell whether whoever supplies the expression may read a field."""
        if self.readable is None or owner.members is not None:
            return True
        return self.readable(owner.name, symbol.name)
