"""What a platform corrected, recorded late or deleted is found by comparing, and what is gone leaves the totals and is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from orchflow import clock
from orchflow.config.sources import OrchestratorDbSettings, UsageFileSettings
from orchflow.errors import UsageError
from orchflow.ingest.reconcile import list_removed, reconcile_source
from orchflow.ingest.run import SourceResult, run_source
from orchflow.ingest.sources.orchestrator_api import OrchestratorApi
from orchflow.ingest.sources.orchestrator_db import OrchestratorDb
from orchflow.ingest.sources.usage_file import UsageFile
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace
from tests.contract.fake_dataset import Dataset, mixed
from tests.contract.fake_orchestrator import FakeOrchestrator
from tests.contract.test_api_source import EAGER, settings_for
from tests.contract.test_same_rows import (
    DAYS,
    RUNS,
    USAGE,
    ask,
    read_api,
    read_database,
)

QUESTIONS = (USAGE, RUNS, DAYS)
TOTAL = "select count(*), sum(cost) from usage_events"
DAILY = "select sum(events)::bigint, sum(cost) from usage_daily"


def reconcile(ws: Workspace, address: str) -> SourceResult:
    settings = {"name": "orchestrator", "kind": "orchestrator_db", "url": address}
    return reconcile_source(ws, SYSTEM, OrchestratorDb(OrchestratorDbSettings.model_validate(settings)))


def change(address: str) -> None:
    """Correct a call, record one late, delete two, and take a run out of the events: all long before today."""
    with psycopg.connect(address, autocommit=True) as connection:
        run = connection.execute
        run(
            "update public.llm_usage set total_cost = 7 where id = (select min(id::text)::uuid from public.llm_usage)"
        )
        run("delete from public.llm_usage where id = (select max(id::text)::uuid from public.llm_usage)")
        run(
            "insert into public.llm_usage select (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(),"
            " 'created_at', now() - interval '40 days', 'started_at', now() - interval '40 days'))).*"
            " from public.llm_usage as u limit 1"
        )
        run("delete from public.observability_events where id <= 6")


def test_corrected_late_and_deleted_rows_are_found(
    address: str,
    open_empty: Callable[[], Workspace],
) -> None:
    ws, fresh = open_empty(), open_empty()
    read_database(ws, address)
    change(address)
    read_database(ws, address)
    read_database(fresh, address)
    assert ask(ws, USAGE) != ask(fresh, USAGE)
    result = reconcile(ws, address)
    (job,) = result.jobs
    assert (result.state, job.job) == ("done", "reconcile")
    assert (job.new, job.changed, job.gone) == (1, 1, 1 + 1 + 3)
    for question in QUESTIONS:
        assert ask(ws, question) == ask(fresh, question)
    removed = list_removed(ws, SYSTEM)
    assert sorted(removed["dataset"]) == ["run_events"] * 3 + ["usage"] * 2
    assert removed["removed_at"].max() <= clock.now()
    again = reconcile(ws, address)
    assert (again.jobs[0].read, again.jobs[0].gone) == (0, 0)


def test_only_rows_of_days_that_differ_are_read(
    address: str,
    open_empty: Callable[[], Workspace],
) -> None:
    ws = open_empty()
    read_database(ws, address)
    day = ask(
        ws,
        "select (recorded_at at time zone 'UTC')::date, count(*) from usage_events group by 1 order by 2, 1",
    )[0]
    with psycopg.connect(address, autocommit=True) as connection:
        for table in ("llm_usage", "observability_events"):
            connection.execute(
                f"delete from public.{table} where (created_at at time zone 'UTC')::date = %s"  # type: ignore[arg-type]
                " and " + ("true" if table == "llm_usage" else "hook_event_type = 'llm.usage'"),
                (day[0],),
            )
        connection.execute(
            "update public.llm_usage set model_name = 'another-model-name' where id = (select min(id::text)::uuid from public.llm_usage)"
        )
    (job,) = reconcile(ws, address).jobs
    assert (job.gone, job.changed) == (day[1], 1)
    assert job.read < 40


def test_what_is_there_again_is_loaded_again(
    address: str,
    open_empty: Callable[[], Workspace],
) -> None:
    ws = open_empty()
    read_database(ws, address)
    before = [ask(ws, question) for question in QUESTIONS]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "create table kept as select * from public.llm_usage where total_cost is not null limit 9"
        )
        connection.execute("delete from public.llm_usage where id in (select id from kept)")
        assert reconcile(ws, address).jobs[0].gone == 9
        connection.execute("insert into public.llm_usage select * from kept")
    assert reconcile(ws, address).jobs[0].new == 9
    assert [ask(ws, question) for question in QUESTIONS] == before


@pytest.mark.parametrize(
    "hidden", ["delete from public.llm_usage; delete from public.observability_events", "rls"]
)
def test_nothing_is_taken_away_where_rows_may_only_be_hidden(
    address: str,
    open_empty: Callable[[], Workspace],
    hidden: str,
) -> None:
    ws = open_empty()
    read_database(ws, address)
    before = ask(ws, USAGE)
    with psycopg.connect(address, autocommit=True) as connection:
        if hidden == "rls":
            connection.execute(
                "create role half_blind login; grant usage on schema public, authz to half_blind;"
                "grant select on all tables in schema public, authz to half_blind;"
                "alter table public.llm_usage enable row level security;"
                "create policy a_part on public.llm_usage using (total_cost > 0.01)"
            )
            address = address.replace("//postgres:@", "//half_blind:@", 1)
        else:
            connection.execute(hidden)  # type: ignore[arg-type]
    result = reconcile(ws, address)
    assert result.state == ("partial" if hidden == "rls" else "failed")
    assert result.hint
    assert ask(ws, USAGE) == before


def without(dataset: Dataset) -> Dataset:
    """The same rows, of which one call costs 7 and the last two calls and the first run are gone."""
    dataset.calls[:] = dataset.calls[:-2]
    dataset.calls[0] = replace(dataset.calls[0], cost=Decimal(7))
    dataset.events[:] = dataset.events[6:]
    return dataset


def test_over_the_api_the_same_is_found(open_empty: Callable[[], Workspace]) -> None:
    ws, fresh = open_empty(), open_empty()
    rows = mixed()
    with FakeOrchestrator("enterprise", rows) as fake:
        read_api(ws, fake)
    with FakeOrchestrator("enterprise", without(rows)) as fake:
        result = reconcile_source(ws, SYSTEM, OrchestratorApi(settings_for(fake), EAGER))
        read_api(fresh, fake)
    (job,) = result.jobs
    assert (result.state, job.new, job.changed, job.gone) == ("done", 0, 1, 2 + 1 + 3)
    for question in QUESTIONS:
        assert ask(ws, question) == ask(fresh, question)


def test_over_the_api_of_v2_the_same_is_found(open_empty: Callable[[], Workspace]) -> None:
    ws, fresh = open_empty(), open_empty()
    rows = mixed()
    with FakeOrchestrator("v2", rows) as fake:
        read_api(ws, fake)
    with FakeOrchestrator("v2", without(rows)) as fake:
        result = reconcile_source(ws, SYSTEM, OrchestratorApi(settings_for(fake), EAGER))
        read_api(fresh, fake)
    assert result.state == "done"
    assert (result.jobs[0].new, result.jobs[0].changed, result.jobs[0].gone) == (0, 1, 2 + 1 + 3)
    for question in QUESTIONS:
        assert ask(ws, question) == ask(fresh, question)


def test_what_the_platform_lets_go_of_for_its_age_stays(
    address: str, open_empty: Callable[[], Workspace]
) -> None:
    """Records of calls and events each from their own oldest on; what is deleted among newer rows is gone all the same."""
    ws = open_empty()
    read_database(ws, address)
    before = [ask(ws, question) for question in QUESTIONS]
    with psycopg.connect(address, autocommit=True) as connection:
        for table, share in (("llm_usage", 0.2), ("observability_events", 0.6)):
            connection.execute(
                f"delete from public.{table} where created_at < (select percentile_disc(%s) within group (order by created_at) "  # type: ignore[arg-type]
                f"from public.{table})", (share,),
            )  # fmt: skip
    result = reconcile(ws, address)
    (job,) = result.jobs
    assert (job.state, job.gone) == ("done", 0)
    assert "stay that are older than all that the platform still has" in (job.hint or "")
    assert [ask(ws, question) for question in QUESTIONS] == before
    with psycopg.connect(address, autocommit=True) as connection:
        [newest] = connection.execute(
            "delete from public.llm_usage where id = (select id from public.llm_usage order by created_at desc limit 1) returning id::text"
        ).fetchone() or [None]
    assert reconcile(ws, address).jobs[0].gone == 1
    assert list(list_removed(ws, SYSTEM)["event_id"]) == [newest]


def test_over_the_api_too_what_is_old_stays(open_empty: Callable[[], Workspace]) -> None:
    ws, rows = open_empty(), mixed()
    with FakeOrchestrator("enterprise", rows) as fake:
        read_api(ws, fake)
    before = ask(ws, TOTAL)
    oldest = sorted(rows.calls, key=lambda call: call.created)[:5]
    rows.calls[:] = [call for call in rows.calls if call not in oldest]
    with FakeOrchestrator("enterprise", rows) as fake:
        (job,) = reconcile_source(ws, SYSTEM, OrchestratorApi(settings_for(fake), EAGER)).jobs
    assert (job.gone, ask(ws, TOTAL)) == (0, before)


def test_deleted_tasks_and_conversations_are_found(
    address: str, dataset: Dataset, open_empty: Callable[[], Workspace]
) -> None:
    """A task that is gone keeps nobody waiting; a conversation that is gone still says whose its calls were."""
    ws = open_empty()
    held, agent, organization, user = dataset.conversations[0]
    with psycopg.connect(address, autocommit=True) as connection:
        for waiting in (True, False):
            connection.execute(
                "insert into public.tasks values (gen_random_uuid(), %s, %s, 'running', now() - interval '9 days', now(), %s, now())",
                (user, held, waiting),
            )
        read_database(ws, address)
        before = [ask(ws, question) for question in QUESTIONS]
        assert ask(ws, "select count(*) from agent_tasks where waiting") == [(1,)]
        connection.execute("delete from public.tasks where hitl_pending")
        connection.execute("delete from public.conversations where id = %s", (held,))
    read_database(ws, address)
    (job,) = reconcile(ws, address).jobs
    assert (job.state, job.gone) == ("done", 2)
    assert ask(ws, "select count(*), count(*) filter (where waiting) from agent_tasks") == [(1, 0)]
    assert ask(ws, "select conversation_id, organization from conversations where not present") == [
        (held, organization)
    ]
    removed = list_removed(ws, SYSTEM)
    assert sorted(zip(removed["dataset"], removed["agent"], strict=True)) == [
        ("conversations", agent),
        ("tasks", agent),
    ]
    assert [ask(ws, question) for question in QUESTIONS] == before
    assert reconcile(ws, address).jobs[0].read == 0


@pytest.mark.parametrize("first", ["api", "database"])
@pytest.mark.parametrize("compared", ["api", "database"])
def test_through_two_sources_a_row_goes_when_neither_has_it(
    address: str,
    dataset: Dataset,
    open_with_sources: Callable[..., Workspace],
    first: str,
    compared: str,
) -> None:
    """Whichever told of it first, and whichever is asked to be compared; what one of them still shows stays."""
    calls = list(dataset.calls)
    with FakeOrchestrator("enterprise", dataset) as fake:
        ws = open_with_sources(fake, address)
        for name in sorted(("api", "database"), key=lambda name: name != first):
            assert run_source(ws, SYSTEM, name).state == "done"
        whole = ask(ws, TOTAL)
        fake.forget(calls[0].id, calls[1].id)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(
                "delete from public.llm_usage where id = any(%s)", ([calls[0].id, calls[2].id],)
            )
        assert reconcile_source(ws, SYSTEM, compared).state == "done"
        gone = [(whole[0][0] - 1, whole[0][1] - (calls[0].cost or 0))]
        assert ask(ws, TOTAL) == ask(ws, DAILY) == gone
        assert list(list_removed(ws, SYSTEM)["event_id"]) == [calls[0].id]
        for name in ("api", "database"):
            reconcile_source(ws, SYSTEM, name)
        assert ask(ws, TOTAL) == ask(ws, DAILY) == gone


@pytest.mark.parametrize("second", ["api", "database"])
def test_what_was_corrected_is_right_when_the_second_source_reads_it(
    address: str, dataset: Dataset, open_with_sources: Callable[..., Workspace], second: str
) -> None:
    """The first source, which delivered the rows, does not look so far back; it is not undone by what it reads next."""
    call = next(call for call in dataset.calls if call.cost is not None)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "update public.llm_usage set total_cost = 7, input_tokens = 11, model_name = 'corrected' where id = %s",
            (call.id,),
        )
    corrected = replace(call, cost=Decimal(7), tokens=(11, call.tokens[1]), model="corrected")
    first = "api" if second == "database" else "database"
    told = "select amount, cost, input_tokens, model, source from usage_events where event_id = '{}'"
    with FakeOrchestrator("enterprise", dataset) as fake:
        if first == "database":
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute(
                    "update public.llm_usage set total_cost = %s, input_tokens = %s, model_name = %s where id = %s",
                    (call.cost, call.tokens[0], call.model, call.id),
                )
            fake.forget(call.id)
            fake.dataset.calls.append(corrected)
            fake._keep_call(corrected)
        ws = open_with_sources(fake, address)
        run_source(ws, SYSTEM, first)
        assert ask(ws, told.format(call.id)) == [(call.cost, call.cost, call.tokens[0], call.model, first)]
        whole = ask(ws, TOTAL)
        usage = next(job for job in run_source(ws, SYSTEM, second).jobs if job.job == "usage")
        assert (usage.new, usage.changed, usage.unchanged) == (0, 1, 0)
        assert ask(ws, told.format(call.id)) == [(7, 7, 11, "corrected", first)]
        assert ask(ws, TOTAL) == ask(ws, DAILY) == [(whole[0][0], whole[0][1] - (call.cost or 0) + 7)]
        for name in (first, second):
            assert {job.changed for job in run_source(ws, SYSTEM, name).jobs} == {0}
        assert ask(ws, told.format(call.id)) == [(7, 7, 11, "corrected", first)]


def test_a_cost_with_as_many_decimals_as_a_float_has_is_the_one_told(
    address: str, open_empty: Callable[[], Workspace]
) -> None:
    ws = open_empty()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "update public.observability_events set payload = payload || '{\"costUsd\": 0.30000000000000004}'"
            " where id = (select min(id) from public.observability_events where hook_event_type = 'llm.usage')"
        )
        connection.execute("alter table public.llm_usage alter column total_cost type double precision")
        connection.execute(
            "update public.llm_usage set total_cost = 0.30000000000000004::float8"
            " where id = (select min(id::text)::uuid from public.llm_usage)"
        )
    read_database(ws, address)
    assert ask(ws, "select count(*) from usage_events where amount = 0.30000000000000004") == [(2,)]
    assert reconcile(ws, address).jobs[0].read == 0


def test_files_have_nothing_to_be_compared_with(ws: Workspace) -> None:
    settings: dict[str, Any] = {"name": "files", "kind": "usage_file", "path": "*.csv"}
    with pytest.raises(UsageError, match="files is not an installation of Orchestrator AI"):
        reconcile_source(ws, SYSTEM, UsageFile(UsageFileSettings.model_validate(settings)))
