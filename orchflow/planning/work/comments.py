"""Comments: everybody who works on the plan may write them; their authors may change and delete their own."""

from __future__ import annotations

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Comment
from orchflow.planning.work.rows import CommentRow
from orchflow.planning.work.rules import HangingRules
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.rules import ByItsAuthor


class CommentRules(ByItsAuthor, HangingRules):
    """A comment is its author's and hangs on its row."""


COMMENTS = Entity(
    Comment,
    CommentRow,
    "What people say about rows of the plan.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="author_id",
    rules=CommentRules,
)
list_comments, update_comment, delete_comment = COMMENTS.list, COMMENTS.update, COMMENTS.delete


def add_comment(
    store: Store, actor: Actor, entity: str, entity_id: int, body: str, request: str | None = None
) -> CommentRow:
    """Say something about a row (effort, project, goal, task or sprint)."""
    return COMMENTS.create(store, actor, entity=entity, entity_id=entity_id, body=body, request=request)
