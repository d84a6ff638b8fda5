"""Where packs lie and which files they have."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seeds.problem import PackUnknown

SIGN_INS = "_sign_ins.csv"
"""Demo sign-ins beside the data files; no API name begins with an underscore."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demo sign-in: whose password it is is told by the key of the user's record."""

    login: str
    password: str
    user: str
    line: int = 0


def pack_folder(name: str | Path) -> Path:
    """Return the folder of the shipped pack called `name`, or of the one at that path."""
    shipped = Path(__file__).parent / name
    for folder in (shipped, Path(name)):
        if (folder / "pack.yaml").is_file():
            return folder
    raise PackUnknown(name=str(name))


def data_files(folder: Path) -> list[Path]:
    """Return the pack's data files, one per object, in order of their names."""
    return sorted(file for file in (folder / "data").glob("*.csv") if not file.name.startswith("_"))


def read_sign_ins(folder: Path) -> Iterator[SignIn]:
    """Yield the pack's demo sign-ins."""
    file = folder / "data" / SIGN_INS
    if not file.is_file():
        return
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        for cells in reader:
            yield SignIn(cells["login"], cells["password"], cells["user"], reader.line_num)
