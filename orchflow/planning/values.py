"""How the few fields of the plan are read that are of a kind of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import chain, count
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from orchflow.paths import content
from orchflow.store.reading import row_id
from orchflow.store.written import Refused, number, short

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 60
_ADDRESS = re.compile(r"[a-z0-9-]+(/[a-z0-9.-]*[a-z0-9-])*")
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


def slug(value: Any) -> str:
    """A key in small letters, digits and hyphens."""
    written = str(value).strip()
    if len(written) > LONGEST_SLUG or not SLUG.fullmatch(written):
        raise Refused(f"is not a key like first-agent (at most {LONGEST_SLUG} characters): {short(written)}")
    return written


def slug_of(name: str, taken: Collection[str]) -> str:
    """The key of a name, another one than those `taken`; a name without Latin letters or digits is called item."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain.lower()))[: LONGEST_SLUG - 5].strip("-") or "item"
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(key for key in chain([stem], numbered) if key not in taken)


def guide_address(value: Any) -> str:
    """The address of a page that ships, like flows/flow-3-first-agent/integration."""
    written = str(value).strip().strip("/").removesuffix(".md")
    if not _ADDRESS.fullmatch(written) or not (content() / "docs" / f"{written}.md").is_file():
        raise Refused(f"there is no page {short(written)}")
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
