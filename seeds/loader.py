"""Installing a pack: publish its description, then load its records like any other writer.

Records go through runtime's batch commands in system mode, 200 at a time, in one unit of work: a
pack is loaded whole or not at all. A record whose key is already there is left as it is, so
installing again changes nothing and never overwrites what people have edited since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from metadata import Change, ObjectUnknown, Published, Snapshot, load_folder
from paas.kernel import CallContext, Violation
from runtime import Records
from seeds.key import KeyBook
from seeds.loading import Loading
from seeds.order import plan_order
from seeds.pack import SIGN_INS, SignIn, data_files, read_sign_ins
from seeds.problem import OBJECT_UNKNOWN, REFERENCE_UNKNOWN, PackDataInvalid
from seeds.rehearsal import USERS, Find, Stage, read_scenes, replay
from seeds.table import Table, read_table
from workflow import Approvals

Publish = Callable[[CallContext, Sequence[Change]], Published]
GiveSignIn = Callable[[str, SignIn], None]
"""Takes the id of a user's record and the sign-in that is to be hers."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What an installation did."""

    published: Published
    created: Mapping[str, int] = field(default_factory=dict)
    """Object name → number of records created."""
    kept: Mapping[str, int] = field(default_factory=dict)
    """Object name → number of records that were there before."""

    @property
    def is_unchanged(self) -> bool:
        """Tell whether everything had been there already."""
        return not self.published.changes and not any(self.created.values())

    def summary(self) -> str:
        """Return one line for the person at the command line."""
        created, kept = sum(self.created.values()), sum(self.kept.values())
        return (
            f"revision {self.published.revision}: {len(self.published.changes)} definitions "
            f"changed, {created} records created, {kept} already there"
        )


def install_pack(
    publish: Publish,
    records: Records,
    folder: Path,
    *,
    sample_data: bool,
    context: CallContext,
    give_sign_in: GiveSignIn | None = None,
    approvals: Approvals | None = None,
) -> Installed:
    """Install the pack in `folder`; raises `PackDataInvalid` and what publishing raises.

    `context` is in system mode. With the sample data, `give_sign_in` is called for each demo
    sign-in, and the pack's approvals are replayed on the records just created if `approvals` is
    given.
    """
    published = publish(context, load_folder(folder))
    if not sample_data:
        return Installed(published)
    tables = _read(folder, records.begin(context, lambda work: work.snapshot), context)
    keys = KeyBook(records, context)
    keys.look_up(tables)
    _refuse_dangling(tables, keys)
    steps = plan_order(tables)
    created = records.begin(context, lambda work: Loading(work, keys).run(steps))
    find = _finder(tables, keys)
    if give_sign_in is not None:
        _give_sign_ins(folder, find, give_sign_in)
    if approvals is not None:
        stage = Stage(approvals, records, context)
        for scene in read_scenes(folder):
            if scene.key in created.get(scene.object, ()):
                replay(scene, stage, find)
    return Installed(
        published,
        created={name: len(found) for name, found in created.items()},
        kept={each.object: len(each.rows) - len(created[each.object]) for each in tables},
    )


def _read(folder: Path, snapshot: Snapshot, context: CallContext) -> list[Table]:
    violations: list[Violation] = []
    tables: list[Table] = []
    for file in data_files(folder):
        try:
            model = snapshot.object(file.stem)
        except ObjectUnknown:
            violations.append(OBJECT_UNKNOWN.at(f"/data/{file.name}", name=file.stem))
            continue
        tables.append(read_table(file, model, context, violations))
    if violations:
        raise PackDataInvalid(errors=violations)
    return tables


def _refuse_dangling(tables: Sequence[Table], keys: KeyBook) -> None:
    """Refuse references to records that are neither in the pack nor in the database."""
    promised = {(each.object, each.key): {row.key for row in each.rows} for each in tables}
    violations = [
        REFERENCE_UNKNOWN.at(f"/data/{table.file}", line=row.line, column=column.header, value=key)
        for table in tables
        for column in table.references
        for row in table.rows
        if (key := row.references.get(column.field.name)) is not None
        and key not in promised.get((str(column.target), str(column.target_key)), ())
        and keys.find(str(column.target), str(column.target_key), key) is None
    ]
    if violations:
        raise PackDataInvalid(errors=violations)


def _finder(tables: Sequence[Table], keys: KeyBook) -> Find:
    key_fields = {each.object: each.key for each in tables}
    return lambda object_name, key: keys.find(object_name, key_fields.get(object_name, ""), key)


def _give_sign_ins(folder: Path, find: Find, give: GiveSignIn) -> None:
    for sign_in in read_sign_ins(folder):
        user_id = find(USERS, sign_in.user)
        if user_id is None:
            unknown = REFERENCE_UNKNOWN.at(
                f"/data/{SIGN_INS}", line=sign_in.line, column=USERS, value=sign_in.user
            )
            raise PackDataInvalid(errors=[unknown])
        give(user_id, sign_in)
