"""Rows of the plan as the features hand them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from orchflow.planning.tables import (
    Attachment,
    Comment,
    Dependency,
    Effort,
    Goal,
    Link,
    Project,
    Sprint,
    Task,
)
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    EffortRow: TypeAlias = Effort
    ProjectRow: TypeAlias = Project
    GoalRow: TypeAlias = Goal
    SprintRow: TypeAlias = Sprint
    TaskRow: TypeAlias = Task
    DependencyRow: TypeAlias = Dependency
    CommentRow: TypeAlias = Comment
    LinkRow: TypeAlias = Link
    AttachmentRow: TypeAlias = Attachment
else:
    EffortRow = row_type("EffortRow", Effort, __name__)
    ProjectRow = row_type("ProjectRow", Project, __name__)
    GoalRow = row_type("GoalRow", Goal, __name__)
    SprintRow = row_type("SprintRow", Sprint, __name__)
    TaskRow = row_type("TaskRow", Task, __name__)
    DependencyRow = row_type("DependencyRow", Dependency, __name__)
    CommentRow = row_type("CommentRow", Comment, __name__)
    LinkRow = row_type("LinkRow", Link, __name__)
    AttachmentRow = row_type("AttachmentRow", Attachment, __name__)
