"""The endpoints of the plan's entities that need no more than their declaration."""

from __future__ import annotations

from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.planning.work.comments import COMMENTS
from orchflow.planning.work.dependencies import DEPENDENCIES
from orchflow.planning.work.efforts import EFFORTS
from orchflow.planning.work.goals import GOALS
from orchflow.planning.work.links import LINKS
from orchflow.planning.work.projects import PROJECTS

JIRA = {"external_source": "jira"}

ROUTERS = (
    entity_router(
        EFFORTS,
        models_of(
            EFFORTS,
            {
                "new": {"number": 1, "name": "First agents", "flow": 1, "target_end": "2026-12-18"},
                "edit": {"version": 3, "changes": {"status": "in_progress"}},
                "bulk": JIRA | {"items": [{"external_id": "ORC-1", "number": 1, "name": "First agents"}]},
            },
        ),
        deletes=" with its projects, goals and tasks",
    ),
    entity_router(
        PROJECTS,
        models_of(
            PROJECTS,
            {
                "new": {
                    "number": "1.2",
                    "effort_id": 1,
                    "name": "A first agent for support",
                    "due": "2026-12-11",
                },
                "edit": {"version": 2, "changes": {"status": "blocked"}},
                "bulk": JIRA
                | {
                    "items": [
                        {
                            "external_id": "ORC-7",
                            "effort_external_id": "ORC-1",
                            "name": "A first agent for support",
                        }
                    ]
                },
            },
        ),
        deletes=" with its goals and tasks",
    ),
    entity_router(
        GOALS,
        models_of(
            GOALS,
            {
                "new": {
                    "project_id": 2,
                    "name": "Answers in time",
                    "metric": "P95",
                    "unit": "ms",
                    "target": 2000,
                },
                "edit": {"version": 2, "changes": {"current": 2400}},
                "bulk": JIRA
                | {
                    "items": [
                        {"external_id": "ORC-9", "project_external_id": "ORC-7", "name": "Answers in time"}
                    ]
                },
            },
        ),
        deletes="; its tasks stay without one",
    ),
    entity_router(
        DEPENDENCIES,
        models_of(
            DEPENDENCIES,
            {
                "new": {"task_id": 12, "depends_on_id": 11, "kind": "fs", "lag_days": 2},
                "edit": {"version": 1, "changes": {"lag_days": 5}},
            },
        ),
    ),
    entity_router(
        COMMENTS,
        models_of(
            COMMENTS,
            {
                "new": {"entity": "task", "entity_id": 12, "body": "Ready for a second look."},
                "edit": {"version": 1, "changes": {"body": "Ready for review."}},
            },
        ),
    ),
    entity_router(
        LINKS,
        models_of(
            LINKS,
            {
                "new": {"entity": "project", "entity_id": 2, "kind": "agent", "target": "support-assistant"},
                "edit": {"version": 1, "changes": {"title": "The support assistant"}},
            },
        ),
    ),
)
