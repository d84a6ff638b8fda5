"""The head of a description's folder: `pack.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from metadata.definition import ApiName, Part, Text, Uid
from metadata.document import violations_of
from metadata.source.problem import SourceInvalid
from metadata.source.yaml import Refused, Source, read
from paas.kernel import Violation

FILE = "pack.yaml"


class Deletion(Part):
    """A definition that publishing the folder deletes, named by uid or by name."""

    kind: str
    uid: Uid | None = None
    object: ApiName | None = None
    name: ApiName | None = None


class Pack(Part):
    """What a folder says about itself."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,62}$")] = "pack"
    label: Text = Field(default={})
    description: Text = Field(default={})
    namespace: str = Field(default="", pattern=r"^[a-z0-9_]{0,30}$")
    version: str = Field(default="1.0.0", max_length=40)
    requires: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    deletions: tuple[Deletion, ...] = ()


def load_pack(folder: Path) -> Pack:
    """Return what `folder` says about itself; raises `SourceInvalid`."""
    try:
        return read_pack(folder)[0]
    except Refused as refused:
        raise SourceInvalid(errors=[refused.violation], count=1) from None


def read_pack(folder: Path) -> tuple[Pack, Source]:
    """Return the pack and where it was read; a folder without `pack.yaml` is a nameless one."""
    path = folder / FILE
    source = read(path, FILE) if path.is_file() else Source(FILE, {})
    try:
        return Pack.model_validate(source.content or {}), source
    except ValidationError as error:
        first = violations_of(Pack, error)[0]
        raise Refused(located(first, source)) from None


def located(violation: Violation, source: Source) -> Violation:
    """Return a violation of a document with file and line."""
    line = source.lines.get(violation.pointer or "", 1)
    return Violation(
        violation.code,
        violation.texts,
        violation.pointer,
        violation.params,
        violation.span,
        {**violation.extra, "file": source.file, "line": line},
    )
