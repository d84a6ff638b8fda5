"""What `metadata` itself plugs in, through the same door as everybody else."""

from __future__ import annotations

from metadata.field_type import FIELD_TYPES
from metadata.field_types import BUILT_IN
from metadata.kind import DEFINITION_KINDS
from metadata.kinds import KINDS
from paas.kernel import Extensions


def register(extensions: Extensions) -> None:
    """Plug in the built-in field types and kinds of definitions."""
    extensions.register(FIELD_TYPES, *BUILT_IN)
    extensions.register(DEFINITION_KINDS, *KINDS)
