"""/comments: what people say about rows of the plan."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Changes, Edited, Guarded, Versioned, answer, created
from orchflow.api.paging import Id, Page, Paging, page
from orchflow.api.request_context import Reader, Writer
from orchflow.api.row_reference import EntityKind, RowReference
from orchflow.planning.work import comments

router = APIRouter(prefix="/comments", tags=["Comments"])
RowId = Annotated[Id, Path(description="The comment's id.")]


class CommentFields(BaseModel):
    """What may be set of a comment."""

    body: str = Field("", min_length=1, max_length=20_000)


class NewComment(RowReference, CommentFields, Body):
    """A comment to add; its author is the token's user."""

    body: str = Field(min_length=1, max_length=20_000)
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"entity": "task", "entity_id": 12, "body": "Ready for a second look."}]
        }
    )


class CommentChanges(CommentFields, Changes):
    """Fields of a comment to change."""


class CommentEdit(Versioned):
    """An edit of a comment."""

    changes: CommentChanges
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"version": 1, "changes": {"body": "Ready for review."}}]}
    )


class Comment(CommentFields, RowReference, Edited):
    """A comment as it is stored."""

    author_id: Id | None = Field(description="Null: the product itself.")


class CommentPage(Page[Comment]):
    """A page of comments, oldest first."""


class CommentFilters(Paging):
    """Which comments to list: those to which every given filter applies."""

    entity: EntityKind | None = None
    entity_id: Id | None = None
    author_id: Id | None = None


@router.get("", response_model=CommentPage, operation_id="listComments", summary="List comments")
def list_comments(caller: Reader, filters: Annotated[CommentFilters, Query()]) -> JSONResponse:
    """The comments to which every given filter applies, oldest first, page by page."""
    found = comments.list_comments(
        caller.store, caller.actor, **filters.filters(), after=filters.after(), limit=filters.limit + 1
    )
    return answer(page(found, filters.limit))


@router.post(
    "", status_code=201, response_model=Comment, operation_id="createComment", summary="Add a comment"
)
def create_comment(request: Request, caller: Writer, comment: NewComment) -> JSONResponse:
    """Says something about a row; everybody who works on the plan may."""
    row = comments.add_comment(
        caller.store, caller.actor, comment.entity, comment.entity_id, comment.body, caller.request
    )
    return created(request, row)


@router.get("/{comment_id}", response_model=Comment, operation_id="getComment", summary="Read a comment")
def get_comment(caller: Reader, comment_id: RowId) -> JSONResponse:
    """One comment."""
    return answer(comments.get_comment(caller.store, caller.actor, comment_id))


@router.patch(
    "/{comment_id}", response_model=Comment, operation_id="updateComment", summary="Change a comment"
)
def update_comment(caller: Writer, comment_id: RowId, edit: CommentEdit) -> JSONResponse:
    """Saves another body of one's own comment."""
    saved = comments.update_comment(
        caller.store, caller.actor, comment_id, edit.version, edit.changes.given(), request=caller.request
    )
    return answer(saved.row)


@router.delete("/{comment_id}", status_code=204, operation_id="deleteComment", summary="Delete a comment")
def delete_comment(caller: Writer, comment_id: RowId, guard: Guarded) -> Response:
    """Deletes one's own comment, or as a manager any; with a `version` only if nobody has changed it since."""
    comments.get_comment(caller.store, caller.actor, comment_id)
    comments.delete_comment(caller.store, caller.actor, comment_id, guard.version, caller.request)
    return Response(status_code=204)
