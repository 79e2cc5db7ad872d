"""/guides: the pages of the guidance, for everybody who has a token."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from orchflow import clock
from orchflow.api.bodies import Day, answer
from orchflow.api.paging import Words
from orchflow.api.request_context import Reader
from orchflow.guidance.document import document, summary
from orchflow.guidance.page import Concern, Kind
from orchflow.guidance.pages import choose, load_pages
from orchflow.people.job_roles import SHIPPED

router = APIRouter(prefix="/guides", tags=["Guides"])
Topic = Literal["architecture", "security", "operations", "best-practices"]
Role = Annotated[str | None, Query(json_schema_extra=cast(Any, {"enum": list(SHIPPED)}), max_length=40)]


class Guide(BaseModel):
    """What the head of a page says."""

    address: str = Field(description="Where it is: flows/flow-1-initial-setup/hardware-setup.")
    title: str
    kind: Kind
    intent: str = Field(description="Who wants what by it, and what for.")
    flow: int | None
    step: str | None
    role: str | None
    topic: str | None
    concern: Concern | None
    minutes: int = Field(description="Reading time.")
    reviewed: Day
    interval: int = Field(description="Days until it must be read again.")
    verified: dict[str, str] = Field(
        description="The commit of each version of the platform that it was checked with."
    )
    stale: bool = Field(description="Its review is overdue.")


class Guides(BaseModel):
    """The pages, in the order of their addresses."""

    items: list[Guide]


class Heading(BaseModel):
    """A heading of the second level and the id by which it is linked."""

    title: str
    anchor: str


class NextGuide(BaseModel):
    """Where to go from here, and why."""

    page: str
    why: str


class GuideLink(BaseModel):
    """A link of a page: what it says, as the page has it, and from the root of this server."""

    text: str
    target: str
    address: str | None


class WholeGuide(Guide):
    """A page with its text. Links in the Markdown begin with screen:, check:, step: or the address of a page; in the HTML they
    lead to the app."""

    sections: list[Heading]
    next: list[NextGuide]
    markdown: str
    html: str
    links: list[GuideLink]


@router.get("", response_model=Guides, operation_id="list_guides", summary="List the guides")
def list_guides(
    caller: Reader,
    kind: Annotated[Kind | None, Query()] = None,
    flow: Annotated[int | None, Query(ge=1, le=6)] = None,
    step: Annotated[Words | None, Query()] = None,
    role: Role = None,
    topic: Annotated[Topic | None, Query()] = None,
    concern: Annotated[Concern | None, Query()] = None,
) -> JSONResponse:
    """Those of which the head says all that is asked for."""
    today = clock.today(caller.ws.zone)
    pages = choose(load_pages(), kind=kind, flow=flow, step=step, role=role, topic=topic, concern=concern)
    return answer({"items": [summary(page, today) for page in pages]})


@router.get("/{address:path}", response_model=WholeGuide, operation_id="read_guide", summary="Read a guide")
def read_guide(
    address: Annotated[str, Path(max_length=200, description="Its address, as the list has it.")],
    caller: Reader,
) -> JSONResponse:
    """One page, as Markdown and as safe HTML."""
    page = load_pages()[address]
    return answer(document(page, clock.today(caller.ws.zone)))
