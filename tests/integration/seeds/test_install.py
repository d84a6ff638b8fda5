"""Installing packs on both databases: whole or not at all, and the same twice."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from metadata import write_folder
from paas.app.settings import Settings
from paas.app.tenant import open_tenant
from paas.http import Services
from paas.kernel import CallContext
from runtime import ListQuery
from seeds import Installed, PackDataInvalid, PackUnknown, SignIn, install_pack, pack_folder
from tests.support.database import Place

OBJECT = """
uid: 018f0000-0000-7000-8000-000000000001
object: shelf
label: 货架
name_field: shelfName
fields:
  - {uid: 018f0000-0000-7000-8000-000000000002, field: shelfName, label: 名称, type: text, required: true}
  - {uid: 018f0000-0000-7000-8000-000000000003, field: shelfCode, label: 编号, type: text, unique: true}
  - {uid: 018f0000-0000-7000-8000-000000000004, field: nextId, label: 下一个, type: lookup, to: shelf}
  - {uid: 018f0000-0000-7000-8000-000000000005, field: boards, label: 层数, type: integer}
rules:
  - uid: 018f0000-0000-7000-8000-000000000006
    rule: fewBoards
    label: 层数上限
    when: shelf.boards>9
    message: 层数不能超过9。
    at: field:boards
