"""The demo: the CRM pack with its sample data, and people who can sign in."""

from __future__ import annotations

from dataclasses import dataclass

from paas.http import Services
from paas.kernel import CallContext, uuid7
from runtime import ListQuery
from seeds import SignIn, install_pack, pack_folder

PACK = "crm"


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """Somebody who can sign in to the demo."""

    login: str
    password: str
    user_id: str
    name: str
    role: str


def install_demo(services: Services) -> list[DemoSignIn]:
    """Install the CRM pack with sample data, once, and return the demo sign-ins.

    Passwords that were changed since are left alone, and shown as the pack has them.
    """
    context = CallContext(now=services.clock(), zone=services.zone, origin="seed", trace_id=uuid7())
    people: dict[str, SignIn] = {}

    def give(user_id: str, sign_in: SignIn) -> None:
        people[user_id] = sign_in
        if not services.accounts.has_password(user_id):
            services.accounts.set_password(user_id, sign_in.login, sign_in.password)

    install_pack(
        services.publish,
        services.records,
        pack_folder(PACK),
        sample_data=True,
        context=context,
        give_sign_in=give,
        approvals=services.approvals,
    )
    return [_shown(services, context, *each) for each in people.items()]


def _shown(services: Services, context: CallContext, user_id: str, sign_in: SignIn) -> DemoSignIn:
    query = ListQuery(fields=("name", "roleId.name"), filter=f"id = '{user_id}'", limit=1)
    user = services.records.list(context, "user", query).records[0]
    return DemoSignIn(
        login=sign_in.login,
        password=sign_in.password,
        user_id=user_id,
        name=str(user["name"]),
        role=str(user["roleId.name"] or ""),
    )
