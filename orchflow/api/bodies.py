"""The forms that the content of requests and answers shares. They describe the JSON; the features read the values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.paging import Id, Numbered, Words
from orchflow.encoding import as_json
from orchflow.errors import Invalid, Problem
from orchflow.store import moments
from orchflow.store.written import Refused

Day = Annotated[str, Field(json_schema_extra={"format": "date"}, max_length=10)]
"""A calendar day, like 2026-11-22."""


def read_day(field: str, text: str | None) -> date | None:
    """The day that a parameter names; Invalid where it names none."""
    if text is None:
        return None
    try:
        return moments.day(text)
    except Refused as error:
        raise Invalid([Problem(None, field, str(error))]) from None


Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, max_length=40)]
"""An instant in ISO 8601 with its zone; answers give it in UTC."""

Number = Annotated[float, Field(allow_inf_nan=False)]


class Guard(BaseModel):
    """What a row must still be like to be deleted; other parameters are refused, so that a slip deletes nothing."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(
        None, ge=1, le=2**31 - 1, description="Delete only if the row still has this version."
    )


Guarded = Annotated[Guard, Query()]


class Body(BaseModel):
    """Content of a request: no type is bent into another, and a field that does not exist is refused."""

    model_config = ConfigDict(strict=True, extra="forbid")


def _no_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class Changes(Body):
    """Only the fields that change; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra=_no_defaults)

    def given(self) -> dict[str, Any]:
        """Field → new value, of the fields that were sent."""
        return self.model_dump(exclude_unset=True)


class Versioned(Body):
    """An edit of what was read at `version`."""

    version: int = Field(
        ge=1, le=2**31 - 1, description="The `version` of the row that the changes were made from."
    )


class StoredRow(BaseModel):
    """What every stored row carries."""

    model_config = ConfigDict(
        json_schema_serialization_defaults_required=True, json_schema_extra=_no_defaults
    )

    id: Id = Field(description="Never used again for another row.")
    version: int = Field(ge=1, description="Rises with every change; send it back with an edit.")
    created_at: Instant
    updated_at: Instant


def notices_where_any(schema: dict[str, Any]) -> None:
    """The schema of a saved row, whose `notices` stand only where there are some."""
    _no_defaults(schema)
    schema["required"] = [name for name in schema.get("required", []) if name != "notices"]


class Notice(BaseModel):
    """What there is to tell of a value that was stored."""

    field: str
    message: str


class BulkItem(Changes):
    """A row to add or change: of one that is stored already only what is sent changes."""

    external_id: Annotated[Words, Field(max_length=200)] = Field(
        description="Its key in the other program.", examples=["ORC-7"]
    )


class Bulk(Body):
    """Rows by their keys in another program."""

    external_source: Annotated[Words, Field(max_length=64)] = Field(
        description="The program whose keys `external_id` are.", examples=["jira"]
    )


class BulkError(BaseModel):
    """One refused value."""

    field: str
    message: str


class BulkOutcome(BaseModel):
    """What became of one row."""

    external_id: str
    outcome: Literal["created", "updated", "unchanged", "refused", "conflict"]
    id: Id | None = Field(None, description="Null when the row was not stored.")
    version: int | None = None
    errors: list[BulkError] = []
    conflicts: list[dict[str, Any]] = []


class BulkReport(BaseModel):
    """How many rows were added, changed, left alone, refused; and each row's outcome in the order sent."""

    created: int
    updated: int
    unchanged: int
    refused: int = Field(description="Refused, or in conflict with somebody's change at the same moment.")
    items: list[BulkOutcome]


def answer(row: Any) -> JSONResponse:
    """200 with a row or report."""
    return JSONResponse(as_json(row))


def with_notices(row: Any, notices: Sequence[Problem]) -> Any:
    """A stored row as JSON, with what there is to tell of it, where there is anything."""
    told = [{"field": notice.field, "message": notice.message} for notice in notices]
    return {**as_json(row), **({"notices": told} if told else {})}


def created(request: Request, row: Numbered, notices: Sequence[Problem] = ()) -> JSONResponse:
    """201 with the new row and its address."""
    address = f"{request.scope['path'].rstrip('/')}/{row.id}"
    return JSONResponse(with_notices(row, notices), 201, {"Location": address})
