"""How the checks of a campaign are read, with those who see to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from orchflow.store.reading import row_id
from orchflow.store.written import Refused, short

MOST_CHECKS = 200
Owners: TypeAlias = Annotated[
    dict[Annotated[str, Field(max_length=60)], Annotated[int, Field(ge=1, le=2**53 - 1)] | None],
    Field(max_length=MOST_CHECKS),
]
"""Their form in JSON."""


def owners_by_key(value: Any) -> dict[str, int | None]:
    """User ids (or None) by the keys of checks."""
    if not isinstance(value, Mapping) or len(value) > MOST_CHECKS:
        raise Refused('must give who sees to each check, like {"backup-made": 7, "single-sign-on": null}')
    return {str(key): None if owner is None else _user_id(owner) for key, owner in value.items()}


def _user_id(value: Any) -> int:
    number = row_id(value)
    if number is None:
        raise Refused(f"is not the number of a person: {short(value)}")
    return number
