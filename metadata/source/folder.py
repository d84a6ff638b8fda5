"""Which file holds what: from a folder of files to changes ready for publish.

Every folder but those of data, tests and translations holds one definition a file. A list of
mappings inside an object's file is a list of definitions that belong to it. Kinds are named as the
files name them (`layouts`, `fields`); publish knows which kind that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from metadata.change import Change, Place
from metadata.source import problem, translation
from metadata.source.pack import Pack, read_pack
from metadata.source.problem import SourceInvalid
from metadata.source.yaml import Refused, Source, at, read
from paas.kernel import Violation

OBJECTS = "objects"
NOT_DEFINITIONS = frozenset({translation.FOLDER, "data", "tests"})


def load_folder(folder: str | Path) -> list[Change]:
    """Return the changes that publish what stands in `folder`.

    Raises `SourceInvalid` with every file that cannot be read and the line where it goes wrong.
    """
    loading = _Loading(Path(folder))
    changes = loading.changes()
    if loading.violations:
        raise SourceInvalid(errors=loading.violations, count=len(loading.violations))
    return changes


class _Loading:
    """One reading of a folder; collects what is wrong in all of its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.violations: list[Violation] = []

    def changes(self) -> list[Change]:
        if not self.folder.is_dir():
            self.violations.append(at(problem.NO_FOLDER, self.folder.name, 1))
            return []
        try:
            pack, head = read_pack(self.folder)
        except Refused as refused:
            self.violations.append(refused.violation)
            return []
        sources = {source.file.removesuffix(".yaml"): source for source in self._sources()}
        self._translate(sources)
        puts = [each for source in sources.values() for each in _puts(source, pack)]
        return puts + list(_deletions(pack, head))

    def _sources(self) -> Iterator[Source]:
        """Yield the definition files; those of objects come first."""
        folders = [each for each in self.folder.iterdir() if each.is_dir()]
        for folder in sorted(folders, key=lambda each: (each.name != OBJECTS, each.name)):
            if folder.name not in NOT_DEFINITIONS and not folder.name.startswith((".", "_")):
                yield from self._read_all(folder)

    def _read_all(self, folder: Path) -> Iterator[Source]:
        for path in sorted(folder.glob("*.yaml")):
            try:
                source = read(path, f"{folder.name}/{path.name}")
            except Refused as refused:
                self.violations.append(refused.violation)
                continue
            if isinstance(source.content, dict):
                yield source
            else:
                self.violations.append(source.refuse(problem.NOT_A_MAPPING, ""))

    def _translate(self, sources: dict[str, Source]) -> None:
        for source in self._read_all(self.folder / translation.FOLDER):
            tag = Path(source.file).stem
            for name, texts in source.content.items():
                if not isinstance(texts, dict):
                    self.violations.append(source.refuse(problem.NOT_A_MAPPING, f"/{name}"))
                    continue
                into = sources.get(name)
                found = translation.merge(into.content, tag, texts) if into else set()
                for path in texts.keys() - found:
                    self.violations.append(_lost(source, name, path))


def _lost(source: Source, name: str, path: str) -> Violation:
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    return source.refuse(problem.TRANSLATION_LOST, pointer, key=f"{name}: {path}")


def _puts(source: Source, pack: Pack) -> Iterator[Change]:
    folder = source.file.partition("/")[0]
    content = dict(source.content)
    children: list[tuple[str, list[Any]]] = []
    if folder == OBJECTS:
        children = [(key, each) for key, each in content.items() if _is_list_of_parts(each)]
    own = {key: each for key, each in content.items() if key not in dict(children)}
    # A file that says nothing of the object itself only adds to somebody else's object.
    if folder != OBJECTS or own.keys() - {"uid", "object"}:
        yield Change("put", folder, _in(pack, own), Place(source.file, source.lines))
    for key, parts in children:
        for index, part in enumerate(parts):
            document = _in(pack, {"object": content.get("object"), **part})
            place = Place(source.file, source.part(f"/{key}/{index}"))
            yield Change("put", key, document, place, in_order=True)


def _is_list_of_parts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(e, dict) for e in value)


def _in(pack: Pack, document: dict[str, Any]) -> dict[str, Any]:
    return {"namespace": pack.namespace, **document} if pack.namespace else document


def _deletions(pack: Pack, head: Source) -> Iterator[Change]:
    for index, deletion in enumerate(pack.deletions):
        document = deletion.model_dump(exclude={"kind"}, exclude_none=True)
        place = Place(head.file, head.part(f"/deletions/{index}"))
        yield Change("delete", deletion.kind, document, place)
