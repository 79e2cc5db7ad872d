"""Which columns of Orchestrator AI's tables are read, and what is not known where one is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Column(NamedTuple):
    """A column that is read as `type`. Without it `unknown` is not known; when that is empty, no row can be read without it."""

    type: str
    unknown: str = ""


Columns = Mapping[str, Column]
_TEXT, _UUID, _TIME, _COUNT = "text", "uuid", "timestamptz", "bigint"
_KEY = Column(_TEXT)
_CHANGED = {
    "created_at": Column(_TIME, "when they were made"),
    "updated_at": Column(_TIME, "when they were changed"),
}
_NAMED = {
    "name": Column(_TEXT, "what they are called"),
    "description": Column(_TEXT, "what they are about"),
}

COLUMNS: Mapping[str, Columns] = {
    "public.llm_usage": {
        "id": _KEY,
        "created_at": Column(_TIME, "when calls were recorded, so that all of them are read every time,"),
        "started_at": Column(_TIME, "when calls began"),
        "agent_name": Column(_TEXT, "which agent a call was for"),
        "user_id": Column(_UUID, "whose calls they are"),
        "conversation_id": Column(
            _UUID, "to which conversation, and by that to which organisation, a call belongs"
        ),
        "run_id": Column(_TEXT, "to which run a call belongs"),
        "provider_name": Column(_TEXT, "which provider was called"),
        "model_name": Column(_TEXT, "which model was called"),
        "route": Column(_TEXT, "by which route calls went"),
        "is_local": Column("boolean", "which calls are marked as local"),
        "status": Column(_TEXT, "which calls failed"),
        "input_tokens": Column(_COUNT, "how many tokens calls read"),
        "output_tokens": Column(_COUNT, "how many tokens calls wrote"),
        "total_cost": Column("numeric", "what calls cost"),
        "duration_ms": Column(_COUNT, "how long calls took"),
    },
    "public.observability_events": {
        "id": _KEY,
        "hook_event_type": _KEY,
        "payload": Column("jsonb"),
        "timestamp": Column(_COUNT, "when events happened"),
        "created_at": Column(_TIME, "when events were recorded"),
        "source_app": Column(_TEXT, "which part told of an event, so that no run of an agent is read,"),
        "agent_slug": Column(_TEXT, "which agent an event is about"),
        "organization_slug": Column(_TEXT, "to which organisation an event belongs"),
        "user_id": Column(_UUID, "whose runs and calls they are"),
        "conversation_id": Column(_UUID, "to which conversation an event belongs"),
        "task_id": Column(_TEXT, "to which task an event belongs"),
        "status": Column(_TEXT, "which calls failed that do not say so themselves"),
    },
    "public.tasks": {
        "id": _KEY,
        "conversation_id": Column(_UUID, "to which conversation a task belongs"),
        "user_id": Column(_UUID, "whose tasks they are"),
        "status": Column(_TEXT, "how tasks stand"),
        **_CHANGED,
    },
    "public.conversations": {
        "id": _KEY,
        "agent_name": Column(_TEXT, "with which agent a conversation is held"),
        "user_id": Column(_UUID, "whose conversations they are"),
        "started_at": Column(_TIME, "when conversations began"),
        "last_active_at": Column(
            _TIME, "when conversations went on last, so that all of them are read every time,"
        ),
    },
    "public.agents": {
        "slug": _KEY,
        "organization_slug": Column("text[]", "whose agents they are"),
        **_NAMED,
        **_CHANGED,
    },
    "public.organizations": {"slug": _KEY, **_NAMED},
    "identity.users": {
        "id": _KEY,
        "email": Column(_TEXT, "who users are"),
        "created_at": Column(_TIME, "since when there are users"),
    },
    "identity.rbac_user_org_roles": {"user_id": _KEY, "organization_slug": _KEY, "role_id": _KEY},
    "identity.rbac_roles": {"id": _KEY, "name": _KEY},
    "public.teams": {"id": _KEY, "org_slug": Column(_TEXT, "whose teams they are"), **_NAMED},
    "public.team_members": {
        "team_id": _KEY,
        "user_id": _KEY,
        "role": Column(_TEXT, "what members do in their team"),
    },
    "orch_flow.efforts": {
        "id": _KEY,
        "organization_slug": Column(_TEXT, "whose efforts they are"),
        "status": Column(_TEXT, "how efforts stand"),
        "order_index": Column(_COUNT, "in which order efforts come"),
        **_NAMED,
        **_CHANGED,
    },
    "orch_flow.projects": {
        "id": _KEY,
        "effort_id": Column(_UUID, "to which effort a project belongs"),
        "status": Column(_TEXT, "how projects stand"),
        "order_index": Column(_COUNT, "in which order projects come"),
        **_NAMED,
        **_CHANGED,
    },
    "orch_flow.tasks": {
        "id": _KEY,
        "project_id": Column(_UUID, "to which project a task belongs"),
        "title": Column(_TEXT, "what tasks are called"),
        "description": Column(_TEXT, "what tasks are about"),
        "status": Column(_TEXT, "how tasks stand"),
        "assignee_id": Column(_UUID, "whose tasks they are"),
        "due_date": Column("date", "when tasks are due"),
        "order_index": Column(_COUNT, "in which order tasks come"),
        "is_milestone": Column("boolean", "which tasks are milestones"),
        "documentation_url": Column(_TEXT, "where tasks are described"),
        **_CHANGED,
    },
    "orch_flow.sprints": {
        "id": _KEY,
        "team_id": Column(_UUID, "whose sprints they are"),
        "name": Column(_TEXT, "what sprints are called"),
        "start_date": Column("date", "when sprints begin"),
        "end_date": Column("date", "when sprints end"),
        "is_active": Column("boolean", "which sprints are running"),
    },
    "orch_flow.shared_tasks": {
        "id": _KEY,
        "team_id": Column(_UUID, "whose board a task is on"),
        "title": Column(_TEXT, "what tasks are called"),
        "status": Column(_TEXT, "how tasks stand"),
        "is_completed": Column("boolean", "which tasks are completed"),
        "assigned_to": Column(_TEXT, "to whom tasks are given"),
        "user_id": Column(_UUID, "whose tasks they are"),
        **_CHANGED,
    },
}
"""Of each table what the queries of the `sql` folder read, save what only some versions have, which they do without."""

SUMMED: Mapping[str, tuple[str, ...]] = {
    "public.llm_usage": (
        "created_at", "started_at", "agent_name", "provider_name", "model_name", "input_tokens", "output_tokens", "total_cost",
    ),
    "public.observability_events": ("created_at", "timestamp", "source_app", "agent_slug", "task_id"),
    "public.tasks": ("created_at", "status", "hitl_pending"),
    "public.conversations": ("started_at", "created_at", "agent_name", "organization_slug"),
}  # fmt: skip
"""Of each table whose rows may go what its days and sums are made of, also where only some versions have it."""
