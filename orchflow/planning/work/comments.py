"""Comments: everybody who works on the plan may write them; their authors may change and delete their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchflow.errors import Forbidden, Invalid
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Comment
from orchflow.planning.work import rules
from orchflow.planning.work.anchors import hold
from orchflow.planning.work.references import new_request
from orchflow.planning.work.rows import CommentRow, Saved, chosen, one, page, row_of, rows
from orchflow.store.engine import Store
from orchflow.store.merge import lock_rows, save_changes, unchanged


def list_comments(
    store: Store,
    actor: Actor,
    *,
    entity: str | None = None,
    entity_id: int | None = None,
    author_id: int | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[CommentRow]:
    """The comments to which every given filter applies, oldest first."""
    actor.require(Permission.PLAN_VIEW)
    found = chosen(CommentRow, Comment)
    for column, value in (
        (Comment.entity, entity),
        (Comment.entity_id, entity_id),
        (Comment.author_id, author_id),
    ):
        if value is not None:
            found = found.where(column == value)
    with store.read() as session:
        return rows(session, CommentRow, page(found, Comment, (), after, limit))


def get_comment(store: Store, actor: Actor, comment_id: int) -> CommentRow:
    """One comment; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, CommentRow, Comment, comment_id)


def add_comment(
    store: Store, actor: Actor, entity: str, entity_id: int, body: str, request: str | None = None
) -> CommentRow:
    """Say something about a row (effort, project, goal, task or sprint)."""
    actor.require(Permission.PLAN_EDIT_OWN)
    values, problems = rules.read("comment", {"body": body}, None)
    if problems:
        raise Invalid(problems)
    with store.unit(actor, request or new_request()) as session:
        hold(session, entity, entity_id)
        comment = Comment(entity=entity, entity_id=entity_id, author_id=actor.user_id, **values)
        session.add(comment)
        session.flush()
        return row_of(CommentRow, comment)


def update_comment(
    store: Store,
    actor: Actor,
    comment_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[CommentRow]:
    """Save another `body` of one's own comment."""
    actor.require(Permission.PLAN_EDIT_OWN)
    values, problems = rules.read("comment", changes, comment_id)
    if problems:
        raise Invalid(problems)
    with store.unit(actor, request or new_request()) as session:
        before = lock_rows(session, Comment, [comment_id]).get(comment_id)
        if before is not None and (before.author_id is None or before.author_id != actor.user_id):
            raise Forbidden("Only its author changes a comment", "Write one of your own.")
        saved = save_changes(session, Comment, comment_id, base_version, values)
        return Saved(row_of(CommentRow, saved.row), saved.merged)


def delete_comment(
    store: Store, actor: Actor, comment_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Delete one's own comment, or as a manager any; returns the request that `undo` takes back."""
    actor.require(Permission.PLAN_EDIT_OWN)
    request = request or new_request()
    with store.unit(actor, request) as session:
        if base_version is not None:
            unchanged(session, Comment, comment_id, base_version)
        for comment in lock_rows(session, Comment, [comment_id]).values():
            own = comment.author_id is not None and comment.author_id == actor.user_id
            if not own and not actor.may(Permission.PLAN_EDIT):
                raise Forbidden("Only its author or a manager deletes a comment", "Ask one of them.")
            session.delete(comment)
    return request
