"""The rows of a fake installation in PostgreSQL, so that its database and its API tell of the same calls and runs."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from tests.contract.fake_dataset import AGENTS, ORGANIZATIONS, USERS, Dataset, agent_metadata
from tests.ingest.conftest import ENTERPRISE

AGENT_DETAILS = """
alter table public.agents add column context text, add column endpoint jsonb, add column metadata jsonb not null default '{}'
"""


def fill_database(address: str, dataset: Dataset) -> None:
    """Create an enterprise installation's tables and put the rows of `dataset` into them."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(ENTERPRISE)
        connection.execute(AGENT_DETAILS)
        with connection.cursor() as cursor:
            cursor.executemany(
                "insert into public.organizations values (%s, %s, null)",
                [(slug, slug.title()) for slug in ("*", *ORGANIZATIONS)],
            )
            _put_people(cursor)
            cursor.executemany(
                "insert into public.agents (slug, organization_slug, name, agent_type, status, context, endpoint, metadata, created_at, updated_at)"
                " values (%s, %s, %s, %s, 'active', 'You help.', '{\"url\": \"https://x.example\"}', %s, %s, %s)",
                [
                    (slug, [organization], slug.title(), kind, json.dumps(agent_metadata(kind, status)), dataset.now, dataset.now)
                    for slug, organization, kind, status in AGENTS
                ],
            )  # fmt: skip
            cursor.executemany(
                "insert into public.conversations (id, user_id, agent_name, organization_slug) values (%s, %s, %s, %s)",
                [(id, user, agent, organization) for id, agent, organization, user in dataset.conversations],
            )
            keep_calls(cursor, dataset)
            keep_events(cursor, dataset)


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


def keep_events(cursor: psycopg.Cursor[Any], dataset: Dataset) -> None:
    """Put every event of `dataset` among those observed."""
    rows = []
    for event in dataset.events:
        payload = {**event.metadata, **({"costUsd": float(event.cost)} if event.cost is not None else {})}
        organization = None if event.organization == "unknown" else event.organization
        rows.append(
            (
                event.id, event.product, event.type, event.user, event.conversation, event.conversation, event.agent,
                organization, "failed" if event.failed else "completed", json.dumps(payload),
                int(event.at.timestamp() * 1000), event.at,
            )
        )  # fmt: skip
    cursor.executemany(
        "insert into public.observability_events (id, source_app, hook_event_type, user_id, conversation_id, task_id, agent_slug,"
        " organization_slug, status, payload, timestamp, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        rows,
    )


def _put_people(cursor: psycopg.Cursor[Any]) -> None:
    cursor.executemany(
        "insert into authz.users (id, email, display_name, organization_slug, status) values (%s, %s, %s, %s, 'active')",
        [user[:4] for user in USERS],
    )
    roles = sorted({user[4] for user in USERS})
    cursor.executemany(
        "insert into authz.rbac_roles values (gen_random_uuid(), %s)", [(role,) for role in roles]
    )
    cursor.executemany(
        "insert into authz.rbac_user_org_roles select gen_random_uuid(), %s, %s, id, null from authz.rbac_roles where name = %s",
        [(user[0], user[5], user[4]) for user in USERS],
    )
