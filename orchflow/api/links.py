"""/links: ways from rows of the plan to agents, documents and addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Changes, Guarded, Stored, Versioned, answer, created
from orchflow.api.paging import Id, Page, Paging, Words, page
from orchflow.api.request_context import Reader, Writer
from orchflow.api.row_reference import EntityKind, RowReference
from orchflow.planning.tables import LinkKind
from orchflow.planning.work import links

router = APIRouter(prefix="/links", tags=["Links"])
RowId = Annotated[Id, Path(description="The link's id.")]
Kind = Annotated[LinkKind, Field(strict=False)]


class LinkFields(BaseModel):
    """What may be set of a link."""

    kind: Kind = LinkKind.AGENT
    target: str = Field(
        "", min_length=1, max_length=2000, description="The agent's slug, the document's path, or the URL."
    )
    title: str = Field("", max_length=300)


class NewLink(RowReference, LinkFields, Body):
    """A link to add; to an agent unless `kind` says otherwise."""

    target: str = Field(
        min_length=1, max_length=2000, description="The agent's slug, the document's path, or the URL."
    )
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"entity": "project", "entity_id": 2, "kind": "agent", "target": "support-assistant"}
            ]
        }
    )


class LinkChanges(LinkFields, Changes):
    """Fields of a link to change."""


class LinkEdit(Versioned):
    """An edit of a link."""

    changes: LinkChanges
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 1, "changes": {"title": "The support assistant"}}]}
    )


class Link(LinkFields, RowReference, Stored):
    """A link as it is stored."""


class LinkPage(Page[Link]):
    """A page of links, by id."""


class LinkFilters(Paging):
    """Which links to list: those to which every given filter applies."""

    entity: EntityKind | None = None
    entity_id: Id | None = None
    kind: LinkKind | None = None
    target: Words | None = Field(None, description="With `kind` agent: everything that leads to this agent.")


@router.get("", response_model=LinkPage, operation_id="listLinks", summary="List links")
def list_links(caller: Reader, filters: Annotated[LinkFilters, Query()]) -> JSONResponse:
    """The links to which every given filter applies, page by page."""
    found = links.list_links(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post("", status_code=201, response_model=Link, operation_id="createLink", summary="Add a link")
def create_link(request: Request, caller: Writer, link: NewLink) -> JSONResponse:
    """Hangs a link on a row. A URL must be one that a browser may safely follow."""
    fields = link.model_dump(exclude={"entity", "entity_id"})
    row = links.add_link(
        caller.store, caller.actor, link.entity, link.entity_id, **fields, request=caller.request
    )
    return created(request, row)


@router.get("/{link_id}", response_model=Link, operation_id="getLink", summary="Read a link")
def get_link(caller: Reader, link_id: RowId) -> JSONResponse:
    """One link."""
    return answer(links.get_link(caller.store, caller.actor, link_id))


@router.patch("/{link_id}", response_model=Link, operation_id="updateLink", summary="Change a link")
def update_link(caller: Writer, link_id: RowId, edit: LinkEdit) -> JSONResponse:
    """Saves the changed fields. Fields that others have changed since `version` are merged; the same field conflicts."""
    saved = links.update_link(
        caller.store, caller.actor, link_id, edit.version, edit.changes.given(), request=caller.request
    )
    return answer(saved.row)


@router.delete("/{link_id}", status_code=204, operation_id="deleteLink", summary="Delete a link")
def delete_link(caller: Writer, link_id: RowId, guard: Guarded) -> Response:
    """Takes a link off; with a `version` only if nobody has changed it since."""
    links.get_link(caller.store, caller.actor, link_id)
    links.delete_link(caller.store, caller.actor, link_id, guard.version, caller.request)
    return Response(status_code=204)
