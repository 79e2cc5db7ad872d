"""What a source may deliver: each dataset's columns, table and load mode."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from orchflow.errors import UsageError


class Kind(StrEnum):
    """How a delivered column is prepared before SQL reads it."""

    TEXT = "text"
    TIME = "time"
    NUMBER = "number"
    LIST = "list"
    EXCERPT = "excerpt"


class LoadMode(StrEnum):
    """How a delivery meets what is stored.

    MERGE adds and updates by key; SNAPSHOT replaces the source's rows; PRESENCE does too, but keeps rows that are gone
    upstream and marks them absent.
    """

    MERGE = "merge"
    SNAPSHOT = "snapshot"
    PRESENCE = "presence"


@dataclass(frozen=True)
class Dataset:
    """`columns` are the staging columns; those a delivery leaves out are null, others are ignored."""

    name: str
    job: str
    table: str
    keys: tuple[str, ...]
    mode: LoadMode
    columns: MappingProxyType[str, Kind]


def _dataset(
    name: str,
    *,
    job: str,
    table: str,
    keys: str,
    mode: LoadMode,
    text: str = "",
    time: str = "",
    number: str = "",
    lists: str = "",
    excerpt: str = "",
) -> Dataset:
    kinds = (
        (keys, Kind.TEXT),
        (text, Kind.TEXT),
        (time, Kind.TIME),
        (number, Kind.NUMBER),
        (lists, Kind.LIST),
        (excerpt, Kind.EXCERPT),
    )
    columns = {column: kind for names, kind in kinds for column in names.split()}
    return Dataset(name, job, table, tuple(keys.split()), mode, MappingProxyType(columns))


_ALL = (
    _dataset(
        "usage",
        job="usage",
        table="usage_events",
        keys="event_id",
        mode=LoadMode.MERGE,
        text="organization caller user_id conversation_id run_id provider model route status is_local",
        time="occurred_at recorded_at",
        number="input_tokens output_tokens cost duration_ms",
    ),
    _dataset(
        "run_events",
        job="runs",
        table="run_events",
        keys="event_id",
        mode=LoadMode.MERGE,
        text="type agent conversation_id organization user_id",
        excerpt="error",
        time="occurred_at",
        number="duration_ms",
    ),
    _dataset(
        "tasks",
        job="runs",
        table="agent_tasks",
        keys="task_id",
        mode=LoadMode.MERGE,
        text="conversation_id user_id status waiting",
        time="waiting_since created_at updated_at",
    ),
    _dataset(
        "conversations",
        job="conversations",
        table="conversations",
        keys="conversation_id",
        mode=LoadMode.MERGE,
        text="agent organization user_id",
        time="started_at last_active_at",
    ),
    _dataset(
        "agents",
        job="agents",
        table="agents",
        keys="slug",
        mode=LoadMode.PRESENCE,
        text="name description agent_type department status model provider",
        time="created_at updated_at",
        lists="organizations",
    ),
    _dataset(
        "organizations",
        job="organizations",
        table="organizations",
        keys="slug",
        mode=LoadMode.PRESENCE,
        text="name description",
    ),
    _dataset(
        "users",
        job="users",
        table="platform_users",
        keys="user_id",
        mode=LoadMode.PRESENCE,
        text="email display_name organization status service",
        time="created_at",
    ),
    _dataset(
        "roles",
        job="users",
        table="platform_roles",
        keys="user_id organization role",
        mode=LoadMode.SNAPSHOT,
    ),
    _dataset(
        "teams",
        job="users",
        table="platform_teams",
        keys="team_id",
        mode=LoadMode.SNAPSHOT,
        text="organization name description",
    ),
    _dataset(
        "team_members",
        job="users",
        table="platform_team_members",
        keys="team_id user_id",
        mode=LoadMode.SNAPSHOT,
        text="role",
    ),
    _dataset(
        "efforts",
        job="journey",
        table="platform_efforts",
        keys="effort_id",
        mode=LoadMode.SNAPSHOT,
        text="organization name description status team_id",
        number="order_index estimated_days",
        time="created_at updated_at",
    ),
    _dataset(
        "projects",
        job="journey",
        table="platform_projects",
        keys="project_id",
        mode=LoadMode.SNAPSHOT,
        text="effort_id name description status",
        number="order_index",
        time="created_at updated_at",
    ),
    _dataset(
        "journey_tasks",
        job="journey",
        table="platform_journey_tasks",
        keys="task_id",
        mode=LoadMode.SNAPSHOT,
        text="project_id title description status assignee_id is_milestone documentation_url",
        number="order_index",
        time="due_date created_at updated_at",
    ),
    _dataset(
        "sprints",
        job="journey",
        table="platform_sprints",
        keys="sprint_id",
        mode=LoadMode.SNAPSHOT,
        text="team_id name is_active",
        time="start_date end_date",
    ),
    _dataset(
        "board_tasks",
        job="journey",
        table="platform_board_tasks",
        keys="task_id",
        mode=LoadMode.SNAPSHOT,
        text="team_id title description status is_completed assigned_to user_id parent_task_id project_id sprint_id",
        time="due_date created_at updated_at",
    ),
)

DATASETS: MappingProxyType[str, Dataset] = MappingProxyType({dataset.name: dataset for dataset in _ALL})


def find_dataset(name: str) -> Dataset:
    """The dataset called `name`; UsageError names those there are."""
    try:
        return DATASETS[name]
    except KeyError:
        raise UsageError(f"There is no dataset {name!r}", f"Known datasets: {', '.join(DATASETS)}.") from None
