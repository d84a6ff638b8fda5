"""Typed extension points: a package declares one, plug-ins register values on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)  # no slots: `ExtensionPoint[X](…)` notes its parameter on the value
class ExtensionPoint(Generic[T]):
    """A named place where values of one type may be plugged in; `key` names each value."""

    name: str
    type: type[T]
    key: Callable[[T], str]


class Extensions:
    """The values plugged into every point. Filled at composition, then frozen."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, Any]] = {}
        self._frozen = False

    def register(self, point: ExtensionPoint[T], *values: T) -> None:
        """Plug `values` into `point`; a wrong type, a taken key or a frozen set is a TypeError."""
        if self._frozen:
            raise TypeError("extensions are frozen")
        known = self._values.setdefault(point.name, {})
        for value in values:
            if not isinstance(value, point.type):
                raise TypeError(f"{point.name} takes {point.type.__name__}, not {value!r}")
            key = point.key(value)
            if key in known:
                raise TypeError(f"{point.name} already has {key!r}")
            known[key] = value

    def freeze(self) -> Extensions:
        """Refuse further registrations and return self."""
        self._frozen = True
        return self

    def of(self, point: ExtensionPoint[T]) -> Mapping[str, T]:
        """Return what is plugged into `point`, in order of registration."""
        return MappingProxyType(self._values.get(point.name, {}))
