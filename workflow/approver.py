"""The built-in kinds of approvers: a named user, a role, the owner's manager, a user field."""

from __future__ import annotations

from pydantic import Field

from metadata import ApiName, Part, Rename
from workflow.extension import ApproverKind, Source

OWNERS_MANAGER = "ownerId.managerId"


class UserSettings(Part):
    """`user`: an id, an e-mail address or an employee code."""

    user: str = Field(min_length=1, max_length=255)


class RoleSettings(Part):
    """`role`: the API name of a role; all its active users are asked."""

    role: ApiName


class NoSettings(Part):
    """The kind says everything."""


class FieldSettings(Part):
    """`field`: a user field of the record, or a path through lookups to one."""

    field: str = Field(min_length=1, max_length=1000)


def _role_renamed(settings: RoleSettings, rename: Rename) -> RoleSettings:
    is_ours = rename.kind == "role" and rename.old.casefold() == settings.role.casefold()
    return settings.model_copy(update={"role": rename.new}) if is_ours else settings


USER = ApproverKind(
    key="user",
    settings=UserSettings,
    people=lambda settings, directory, _values: directory.known_as(settings.user),
)
ROLE = ApproverKind(
    key="role",
    settings=RoleSettings,
    people=lambda settings, directory, _values: directory.in_role(settings.role),
    references=lambda settings, _object: (("role", None, settings.role),),
    renamed=_role_renamed,
)
OWNER_MANAGER = ApproverKind(
    key="owner_manager",
    settings=NoSettings,
    people=lambda _settings, _directory, values: values,
    formulas=lambda _settings: (Source(None, OWNERS_MANAGER),),
)
FIELD = ApproverKind(
    key="field",
    settings=FieldSettings,
    people=lambda _settings, _directory, values: values,
    formulas=lambda settings: (Source("/field", settings.field),),
)

BUILT_IN_APPROVERS = (USER, ROLE, OWNER_MANAGER, FIELD)
