"""How the few fields of the plan are read that are of a kind of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from orchflow.store.reading import row_id
from orchflow.store.written import Refused, number, short

PROJECT_NUMBER = re.compile(r"\d{1,4}(\.\d{1,4}){0,2}", re.ASCII)
MOST_MEMBERS, MOST_DAYS = 200, 366
UserIds: TypeAlias = Annotated[
    list[Annotated[int, Field(ge=1, le=2**53 - 1)]], Field(max_length=MOST_MEMBERS)
]
UserDays: TypeAlias = Annotated[
    dict[
        Annotated[str, Field(pattern="^[1-9][0-9]{0,14}$")],
        Annotated[float, Field(ge=0, le=MOST_DAYS, allow_inf_nan=False)],
    ],
    Field(max_length=MOST_MEMBERS),
]
"""Their form in JSON."""


def project_number(value: Any) -> str:
    """A project's number, like 1.2."""
    written = str(value).strip()
    if not PROJECT_NUMBER.fullmatch(written):
        raise Refused(f"is not a number like 1.2: {short(written)}")
    return written


def member_ids(value: Any) -> list[int]:
    """User ids, each once, in order."""
    if not isinstance(value, list | tuple | set | frozenset) or len(value) > MOST_MEMBERS:
        raise Refused(f"must be a list of at most {MOST_MEMBERS} user ids")
    return sorted({_user_id(each) for each in value})


def days_off(value: Any) -> dict[str, float]:
    """Days off by user id (as text), those without any left out."""
    if not isinstance(value, Mapping) or len(value) > MOST_MEMBERS:
        raise Refused("must give days off by user id, like {7: 2.5}")
    return {str(_user_id(person)): _days(days) for person, days in value.items() if days}


def _user_id(value: Any) -> int:
    number = row_id(value)
    if number is None:
        raise Refused(f"is not the number of a person: {short(value)}")
    return number


def _days(value: Any) -> float:
    days = number(value) if isinstance(value, str) else Decimal(str(value))
    if not 0 <= days <= MOST_DAYS:
        raise Refused(f"must be from 0 to {MOST_DAYS}, not {value}")
    if round(days, 2) != days:
        raise Refused(f"has more than 2 decimals: {value}")
    return float(days)
