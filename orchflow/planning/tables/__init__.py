"""The tables of the plan and of the guidance. Every one keeps a history, except forecasts, which are never edited."""

from __future__ import annotations

from orchflow.people.role_tables import JobRoleRow
from orchflow.planning.tables.checks import CheckCampaign, CheckExemption
from orchflow.planning.tables.guidance import ChecklistItem, Evidence, Flow, ItemState, Step, Through
from orchflow.planning.tables.kept import Baseline, Forecast, ImportedState, ImportMapping, SavedView
from orchflow.planning.tables.on_rows import Attachment, Comment, Link, LinkKind
from orchflow.planning.tables.sprints import CLOSED, CalendarDay, Sprint, SprintState, State, WorkflowColumn
from orchflow.planning.tables.work import (
    Dependency,
    DependencyKind,
    Effort,
    EffortStatus,
    Goal,
    Priority,
    Project,
    ProjectStatus,
    Task,
)
from orchflow.store.tables import Tracked

__all__ = [
    "CLOSED", "MODELS", "Attachment", "Baseline", "CalendarDay", "CheckCampaign", "CheckExemption", "ChecklistItem", "Comment", "Dependency",
    "DependencyKind", "Effort", "EffortStatus", "Evidence", "Flow", "Forecast", "Goal", "ImportMapping",
    "ImportedState", "ItemState", "Link", "LinkKind", "Priority", "Project", "ProjectStatus", "SavedView", "Sprint",
    "SprintState", "State", "Step", "Task", "Through", "WorkflowColumn",
]  # fmt: skip

MODELS: dict[str, type[Tracked]] = {
    model.__tablename__: model
    for model in (
        Effort, Project, Goal, Sprint, Task, Dependency, Flow, Step, ChecklistItem, Comment, Link, Attachment, WorkflowColumn,
        SavedView, ImportMapping, Baseline, CalendarDay, CheckExemption, CheckCampaign, JobRoleRow,
    )
}  # fmt: skip
"""Every table of both with a history, and the job roles, by the name the history knows it by; what is pointed to comes first."""
