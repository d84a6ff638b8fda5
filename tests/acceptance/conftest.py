"""The running product with the CRM pack, on each dialect, reached over HTTP and nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.acceptance.desk import Desk
from tests.support.server import Product

SignIn = Callable[[str], Desk]


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
