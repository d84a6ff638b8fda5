"""Text in request bodies: only what databases and JSON answers can carry again."""

from __future__ import annotations

import json
from typing import Annotated, TypeVar

from pydantic import Field

Plain = Annotated[str, Field(pattern=r"^[^\x00]*$")]
"""Text without NUL, which PostgreSQL cannot store."""

T = TypeVar("T")


def encodable(value: T) -> T:
    """Return `value` if all its text is Unicode; JSON's escapes can write half characters."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise ValueError("it holds text that is not Unicode, or is nested too deeply") from error
    return value
