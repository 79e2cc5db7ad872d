"""Files into what people keep: the same reader as on the screens and the command line."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, create_model

from orchflow.api.bodies import Body, answer
from orchflow.api.models import camel
from orchflow.api.paging import Words
from orchflow.api.request_context import Writer
from orchflow.costs.fact_names import fact_names
from orchflow.costs.input_file import import_inputs
from orchflow.currencies import CODES
from orchflow.errors import Invalid, Problem
from orchflow.store.entity import Entity


class FileRows(Body):
    """A file to read: a CSV as `text`, or any file as `base64`."""

    filename: Annotated[Words, Field(max_length=200)] = Field(
        description="Its name, whose suffix says what it is: .csv, .tsv or .xlsx."
    )
    text: str | None = Field(None, description="The whole file, where it is text.")
    base64: str | None = Field(
        None, description="The bytes of the file in base64, as an Excel file must be sent."
    )
    currency: Annotated[Words, Field(max_length=3)] | None = Field(
        None, description="Of new rows that name none; the workspace's when left out."
    )
    of: Annotated[Words, Field(max_length=3)] | None = Field(
        None,
        description="Of exchange rates with a column for each currency: the currency that they are the worth of.",
    )
    dry_run: bool = Field(False, description="Say what would happen and store nothing.")


class RowProblem(BaseModel):
    """What is wrong with a row of the file, or to be told of it."""

    row: int | None = Field(description="Its number in the file; the heading is 1.")
    field: str
    message: str


class FileReport(BaseModel):
    """How many rows were added, changed and left alone; those with problems were not stored."""

    created: int
    updated: int
    unchanged: int
    problems: list[RowProblem]
    notices: list[RowProblem] = Field(
        description="What there is to tell of rows that are good, such as names that no fact has."
    )
    unread: list[str] = Field(description="Columns that mean nothing here.")
    dry_run: bool
    request: str | None = Field(
        description="The number under which the history has it; null where nothing was stored."
    )


def add_import(router: APIRouter, entity: Entity[Any], new: Mapping[str, Any]) -> None:
    """The endpoint that reads a file of rows of `entity`; `new` is an example of one."""
    many = entity.many.replace("_", " ")
    row = "\n".join(",".join(map(str, cells)) for cells in (new.keys(), new.values()))
    example = {"filename": f"{entity.many}.csv", "text": row, "dry_run": True}
    model = create_model(
        f"{camel(entity.key)}File", __base__=FileRows, __module__=__name__, __doc__=FileRows.__doc__
    )
    model.model_config = {**model.model_config, "json_schema_extra": {"examples": [cast(Any, example)]}}
    model.model_rebuild(force=True)

    def import_file(caller: Writer, file: Any) -> JSONResponse:
        currency, of = _code("currency", file.currency), _code("of", file.of)
        report = import_inputs(
            caller.store, caller.actor, entity, _bytes(file), file.filename,
            currency=currency or caller.ws.currency, of=of, dry_run=file.dry_run, known=fact_names(caller.ws.warehouse),
        )  # fmt: skip
        return answer(report)

    import_file.__annotations__["file"] = model
    router.post(
        "/import", response_model=FileReport, operation_id=f"import{camel(entity.many)}", summary=f"Read {many} from a file",
        description=f"Adds the {many} of a CSV or Excel file and corrects those there are, as the screen and the command line do. "
        "Every good row is stored, every other one is told with its reason. The same file again changes nothing.",
    )(import_file)  # fmt: skip


def _bytes(file: FileRows) -> bytes:
    if (file.text is None) == (file.base64 is None):
        raise Invalid([Problem(None, "text", "send either text or base64")])
    field = "base64" if file.text is None else "text"
    try:
        return base64.b64decode(file.base64 or "", validate=True) if file.text is None else file.text.encode()
    except ValueError:
        raise Invalid([Problem(None, field, f"is no {field}")]) from None


def _code(field: str, told: str | None) -> str | None:
    if told is None:
        return None
    if told.upper() not in CODES:
        raise Invalid([Problem(None, field, f"is no currency of ISO 4217: {told}")])
    return told.upper()
