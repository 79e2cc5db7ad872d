"""How an enterprise platform reads its rows of agents when it lists them: what runs, and which row breaks the list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from orchflow.ingest.source import Check
from orchflow.ingest.sources.api_rows import Row

STATUSES = ("draft", "active", "disabled", "archived")
RUNNABLE = ("context", "rag", "api", "media", "external", "a2a")
SHOWN = 5


def run_time_status(row: Row, column: str | None = None) -> str | None:
    """The status by which an agent runs: that in its metadata; the one of the `column` where they tell none.

    One that is hidden does not run, whatever its status.
    """
    told = _part(row, "metadata", "status")
    if told == "active" and _part(row, "metadata", "hidden") is True:
        return "disabled"
    return told if told in STATUSES else column


def fault(row: Row) -> str | None:
    """Why listing this row fails, and with it the list of its organisation; None when it does not.

    `row` holds what is known of metadata, context, endpoint, llm_config, name, description, agent_type and
    organization_slug; what is left out is not judged. `context` may only say whether there is one.
    """
    metadata, kind = row.get("metadata"), str(row.get("agent_type") or "").strip().lower()
    status, hidden = _part(row, "metadata", "status"), _part(row, "metadata", "hidden")
    first = _first(
        (not isinstance(metadata, dict), "metadata is not an object"),
        (not _is_text(status), "metadata.status is missing"),
        (_is_text(status) and status not in STATUSES, f"metadata.status is none of {', '.join(STATUSES)}"),
        (hidden is not None and not isinstance(hidden, bool), "metadata.hidden is neither true nor false"),
        (not kind, "agent_type is empty"),
    )
    family = kind.replace("-runner", "").replace("_runner", "")
    if first or status != "active" or hidden is True or family not in RUNNABLE:
        return first
    return _first(
        (not _is_text(row.get("name", "?")), "name is empty"),
        (row.get("description") is not None and not _is_text(row["description"]), "description is blank"),
        (not row.get("context", True), "context, the system prompt, is empty"),
        (row.get("organization_slug", ["?"]) in (None, [], ""), "organization_slug is empty"),
        *_of_family(row, family),
        *_of_model(row.get("llm_config")),
    )


def _of_family(row: Row, family: str) -> Sequence[tuple[bool, str]]:
    match family:
        case "rag":
            slug = _part(row, "metadata", "rag_config", "collection_slug")
            return [(not _is_text(slug), "metadata.rag_config.collection_slug is missing")]
        case "api":
            url = _part(row, "endpoint", "url")
            return [("endpoint" in row and not _is_text(url), "endpoint.url is missing")]
        case "media":
            medium = _part(row, "metadata", "mediaType")
            return [(medium not in ("image", "video"), "metadata.mediaType is neither image nor video")]
        case "external":
            card = _part(row, "metadata", "externalCard")
            return [(not isinstance(card, dict), "metadata.externalCard is missing")]
    return []


def _of_model(config: Any) -> Sequence[tuple[bool, str]]:
    if config is None:
        return []
    if not isinstance(config, dict):
        return [(True, "llm_config is not an object")]
    parameters = config.get("parameters")
    nested = parameters if isinstance(parameters, dict) else {}
    temperature = config.get("temperature", nested.get("temperature"))
    most = config.get("maxTokens", nested.get("maxTokens"))
    return [
        (parameters is not None and not isinstance(parameters, dict), "llm_config.parameters is not an object"),
        (temperature is not None and not _is_number(temperature), "llm_config.temperature is not a number"),
        (
            most is not None and not (_is_number(most) and float(most) > 0 and float(most).is_integer()),
            "llm_config.maxTokens is not a whole number above 0",
        ),
        *((name in config and config[name] is not None and not _is_text(config[name]), f"llm_config.{name} is blank")
          for name in ("provider", "model")),
    ]  # fmt: skip


def with_judgement(agents: pa.Table, rows: Sequence[Row], columns: Iterable[str | None] = ()) -> pa.Table:
    """`agents`, one for each of `rows`, with the status by which each runs, that of its column, and its fault."""
    told = list(columns) or [None] * len(rows)
    kept = agents.drop_columns([name for name in ("status", "definition") if name in agents.column_names])
    judged = {
        "status": [run_time_status(row, column) for row, column in zip(rows, told, strict=True)],
        "column_status": told,
        "fault": [fault(row) for row in rows],
    }
    for name, values in judged.items():
        kept = kept.append_column(name, pa.array(values, pa.string()))
    return kept


def judged_agents(agents: pa.Table) -> pa.Table:
    """The rows of the query `agents` with the status by which each runs, and which of them break a list."""
    definitions = [_definition(text) for text in agents.column("definition").to_pylist()]
    if not all("metadata" in row and "status" in row for row in definitions):  # v2 runs every agent it has
        return agents.drop_columns(["definition"])
    return with_judgement(agents, definitions, agents.column("status").to_pylist())


def _definition(text: Any) -> Row:
    """A row of agents; of one that is nested more deeply than can be read, that it has no sound metadata."""
    try:
        row: Row = json.loads(str(text))
    except RecursionError:
        return {"metadata": None, "status": None}
    return row


def check_agents(agents: pa.Table) -> list[Check]:
    """A warning for each row that breaks a list or contradicts itself; the first few of each."""
    checks = []
    rows = agents.select(["slug", "organizations", "status", "column_status", "fault"]).to_pylist()
    broken = [row for row in rows if row["fault"]]
    for row in broken[:SHOWN]:
        checks.append(
            Check(
                f"agent {row['slug']}",
                None,
                f"Its row breaks the list of agents {scope(row['organizations'])}: {row['fault']}",
                "Put the row in public.agents right, or set its metadata.status to draft, disabled or archived.",
            )
        )
    torn = [row for row in rows if row["column_status"] and row["status"] != row["column_status"]]
    for row in torn[:SHOWN]:
        checks.append(
            Check(
                f"agent {row['slug']}",
                None,
                f"It runs as {row['status']}, which its metadata say; its column status says {row['column_status']}",
                "Make the two alike in public.agents; only metadata.status has an effect.",
            )
        )
    left = len(broken) + len(torn) - len(checks)
    return checks + ([Check("agents", None, f"{left} more rows of agents want a look")] if left else [])


def scope(organizations: Any) -> str:
    """Whose list a row stands in, in words; organisations as a list or as PostgreSQL writes one."""
    if isinstance(organizations, str):
        organizations = organizations.strip("{}").split(",")
    slugs = [slug.strip('"') for slug in organizations or () if slug]
    return "of every organisation" if "global" in slugs or not slugs else f"of {', '.join(slugs)}"


def _first(*faults: tuple[bool, str]) -> str | None:
    return next((words for broken, words in faults if broken), None)


def _part(row: Any, *path: str) -> Any:
    for key in path:
        row = row.get(key) if isinstance(row, dict) else None
    return row


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: Any) -> bool:
    """Also as text, in which the API's answers keep their fractions."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    try:
        return isinstance(value, str) and bool(float(value) or True)
    except ValueError:
        return False
