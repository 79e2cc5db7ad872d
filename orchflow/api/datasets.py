"""/datasets: what may be taken away, whole as a file or page by page."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Literal, Protocol, cast

from fastapi import APIRouter, Path, Query
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.background import BackgroundTask

from orchflow.api.bodies import Day, read_day
from orchflow.api.paging import Words
from orchflow.api.request_context import Caller, Reader
from orchflow.disk import takeaway
from orchflow.encoding import to_text
from orchflow.errors import Invalid, Problem, Unavailable
from orchflow.people.permissions import Permission
from orchflow.reports.cursors import LONGEST
from orchflow.reports.dataset import Selection
from orchflow.reports.datasets import DATASETS, export, find_dataset, list_datasets, read_page, stream
from orchflow.table_files.aside import SLOW
from orchflow.table_files.write import FORMATS, format_of, table_bytes

router = APIRouter(prefix="/datasets", tags=["Datasets"])
NAMES = {"enum": list(DATASETS)}
LARGEST_PAGE = 10_000
AT_ONCE = 4
"""Files that are written at once; who comes later is asked to try again."""

_writing = threading.BoundedSemaphore(AT_ONCE)

Name = Annotated[str, Path(description="The dataset.", json_schema_extra=cast(Any, NAMES), max_length=60)]
Format = Literal["csv", "xlsx", "parquet", "json"]


class Column(BaseModel):
    """A column of a dataset."""

    name: str
    type: str = Field(description="As Arrow names it.")
    about: str = Field(description="What it holds.")
    unit: str = Field(description="The unit of its numbers; empty for none.")
    filter: bool = Field(description="Whether `where` can narrow the rows by it.")


class Dataset(BaseModel):
    """Something to take away."""

    name: str = Field(json_schema_extra=cast(Any, NAMES))
    description: str = Field(description="What one row is.")
    dated: bool = Field(description="Whether `from` and `to` can narrow it.")
    key: list[str] = Field(description="The columns in whose order its pages come.")
    columns: list[Column]


class Datasets(BaseModel):
    """Every dataset that the token's user may take away."""

    items: list[Dataset]


class Rows(BaseModel):
    """A page of a dataset: each row by the names of its columns."""

    items: list[dict[str, Any]]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


class DatasetQuery(BaseModel):
    """The part that is meant; parameters other than those described are refused, and those of a page where a file is asked for."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: Day | None = Field(None, alias="from", description="First day, in the workspace's zone.")
    end: Day | None = Field(None, alias="to", description="Last day, included.")
    where: Annotated[list[Words] | None, Field(max_length=50)] = Field(
        None,
        description="`column=value`; may be repeated. Of several values of one column any, of several columns each must "
        "hold; the value `none` is for rows without one.",
        examples=[["provider=openai"]],
    )
    format: Format | None = Field(
        None, description="The whole part as a file, streamed; a page when left out."
    )
    cursor: Annotated[str, Field(max_length=LONGEST)] | None = Field(
        None, description="Of a page: `next` of the page before; leave it out for the first."
    )
    limit: int = Field(1_000, ge=1, le=LARGEST_PAGE, description="Of a page: its rows.")

    def part(self) -> Selection:
        """What is meant; Invalid for a day or a filter that is none, and for a page of a file."""
        no_page_of_a_file(self.model_fields_set, self.format)
        return Selection(read_day("from", self.start), read_day("to", self.end), _narrowing(self.where or ()))


def no_page_of_a_file(asked: Collection[str], form: Format | None) -> None:
    """Invalid where a file is asked for together with what is of a page."""
    of_page = sorted({*asked} & {"cursor", "limit"}) if form else []
    if of_page:
        said = f"is of a page; with format={form} all rows come in one file"
        raise Invalid([Problem(None, name, said) for name in of_page], "Leave it out, or the format.")


@router.get("", response_model=Datasets, operation_id="listDatasets", summary="List the datasets")
def list_all(caller: Reader) -> JSONResponse:
    """Every dataset that the token's user may take away: what a row is, its columns with their meaning and unit."""
    caller.actor.require(Permission.EXPORT)
    items = [
        {
            "name": each.name,
            "description": each.description,
            "dated": each.dated,
            "key": list(each.key),
            "columns": [
                {
                    "name": column.name,
                    "type": str(column.kind),
                    "about": column.about,
                    "unit": column.unit,
                    "filter": column.narrows,
                }
                for column in each.columns(caller.ws)
            ],
        }
        for each in list_datasets(caller.actor)
    ]
    return JSONResponse({"items": items})


