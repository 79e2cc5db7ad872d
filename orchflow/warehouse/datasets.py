"""What a source may deliver: each dataset's columns, table and load mode."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from orchflow.errors import UsageError
from orchflow.focus_columns import COLUMNS, plain_name
from orchflow.warehouse.sql import Query, load_query


class Kind(StrEnum):
    """What a delivered column holds. WORD is text whose case says nothing, EXCERPT the beginning of a text
    without what looks like data.

    SLUG is an organisation's: `*`, by which the platform means all of them, is none. MARK is a flag that is not set
    where nothing is said.
    """

    TEXT = "text"
    WORD = "word"
    SLUG = "slug"
    EXCERPT = "excerpt"
    LIST = "list"
    TIME = "time"
    DAY = "day"
    NUMBER = "number"
    FLAG = "flag"
    MARK = "mark"


class LoadMode(StrEnum):
    """How a delivery meets what is stored.

    EVENTS and MERGE add and update by key, events whichever source delivers them; SNAPSHOT replaces the source's rows;
    PRESENCE does too, but keeps rows that are gone upstream and marks them absent. LINES are known by their place in a file.
    """

    EVENTS = "events"
    LINES = "lines"
    MERGE = "merge"
    SNAPSHOT = "snapshot"
    PRESENCE = "presence"


@dataclass(frozen=True)
class Dataset:
    """`columns` are the staging columns; those a delivery leaves out are null, others are ignored.

    Of files, `delivery` is the file a row is from, `line` its place there, `delivered_at` when it was said, and `fault`
    why it cannot be kept, where its reader knows. Of bills, deliveries of another `unit` replace one another; those of
    none add up.
    """

    name: str
    job: str
    table: str
    mode: LoadMode
    keys: tuple[str, ...]
    columns: MappingProxyType[str, Kind]

    def query(self, name: str) -> Query:
        """The query called `name` of `warehouse/sql`, on this dataset's table and keys."""
        return load_query("orchflow.warehouse", name).on(table=self.table, keys=", ".join(self.keys))


def _dataset(name: str, job: str, table: str, mode: LoadMode, keys: str, columns: str = "") -> Dataset:
    """`keys` and `columns` are names, each with `:kind` where it is not a text."""
    pairs = [column.partition(":") for column in f"{keys} {columns}".split()]
    kinds = MappingProxyType({column: Kind(kind or Kind.TEXT) for column, _, kind in pairs})
    return Dataset(name, job, table, mode, tuple(kinds)[: len(keys.split())], kinds)


_ALL = (
    _dataset(
        "usage", "usage", "usage_events", LoadMode.EVENTS, "event_id",
        "organization caller user_id conversation_id run_id provider model route status is_local delivery fault "
        "delivered_at:time line:number occurred_at:time recorded_at:time cached_beside currency calls:number "
        "input_tokens:number cached_input_tokens:number cache_write_input_tokens:number cache_write_1h_input_tokens:number "
        "output_tokens:number reasoning_tokens:number images:number seconds:number service_tier:word cost:number "
        "duration_ms:number",
    ),
    _dataset(
        "run_events", "runs", "run_events", LoadMode.EVENTS, "event_id",
        "type agent conversation_id organization user_id occurred_at:time duration_ms:number error:excerpt",
    ),
    _dataset(
        "tasks", "runs", "agent_tasks", LoadMode.MERGE, "task_id",
        "conversation_id user_id status:word waiting:flag waiting_since:time created_at:time updated_at:time",
    ),
    _dataset(
        "conversations", "conversations", "conversations", LoadMode.MERGE, "conversation_id",
        "agent organization user_id started_at:time last_active_at:time",
    ),
    _dataset(
        "agents", "agents", "agents", LoadMode.PRESENCE, "slug",
        "name description agent_type department status:word column_status:word fault model provider created_at:time updated_at:time "
        "organizations:list",
    ),
    _dataset("organizations", "organizations", "organizations", LoadMode.PRESENCE, "slug:slug", "name description"),
    _dataset(
        "users", "users", "platform_users", LoadMode.PRESENCE, "user_id",
        "email display_name organization:slug status:word service:mark created_at:time",
    ),
    _dataset("roles", "users", "platform_roles", LoadMode.SNAPSHOT, "user_id organization role"),
    _dataset("teams", "users", "platform_teams", LoadMode.SNAPSHOT, "team_id", "organization name description"),
    _dataset("team_members", "users", "platform_team_members", LoadMode.SNAPSHOT, "team_id user_id", "role"),
    _dataset(
        "efforts", "journey", "platform_efforts", LoadMode.SNAPSHOT, "effort_id",
        "organization name description status:word team_id created_at:time updated_at:time "
        "order_index:number estimated_days:number",
    ),
    _dataset(
        "projects", "journey", "platform_projects", LoadMode.SNAPSHOT, "project_id",
        "effort_id name description status:word created_at:time updated_at:time order_index:number",
    ),
    _dataset(
        "journey_tasks", "journey", "platform_journey_tasks", LoadMode.SNAPSHOT, "task_id",
        "project_id title description status:word assignee_id is_milestone:flag documentation_url "
        "due_date:day created_at:time updated_at:time order_index:number",
    ),
    _dataset(
        "sprints", "journey", "platform_sprints", LoadMode.SNAPSHOT, "sprint_id",
        "team_id name is_active:flag start_date:day end_date:day",
    ),
    _dataset(
        "board_tasks", "journey", "platform_board_tasks", LoadMode.SNAPSHOT, "task_id",
        "team_id title description status:word is_completed:flag assigned_to user_id parent_task_id project_id sprint_id "
        "due_date:time created_at:time updated_at:time",
    ),
    _dataset(
        "focus_lines", "bills", "focus_lines", LoadMode.LINES, "delivery line:number",
        "version unit delivered_at:time charge_start:time charge_end:time billing_start:time billing_end:time "
        "billed:number effective:number listed:number contracted:number agent extra fault "
        + " ".join(map(plain_name, COLUMNS)),
    ),
)  # fmt: skip

DATASETS: MappingProxyType[str, Dataset] = MappingProxyType({dataset.name: dataset for dataset in _ALL})


def find_dataset(name: str) -> Dataset:
    """The dataset called `name`; UsageError names those there are."""
    try:
        return DATASETS[name]
    except KeyError:
        raise UsageError(f"There is no dataset {name!r}", f"Known datasets: {', '.join(DATASETS)}.") from None
