"""Lists in pages. The cursor says after which row the next page begins, so rows that come or go move nothing."""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any, Generic, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from orchflow.encoding import as_json
from orchflow.errors import Invalid, Problem

LARGEST_PAGE = 500
LARGEST_ID = 2**53 - 1
"""The largest whole number that every program reads from JSON as it was written."""

Item = TypeVar("Item")


class Numbered(Protocol):
    """A row with an id."""

    @property
    def id(self) -> int: ...


def _plain(text: str) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise ValueError("must not hold control characters")
    return text


Words = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_plain)]
"""A text to look for."""

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""The number of a row."""


class Paging(BaseModel):
    """The parameters of every list; others than those described are refused, so that a slip is not overlooked."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="`next` of the page before; leave it out for the first page."
    )
    limit: int = Field(100, ge=1, le=LARGEST_PAGE, description="Rows in a page.")

    def after(self) -> int | None:
        """The id after which the page begins; Invalid for a cursor that is none."""
        return None if self.cursor is None else _read(self.cursor)

    def filters(self) -> dict[str, Any]:
        """The filters that were given."""
        parameters = self.model_dump(exclude={"cursor", "limit"})
        return {name: value for name, value in parameters.items() if value is not None}


class Page(BaseModel, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


def page(rows: Sequence[Numbered], limit: int) -> dict[str, Any]:
    """The page that `rows` make, which were read by id with a limit of one more than `limit`."""
    shown = rows[:limit]
    more = len(rows) > limit
    return {"items": [as_json(row) for row in shown], "next": _written(shown[-1].id) if more else None}


def page_in_order(rows: Sequence[Numbered], paging: Paging) -> dict[str, Any]:
    """The page of a list that is complete in memory, in any order: it begins after the row the cursor names."""
    after = paging.after()
    places = {row.id: place for place, row in enumerate(rows)}
    begin = 0 if after is None else places.get(after, len(rows) - 1) + 1
    return page(rows[begin : begin + paging.limit + 1], paging.limit)


def _written(last: int) -> str:
    return base64.urlsafe_b64encode(f"after:{last}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        kind, _, number = text.partition(":")
        if kind == "after" and number.isascii() and number.isdecimal() and 0 < int(number) <= LARGEST_ID:
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise Invalid([Problem(None, "cursor", "is not one that this API gave out")], "Begin again without it.")