@router.get(
    "/{name}", response_model=Rows, operation_id="getDataset", summary="Read a dataset",
    responses={200: {"content": {format_of(f".{name}").mime: {} for name in ("csv", "xlsx", "parquet")}}},
)  # fmt: skip
def get_dataset(name: Name, asked: Annotated[DatasetQuery, Query()], caller: Reader) -> Response:
    """A page of its rows in the order of their key, or with `format` the whole as a file, whatever its size.

    Rows that are added or removed meanwhile are neither skipped nor repeated by the pages. What the token's user may not
    see of people and small groups is left out. A sheet of Excel holds 1,048,575 rows; more are refused at once.
    """
    return rows_answered(caller, name, asked.part(), asked)


class Leafing(Protocol):
    """How rows are asked for: as a page, or with a format as a file."""

    format: Format | None
    cursor: str | None
    limit: int


def rows_answered(caller: Caller, name: str, part: Selection, asked: Leafing) -> Response:
    """A part of a dataset, as a page or as a file."""
    if asked.format is None:
        page = read_page(caller.ws, caller.actor, name, part, asked.cursor, asked.limit)
        rows = table_bytes(".json", name, page.rows)
        return Response(
            b'{"items": ' + rows + f', "next": {to_text(page.next)}}}'.encode(), media_type="application/json"
        )
    find_dataset(caller.actor, name)
    suffix = f".{asked.format}"
    told = {"Content-Disposition": f'attachment; filename="{name}{suffix}"'}
    if suffix not in SLOW:
        pieces = _turn_by_turn(stream(caller.ws, caller.actor, name, suffix, part))
        return StreamingResponse(pieces, media_type=FORMATS[suffix].mime, headers=told)
    return _written_aside(caller, name, suffix, part)


def _turn_by_turn(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, the first of which is made at once: what goes wrong until then is still an answer of its own."""
    first = next(pieces)

    def rest() -> Iterator[bytes]:
        yield first
        yield from pieces

    return rest()


def _written_aside(caller: Caller, name: str, suffix: str, part: Selection) -> Response:
    """A file of a format that takes its time: written on the disk by a process of its own, and removed once it was sent."""
    with _place_to_write():
        folder = takeaway.new_folder(caller.ws.settings.home)
        try:
            made = export(
                caller.ws,
                caller.actor,
                name,
                folder / f"{name}{suffix}",
                part.start,
                part.end,
                where=part.where,
            )
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return FileResponse(
        made.path, media_type=FORMATS[suffix].mime, filename=made.path.name,
        headers={"X-Texts-Cut-Off": str(made.cut)} if suffix == ".xlsx" else None,
        background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True),
    )  # fmt: skip


@contextmanager
def _place_to_write() -> Iterator[None]:
    if not _writing.acquire(blocking=False):
        raise Unavailable(
            f"{AT_ONCE} files are being written already", "Try again in a moment, or take CSV or Parquet."
        )
    try:
        yield
    finally:
        _writing.release()


def _narrowing(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    narrowed: dict[str, tuple[str, ...]] = {}
    for word in words:
        column, mark, value = word.partition("=")
        if not mark or not column:
            raise Invalid([Problem(None, "where", f"{word!r} is not like column=value")])
        narrowed[column] = (*narrowed.get(column, ()), value)
    return narrowed
