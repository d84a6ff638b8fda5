"""Links and pictures: markup whose every part is made safe."""

from __future__ import annotations

from formula.limits import MAX_TEXT
from formula.targets.sql.postgresql.native import EMPTY, Native

_BLANKS = r"[\x01-\x20]*"
_IS_DANGEROUS = rf"""{{a}} COLLATE "C" ~* '^{_BLANKS}(javascript|data|vbscript){_BLANKS}:'"""


def _without(text: str, *signs: str) -> str:
    """Replace signs that mean something in markup."""
    names = {'"': "&quot;", "<": "&lt;", ">": "&gt;", "&": "&amp;"}
    for sign in signs:
        text = f"replace({text}, '{sign}', '{names[sign]}')"
    return text


def _attribute(name: str, value: str) -> str:
    return f"' {name}=\"' || {_without(value, chr(34), '<', '>')} || '\"'"


_ADDRESS = f"CASE WHEN {_IS_DANGEROUS} THEN 'about:blank' ELSE {{a}} END"
_LABEL = _without("{b}", "&", "<", ">")
_TARGET = f"CASE WHEN {{c}} = '' THEN '' ELSE {_attribute('target', '{c}')} END"


def _bounded(made: str, guards: str = "") -> Native:
    """Return what was made if it is not too long."""
    text = f"CASE WHEN char_length({{made}}) <= {MAX_TEXT} THEN {{made}} END"
    return Native(text, EMPTY, guards, steps={"address": _ADDRESS, "made": made})


def _link(target: str) -> Native:
    return _bounded(
        f"'<a' || {_attribute('href', '{address}')}{target} || '>' || {_LABEL} || '</a>'"
    )


def _picture(*sizes: str, guards: str = "") -> Native:
    source, text = _attribute("src", "{address}"), _attribute("alt", "{b}")
    return _bounded(f"'<img' || {source} || {text}{''.join(sizes)} || '/>'", guards)


def _size(name: str, letter: str) -> str:
    return f" || ' {name}=\"' || trim_scale({{{letter}}})::text || '\"'"


MARKUP: dict[str, Native] = {"hyperlink": _link(""), "image": _picture()}
VARIANTS = {
    ("hyperlink", 3): _link(f" || {_TARGET}"),
    ("image", 3): _picture(_size("height", "c"), guards="c"),
    ("image", 4): _picture(_size("height", "c"), _size("width", "d"), guards="cd"),
}
"""Meanings that read otherwise with this number of arguments."""
