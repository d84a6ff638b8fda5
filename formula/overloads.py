"""Which meaning of a function its arguments choose, and what makes values alike.

The checker hands over typed arguments; here they are matched with signatures, type variables
are unified, NULL takes the type it stands for, and text becomes a picklist value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from formula import problem
from formula.function import Function, Overload, Passing
from formula.naming import did_you_mean, near
from formula.signature import VARIABLES, Parameter
from formula.tree import Literal, Node
from formula.types import BOOLEAN, MARKUP, NULL, NUMBER, TEXT, Kind, PicklistValue, Type
from paas.kernel import Violation, value_class

_LIKE_TEXT = frozenset({Kind.TEXT, Kind.REFERENCE})
_INCOMPARABLE = frozenset({Kind.GEOLOCATION, Kind.MULTIPICKLIST})
_TO_BE_SETTLED = frozenset({Kind.NULL, Kind.PICKLIST})
_CHOOSERS = frozenset({Kind.PICKLIST, Kind.MULTIPICKLIST})
_NO_HINT = {"zh-CN": "", "en-US": ""}


class Mismatch(Exception):
    """The arguments fit no meaning; carries the violations."""

    def __init__(self, *violations: Violation) -> None:
        super().__init__()
        self.violations = violations


@value_class
class Match:
    """The chosen meaning, the arguments as it takes them, and the type of its result."""

    overload: Overload
    arguments: tuple[Node, ...]
    type: Type
    parameters: tuple[Parameter, ...]

    @property
    def has_paths(self) -> bool:
        """Tell whether an argument has to be a field itself."""
        return self.overload.signature.has_paths


def choose(function: Function, arguments: Sequence[Node]) -> Match:
    """Choose the first meaning the arguments fit; raises `Mismatch`."""
    choice = _choice(function, tuple([argument.type.kind for argument in arguments]))
    if choice is None:
        places = [parameters for _overload, parameters in _counted(function, len(arguments))]
        raise Mismatch(*_misfits(function, places, arguments))
    if choice.result is not None:
        return Match(choice.overload, tuple(arguments), choice.result, choice.parameters)
    return _bind(function, choice.overload, choice.parameters, arguments)


@value_class
class _Choice:
    """A meaning chosen by the kinds of the arguments alone; `result` if that settles the rest."""

    overload: Overload
    parameters: tuple[Parameter, ...]
    result: Type | None


@lru_cache(maxsize=4096)
def _choice(function: Function, kinds: tuple[Kind, ...]) -> _Choice | None:
    for overload, parameters in _counted(function, len(kinds)):
        if all(map(_fits, parameters, kinds)):
            is_settled = overload.signature.result not in VARIABLES and not any(
                each.is_choice for each in parameters
            )
            is_settled = is_settled and _is_unified(parameters, kinds)
            result = _result(overload, {}) if is_settled else None
            return _Choice(overload, parameters, result)
    return None


def _is_unified(parameters: Sequence[Parameter], kinds: Sequence[Kind]) -> bool:
    """Tell whether arguments are alike already, with nothing to be said about their values."""
    if not _TO_BE_SETTLED.isdisjoint(kinds):
        return False
    found: dict[str, Kind] = {}
    return all(
        each.variable is None or found.setdefault(each.variable, kind) is kind
        for each, kind in zip(parameters, kinds, strict=True)
    )


def _counted(function: Function, count: int) -> list[tuple[Overload, tuple[Parameter, ...]]]:
    return [
        (overload, parameters)
        for overload in function.overloads
        if overload.passing is not Passing.ROWS
        and (parameters := overload.signature.parameters(count)) is not None
    ]


@lru_cache(maxsize=4096)
def takes(function: Function, count: int) -> bool:
    """Tell whether any meaning takes so many arguments."""
    return any(o.signature.parameters(count) is not None for o in function.overloads)


def usage(function: Function) -> str:
    """Return every signature, as people read it."""
    return " | ".join(overload.signature.text for overload in function.overloads)


def _fits(parameter: Parameter, kind: Kind) -> bool:
    if kind is Kind.NULL:
        return not parameter.is_path
    if parameter.is_choice:
        return kind is Kind.TEXT
    if parameter.variable == "key" and kind in _INCOMPARABLE:
        return False
    return not parameter.kinds or kind in parameter.kinds


def _bind(
    function: Function,
    overload: Overload,
    parameters: tuple[Parameter, ...],
    arguments: Sequence[Node],
) -> Match:
    bound = list(arguments)
    types: dict[str, Type] = {}
    for variable in ("key", "same"):
        places = [i for i, parameter in enumerate(parameters) if parameter.variable == variable]
        if places:
            types[variable] = _unify(function, bound, places, strict=variable == "same")
    for place, parameter in enumerate(parameters):
        argument = bound[place]
        if parameter.is_choice:
            chooser = next(a.type for a in bound if a.type.kind in _CHOOSERS)
            bound[place] = as_choice(argument, chooser)
        elif parameter.kinds and argument.type.kind is Kind.NULL:
            bound[place] = _null_of(argument, Type(min(parameter.kinds, key=_order)))
    return Match(overload, tuple(bound), _result(overload, types), parameters)


def _order(kind: Kind) -> int:
    return list(Kind).index(kind)


def _result(overload: Overload, types: dict[str, Type]) -> Type:
    result = overload.signature.result
    if isinstance(result, Kind):
        return {Kind.BOOLEAN: BOOLEAN, Kind.NUMBER: NUMBER, Kind.TEXT: TEXT}.get(
            result, Type(result)
        )
    return MARKUP if result == "markup" else types[result]


def _null_of(node: Node, wanted: Type) -> Node:
    return replace(node, type=wanted) if isinstance(node, Literal) else node


def _unify(function: Function, bound: list[Node], places: list[int], *, strict: bool) -> Type:
    known = [bound[place].type for place in places if bound[place].type.kind is not Kind.NULL]
    if not known:
        return NULL
    chooser = next((type_ for type_ in known if type_.kind is Kind.PICKLIST), None)
    if chooser is not None:
        _choose_values(function, bound, places, chooser, strict=strict)
        known = [bound[place].type for place in places if bound[place].type.kind is not Kind.NULL]
    first = known[0]
    for place in places:
        other = bound[place].type
        if other.kind is Kind.NULL:
            bound[place] = _null_of(bound[place], first)
        elif not _alike(first.kind, other.kind, strict=strict):
            raise Mismatch(_unlike(function, bound[place], first))
    return _common(known)


def _alike(first: Kind, other: Kind, *, strict: bool) -> bool:
    if first is other or {first, other} <= _LIKE_TEXT:
        return True
    return not strict and {first, other} == {Kind.PICKLIST, Kind.TEXT}


def _common(types: Sequence[Type]) -> Type:
    first = types[0]
    if all(type_ == first for type_ in types):
        return first
    if any(type_.kind is not first.kind for type_ in types):
        return TEXT
    if first.kind is Kind.PICKLIST:
        values = {value.uid: value for type_ in types for value in type_.values}
        return replace(first, values=tuple(values.values()))
    if first.kind is Kind.TEXT:
        return MARKUP if all(type_.markup for type_ in types) else TEXT
    return Type(first.kind)


def _choose_values(
    function: Function, bound: list[Node], places: list[int], chooser: Type, *, strict: bool
) -> None:
    violations: list[Violation] = []
    for place in places:
        node = bound[place]
        if isinstance(node, Literal) and node.type.kind is Kind.TEXT:
            try:
                bound[place] = as_choice(node, chooser)
            except Mismatch as mismatch:
                violations.extend(mismatch.violations)
        elif strict and node.type.kind is Kind.TEXT:
            violations.append(_unlike(function, node, chooser))
    if violations:
        raise Mismatch(*violations)


def as_choice(node: Node, chooser: Type) -> Node:
    """Resolve a text literal: API value first, then source label, then other labels."""
    if not isinstance(node, Literal) or not isinstance(node.value, str) or not node.value:
        return node
    kind = Type(Kind.PICKLIST, values=chooser.values)
    if not chooser.values:
        return replace(node, type=kind)
    found = _values_named(node.value, chooser.values)
    if len(found) == 1:
        (value,) = found
        return Literal(value.value, kind, node.span, value, node.value)
    if found:
        choices = [value.value for value in found]
        raise Mismatch(
            problem.AMBIGUOUS_CHOICE.at(
                "",
                span=node.span,
                extra={"suggestions": choices},
                name=node.value,
                choices=", ".join(choices),
            )
        )
    names = [text for value in chooser.values for text in (value.value, *value.labels.values())]
    suggestions = list(near(node.value, names)) or names[:5]
    raise Mismatch(
        problem.UNKNOWN_CHOICE.at(
            "",
            span=node.span,
            extra={"suggestions": suggestions},
            name=node.value,
            hint=did_you_mean(suggestions),
        )
    )


def _values_named(text: str, values: Sequence[PicklistValue]) -> list[PicklistValue]:
    by_value = [value for value in values if value.value == text]
    if by_value:
        return by_value
    by_source = [value for value in values if value.source_label == text]
    return by_source or [value for value in values if text in value.labels.values()]


def _misfits(
    function: Function, places: Sequence[tuple[Parameter, ...]], arguments: Sequence[Node]
) -> list[Violation]:
    if not function.name[0].isalpha():
        kinds = [argument.type.kind.label for argument in arguments]
        given = {
            language: joint.join(label[language] for label in kinds)
            for language, joint in (("zh-CN", "和"), ("en-US", " and "))
        }
        return [
            problem.OPERAND_TYPE.at(
                "",
                span=arguments[-1].span,
                name=function.name,
                given=given,
                hint=_hint([argument.type.kind for argument in arguments]),
            )
        ]
    violations = [
        _wrong_argument(function, place, argument, [parameters[place] for parameters in places])
        for place, argument in enumerate(arguments)
        if not any(_fits(parameters[place], argument.type.kind) for parameters in places)
    ]
    return violations or [_wrong_argument(function, 0, arguments[0], [p[0] for p in places])]


def _wrong_argument(
    function: Function, place: int, argument: Node, parameters: Sequence[Parameter]
) -> Violation:
    if any(parameter.is_path for parameter in parameters):
        return problem.FIELD_REQUIRED.at(
            "", span=argument.span, name=function.name, position=place + 1
        )
    wanted = sorted({kind for p in parameters for kind in _kinds(p)}, key=_order)
    return problem.ARGUMENT_TYPE.at(
        "",
        span=argument.span,
        name=function.name,
        position=place + 1,
        expected=problem.either(wanted),
        given=argument.type.kind.label,
        hint=_hint([argument.type.kind, *wanted]),
    )


def _kinds(parameter: Parameter) -> frozenset[Kind]:
    if parameter.is_choice:
        return frozenset({Kind.TEXT})
    return parameter.kinds or frozenset(Kind) - _INCOMPARABLE - {Kind.NULL}


def _unlike(function: Function, node: Node, first: Type) -> Violation:
    return problem.UNLIKE_TYPES.at(
        "",
        span=node.span,
        name=function.name,
        given=node.type.kind.label,
        expected=first.kind.label,
        hint=_hint([node.type.kind, first.kind]),
    )


def _hint(kinds: Sequence[Kind]) -> dict[str, str]:
    present = set(kinds)
    if Kind.PICKLIST in present:
        return {"zh-CN": "选项请先用 TEXT() 转换。", "en-US": "Turn a picklist to text by TEXT()."}
    if present >= {Kind.DATE, Kind.DATETIME}:
        return {
            "zh-CN": "可以用 DATEVALUE() 把日期时间转换为日期。",
            "en-US": "DATEVALUE() turns a date and time into a date.",
        }
    if present >= {Kind.TEXT, Kind.NUMBER}:
        return {
            "zh-CN": "可以用 VALUE() 或 TEXT() 转换。",
            "en-US": "VALUE() or TEXT() converts.",
        }
    return dict(_NO_HINT)
