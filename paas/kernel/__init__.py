"""The ground floor: values every other floor may use. Standard library only."""

from paas.kernel.clock import Clock, fixed_clock, system_clock
from paas.kernel.context import CallContext, Principal, RightsMoved, zone_of
from paas.kernel.extension import ExtensionPoint, Extensions
from paas.kernel.identity import is_uuid, uuid7
from paas.kernel.problem import (
    LANGUAGES,
    Finding,
    Kind,
    Problem,
    Span,
    Violation,
    fill,
    pick,
    problems,
)
from paas.kernel.value import value_class

__all__ = [
    "LANGUAGES",
    "CallContext",
    "Clock",
    "ExtensionPoint",
    "Extensions",
    "Finding",
    "Kind",
    "Principal",
    "Problem",
    "RightsMoved",
    "Span",
    "Violation",
    "fill",
    "fixed_clock",
    "is_uuid",
    "pick",
    "problems",
    "system_clock",
    "uuid7",
    "value_class",
    "zone_of",
]
