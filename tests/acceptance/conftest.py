"""The running product with the CRM pack, on each dialect, reached over HTTP and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest

from tests.acceptance.desk import Desk
from tests.support.server import Product, running_product

SignIn = Callable[[str], Desk]


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def product(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """A served tenant with the CRM pack and its sample data."""
    home = tmp_path_factory.mktemp("product")
    if request.param == "sqlite":
        with running_product(f"sqlite:///{home}/tenant.db", home=home) as running:
            yield running
        return
    url = request.getfixturevalue("postgresql_url")
    with _schema(url) as schema, running_product(url, schema=schema, home=home) as running:
        yield running


class _schema:
    """A schema of the test server that goes with the block."""

    def __init__(self, url: str) -> None:
        self._dsn = url.replace("+psycopg", "")
        self._name = f"t_{uuid.uuid4().hex}"

    def __enter__(self) -> str:
        self._execute(f"CREATE SCHEMA {self._name}")
        return self._name

    def __exit__(self, *_: object) -> None:
        self._execute(f"SET client_min_messages = warning; DROP SCHEMA {self._name} CASCADE")

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(sql)


@pytest.fixture(scope="session")
def sign_in(product: Product) -> SignIn:
    """Signs a demo user in; each is signed in once."""
    desks: dict[str, Desk] = {}

    def enter(login: str) -> Desk:
        if login not in desks:
            desks[login] = Desk(product.sign_in(login))
        return desks[login]

    return enter


@pytest.fixture
def sales(sign_in: SignIn) -> Desk:
    """王晓峰, a sales representative in 华东区."""
    return sign_in("sales")


@pytest.fixture
def manager(sign_in: SignIn) -> Desk:
    """周敏, the manager of 华东区."""
    return sign_in("manager")


@pytest.fixture
def admin(sign_in: SignIn) -> Desk:
    """管理员, the administrator."""
    return sign_in("admin")


@pytest.fixture
def description(admin: Desk) -> Iterator[Description]:
    """Publishes changes and takes them back when the test ends."""
    changed = Description(admin)
    yield changed
    changed.restore()


class Description:
    """What a test changes in the description, with the way back."""

    def __init__(self, admin: Desk) -> None:
        self._admin = admin
        self._undo: list[dict] = []

    def rule(self, object_name: str, name: str) -> dict:
        """Return a rule's document."""
        found = self._admin.definitions("validation_rule", object_name)
        return next(each for each in found if each["name"] == name)

    def change_rule(self, object_name: str, name: str, **changes: object) -> None:
        """Publish a rule with some keys changed."""
        before = self.rule(object_name, name)
        self._undo.append({"action": "put", "kind": "validation_rule", "document": before})
        self._admin.publish({**before, **changes}, kind="validation_rule")

    def add_rule(self, object_name: str, **document: object) -> None:
        """Publish a new rule."""
        name = f"r{uuid.uuid4().hex[:12]}"
        rule = {"object": object_name, "name": name, "label": name, **document}
        published = self._admin.publish(rule, kind="validation_rule")
        uid = published["changes"][0]["uid"]
        self._undo.append({"action": "delete", "kind": "validation_rule", "document": {"uid": uid}})

    def restore(self) -> None:
        """Take everything back."""
        undo, self._undo = self._undo[::-1], []
        if undo:
            self._admin.publish_changes(undo)
