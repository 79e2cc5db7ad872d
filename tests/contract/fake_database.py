"""The rows of a fake installation in PostgreSQL, so that its database and its API tell of the same calls and runs."""

from __future__ import annotations

import json
from typing import Any, Literal, TypeAlias

import psycopg

from tests.contract.fake_dataset import AGENTS, ORGANIZATIONS, USERS, Dataset, agent_metadata, copies
from tests.ingest.conftest import ENTERPRISE, V2

Version: TypeAlias = Literal["enterprise", "v2"]

AGENT_DETAILS = """
alter table public.agents add column context text, add column endpoint jsonb, add column metadata jsonb not null default '{}'
"""


def fill_database(address: str, dataset: Dataset, version: Version = "enterprise") -> None:
    """Create an installation's tables and put the rows of `dataset` into them."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(ENTERPRISE if version == "enterprise" else V2)
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into public.organizations values (%s, %s, null)",
                [(slug, slug.title()) for slug in ("*", *ORGANIZATIONS)],
            )
            _put_people(cursor, version)
            _put_agents(cursor, dataset, version)
            cursor.executemany(
                "insert into public.conversations (id, user_id, agent_name, organization_slug) values (%s, %s, %s, %s)",
                [(id, user, agent, organization) for id, agent, organization, user in dataset.conversations],
            )
            keep_calls(cursor, dataset)
            keep_events(cursor, dataset, version)


def _put_agents(cursor: psycopg.Cursor[Any], dataset: Dataset, version: Version) -> None:
    if version == "v2":
        cursor.executemany(
            "insert into public.agents (slug, organization_slug, name, agent_type, created_at, updated_at)"
            " values (%s, %s, %s, %s, %s, %s)",
            [
                (slug, [organization, "global"], slug.title(), kind, dataset.now, dataset.now)
                for slug, organization, kind, _ in AGENTS
            ],
        )
        return
    cursor.execute(AGENT_DETAILS)
    cursor.executemany(
        "insert into public.agents (slug, organization_slug, name, agent_type, status, context, endpoint, metadata, created_at, updated_at)"
        " values (%s, %s, %s, %s, 'active', 'You help.', '{\"url\": \"https://x.example\"}', %s, %s, %s)",
        [
            (slug, [organization], slug.title(), kind, json.dumps(agent_metadata(kind, status)), dataset.now, dataset.now)
            for slug, organization, kind, status in AGENTS
        ],
    )  # fmt: skip


def keep_calls(cursor: psycopg.Cursor[Any], dataset: Dataset) -> None:
    """Put every call of `dataset` into the ledger."""
    cursor.executemany(
        "insert into public.llm_usage (id, run_id, user_id, conversation_id, provider_name, model_name, route, input_tokens,"
        " output_tokens, total_cost, duration_ms, status, agent_name, is_local, started_at, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                call.id, f"run-{call.id[:8]}", call.user, call.conversation, call.provider, call.model,
                "local" if call.local else "remote", *call.tokens, call.cost, call.duration, call.status, call.caller,
                call.local, call.started, call.created,
            )
            for call in dataset.calls
        ],
    )  # fmt: skip


def keep_events(cursor: psycopg.Cursor[Any], dataset: Dataset, version: Version = "enterprise") -> None:
    """Put every event of `dataset` among those observed, in v2 as often as it keeps it."""
    rows = []
    for event in dataset.events:
        payload = {**event.metadata, **({"costUsd": float(event.cost)} if event.cost is not None else {})}
        organization = None if event.organization == "unknown" else event.organization
        rows += [
            (
                number, event.product, event.type, event.user, event.conversation, event.conversation, event.agent,
                organization, event.type.split(".")[-1] if version == "v2" else "failed" if event.failed else "completed", json.dumps(payload),
                int(event.at.timestamp() * 1000), event.at,
            )
            for number in ([event.id] if version == "enterprise" else copies(event))
        ]  # fmt: skip
    cursor.executemany(
        "insert into public.observability_events (id, source_app, hook_event_type, user_id, conversation_id, task_id, agent_slug,"
        " organization_slug, status, payload, timestamp, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        rows,
    )


def _put_people(cursor: psycopg.Cursor[Any], version: Version) -> None:
    schema = "authz" if version == "enterprise" else "public"
    for user, email, name, organization, _, _ in USERS:
        columns, values = "id, email, display_name, status", [user, email, name, "active"]
        if version == "enterprise":
            columns, values = columns + ", organization_slug", [*values, organization]
        places = ", ".join(["%s"] * len(values))
        cursor.execute(f"insert into {schema}.users ({columns}) values ({places})", values)  # type: ignore[arg-type]
    for role in sorted({user[4] for user in USERS}):
        cursor.execute(f"insert into {schema}.rbac_roles values (gen_random_uuid(), %s)", (role,))  # type: ignore[arg-type]
    for user in USERS:
        cursor.execute(
            f"insert into {schema}.rbac_user_org_roles (id, user_id, organization_slug, role_id)"  # type: ignore[arg-type]
            f" select gen_random_uuid(), %s, %s, id from {schema}.rbac_roles where name = %s",
            (user[0], user[5], user[4]),
        )