"""  # noqa: E501


@pytest.fixture
def services(place: Place, tmp_path: Path) -> Iterator[Services]:
    settings = Settings(
        database_url=place.url, database_schema=place.schema, home=tmp_path / "home"
    )
    opened = open_tenant(settings)
    yield opened
    opened.close()


def context(services: Services) -> CallContext:
    return CallContext(now=services.clock(), origin="seed")


def install(services: Services, folder: Path, **options: object) -> Installed:
    return install_pack(
        services.publish,
        services.records,
        folder,
        sample_data=True,
        context=context(services),
        **options,  # type: ignore[arg-type]
    )


def pack(tmp_path: Path, csv: str) -> Path:
    folder = tmp_path / "shelves"
    (folder / "objects").mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text("name: shelves\nversion: 1.0.0\n", encoding="utf-8")
    (folder / "objects" / "shelf.yaml").write_text(OBJECT, encoding="utf-8")
    (folder / "data" / "shelf.csv").write_text(csv, encoding="utf-8")
    return folder


def shelves(services: Services) -> list[dict]:
    query = ListQuery(fields=("shelfCode", "shelfName", "nextId.shelfCode"), sort="shelfCode")
    found = services.records.list(context(services), "shelf", query).records
    return [{key: each[key] for key in query.fields or ()} for each in found]


def test_the_crm_is_installed_once_and_a_second_run_changes_nothing(services: Services) -> None:
    given: list[tuple[str, SignIn]] = []
    first = install(services, pack_folder("crm"), give_sign_in=lambda *each: given.append(each))
    again = install(services, pack_folder("crm"))

    assert first.created["account"] >= 120
    assert first.created["contact"] >= 200
    assert set(first.kept.values()) == {0}
    assert "admin" in {sign_in.login for _, sign_in in given}
    assert all(user_id for user_id, _ in given)
    assert again.is_unchanged
    assert again.kept == first.created


def test_the_crm_is_written_as_retrieve_writes_it(services: Services, tmp_path: Path) -> None:
    install(services, pack_folder("crm"))
    folder = tmp_path / "retrieved"
    folder.mkdir()
    shutil.copy(pack_folder("crm") / "pack.yaml", folder)
    with services.database.read() as connection:
        snapshot = services.catalog.snapshot(connection)
    write_folder(snapshot, folder, kinds=services.catalog.kinds)
    assert files(folder) == files(pack_folder("crm"))


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*.yaml")}


def test_approvals_are_replayed_once(services: Services) -> None:
    def statuses() -> dict[str, int]:
        query = ListQuery(fields=("approvalStatus",), limit=200)
        found = services.records.list(context(services), "account", query).records
        counts = Counter(each["approvalStatus"] for each in found)
        return {status: counts[status] for status in ("approved", "pending", "rejected")}

    install(services, pack_folder("crm"), approvals=services.approvals)
    first = statuses()
    install(services, pack_folder("crm"), approvals=services.approvals)

    assert first == {"approved": 5, "pending": 6, "rejected": 1}
    assert statuses() == first


def test_records_may_refer_to_each_other_in_circles(services: Services, tmp_path: Path) -> None:
    folder = pack(tmp_path, "shelfCode,shelfName,nextId.shelfCode\nA,甲,B\nB,乙,A\nC,丙,\n")
    assert install(services, folder).created == {"shelf": 3}
    assert [(each["shelfCode"], each["nextId.shelfCode"]) for each in shelves(services)] == [
        ("A", "B"),
        ("B", "A"),
        ("C", None),
    ]


def test_what_people_changed_since_is_left_alone(services: Services, tmp_path: Path) -> None:
    install(services, pack(tmp_path, "shelfCode,shelfName\nA,甲\n"))
    later = install(
        services, pack(tmp_path, "shelfCode,shelfName,nextId.shelfCode\nA,改,\nB,乙,A\n")
    )
    assert (later.created, later.kept) == ({"shelf": 1}, {"shelf": 1})
    assert shelves(services) == [
        {"shelfCode": "A", "shelfName": "甲", "nextId.shelfCode": None},
        {"shelfCode": "B", "shelfName": "乙", "nextId.shelfCode": "A"},
    ]


@pytest.mark.parametrize(
    ("csv", "code", "line"),
    [
        ("shelfCode,shelfName,boards\nA,甲,3\nB,乙,10\n", "pack.row_refused", 3),
        ("shelfCode,shelfName\nA,甲\nB,\n", "pack.row_refused", 3),
        ("shelfCode,shelfName,nextId.shelfCode\nA,甲,Z\n", "pack.reference_unknown", 2),
        ("shelfCode,shelfName,boards\nA,甲,many\n", "pack.cell_unreadable", 2),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_loaded(
    services: Services, tmp_path: Path, csv: str, code: str, line: int
) -> None:
    with pytest.raises(PackDataInvalid) as refused:
        install(services, pack(tmp_path, csv))
    assert [(each.code, each.params["line"]) for each in refused.value.errors] == [(code, line)]
    assert shelves(services) == []


def test_a_refused_row_is_told_the_rules_message(services: Services, tmp_path: Path) -> None:
    with pytest.raises(PackDataInvalid) as refused:
        install(services, pack(tmp_path, "shelfCode,shelfName,boards\nA,甲,10\n"))
    assert refused.value.errors[0].detail("zh-CN") == "第 2 行：层数不能超过9。"


def test_more_rows_than_a_command_takes_are_loaded(services: Services, tmp_path: Path) -> None:
    lines = "".join(f"S{i:04d},货架{i}\n" for i in range(450))
    assert install(services, pack(tmp_path, "shelfCode,shelfName\n" + lines)).created == {
        "shelf": 450
    }


def test_a_file_named_after_no_object_is_refused(services: Services, tmp_path: Path) -> None:
    folder = pack(tmp_path, "shelfCode,shelfName\n")
    (folder / "data" / "rack.csv").write_text("code\nA\n", encoding="utf-8")
    with pytest.raises(PackDataInvalid) as refused:
        install(services, folder)
    assert [each.code for each in refused.value.errors] == ["pack.object_unknown"]


def test_an_unknown_pack_is_a_problem() -> None:
    with pytest.raises(PackUnknown):
        pack_folder("no-such-pack")


def test_a_pack_brings_values_of_its_settings(services: Services, tmp_path: Path) -> None:
    role = "018f0000-0000-7000-8000-00000000000a"
    folder = pack(tmp_path, "shelfCode,shelfName\nA,甲\n")
    (folder / "objects" / "limits.yaml").write_text(
        "uid: 018f0000-0000-7000-8000-00000000000b\nobject: limits\nlabel: 额度\nsetting: true\n"
        "fields:\n  - {uid: 018f0000-0000-7000-8000-00000000000c, field: most, type: integer}\n",
        encoding="utf-8",
    )
    (folder / "roles").mkdir()
    (folder / "roles" / "keeper.yaml").write_text(f"uid: {role}\nrole: keeper\n", encoding="utf-8")
    (folder / "data" / "limits.csv").write_text(
        f"setupKey,setupRoleId.apiName,most\neverybody,,5\n{role},keeper,9\n", encoding="utf-8"
    )
    assert install(services, folder).created == {"limits": 2, "shelf": 1}
    assert install(services, folder).created == {"limits": 0, "shelf": 0}
    query = ListQuery(fields=("setupKey", "most"), sort="most")
    found = services.records.list(context(services), "limits", query).records
    assert [(each["setupKey"], each["most"]) for each in found] == [("everybody", 5), (role, 9)]
