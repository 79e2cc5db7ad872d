"""Ingesting a fake Orchestrator AI gives its truth to the cent, whatever goes wrong on the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from pydantic import SecretStr

from orchflow.config.settings import Settings
from orchflow.config.sources import OrchestratorApiSettings
from orchflow.errors import SourceError
from orchflow.ingest.run import SourceResult, run_source
from orchflow.ingest.sources import api_client, api_history
from orchflow.ingest.sources.api_client import ApiClient, Patience
from orchflow.ingest.sources.api_enterprise import EnterpriseApi
from orchflow.ingest.sources.api_rows import stamp
from orchflow.ingest.sources.orchestrator_api import OrchestratorApi
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace, open_workspace
from tests.contract.fake_dataset import SENSITIVE, USERS, Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, VIEWER, FakeOrchestrator
from tests.processes import start

VERSIONS = ["enterprise", "v2"]
EAGER = Patience(
    attempts=8, first_wait=0.001, jitter=0.0, longest_wait=5.0, connect_timeout=2.0, read_timeout=5.0
)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def rows() -> Dataset:
    """What the platform holds, made once; nobody changes it."""
    return Dataset(calls=800)


@pytest.fixture
def fake(version: str, rows: Dataset) -> Iterator[FakeOrchestrator]:
    with FakeOrchestrator(version, rows.copy()) as server:  # type: ignore[arg-type]
        yield server


@pytest.fixture(scope="module")
def read_once(
    rows: Dataset, migrated_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """The home folder of a workspace that has read these rows once, for each version; to be copied."""

    @cache
    def read(version: str) -> Path:
        home = shutil.copytree(migrated_home, tmp_path_factory.mktemp("read") / "home")
        opened = open_workspace(settings_of(home))
        with FakeOrchestrator(version, rows.copy()) as server:  # type: ignore[arg-type]
            assert ingest(opened, server).state == "done"
        opened.close()
        return home

    return read


@pytest.fixture
def known(fake: FakeOrchestrator, read_once: Callable[[str], Path], tmp_path: Path) -> Iterator[Workspace]:
    """A workspace that has read `fake` once."""
    opened = open_workspace(settings_of(Path(shutil.copytree(read_once(fake.version), tmp_path / "known"))))
    yield opened
    opened.close()


def settings_of(home: Path) -> Settings:
    return Settings.model_validate({"home": home, "warehouse": {"threads": 1}})


def settings_for(fake: FakeOrchestrator, **changes: Any) -> OrchestratorApiSettings:
    values = {
        "name": "orchestrator", "kind": "orchestrator_api", "url": fake.url, "email": SERVICE, "password": PASSWORD,
    }  # fmt: skip
    return OrchestratorApiSettings.model_validate({**values, **changes})


def ingest(ws: Workspace, fake: FakeOrchestrator, *, full: bool = False, **changes: Any) -> SourceResult:
    return run_source(ws, SYSTEM, OrchestratorApi(settings_for(fake, **changes), EAGER), full=full)


def ask(ws: Workspace, sql: str) -> list[tuple[Any, ...]]:
    return ws.warehouse.rows(Query.of("question", sql))


def costs(ws: Workspace) -> dict[str, Decimal | None]:
    return dict(ask(ws, "select event_id, cost from usage_events"))


def assert_truth(ws: Workspace, fake: FakeOrchestrator) -> None:
    """The warehouse holds the fake's truth: every amount, and the rollups of it."""
    truth = fake.dataset.truth
    loaded = costs(ws)
    calls = {call.id for call in fake.dataset.calls if call.id in truth.costs}
    assert {key: loaded.get(key) for key in calls} == {key: truth.costs[key] for key in calls}
    assert len(loaded) == len(truth.costs)
    if fake.version == "enterprise":
        assert loaded == truth.costs
    assert sum(cost for cost in loaded.values() if cost is not None) == truth.total
    assert ask(ws, "select sum(cost), sum(events) from usage_daily") == [(truth.total, len(truth.costs))]
    runs = ask(
        ws,
        "select count(*), count(*) filter (status = 'completed'), count(*) filter (status = 'failed') from agent_runs",
    )
    assert runs == [(truth.runs, truth.completed, truth.failed)]


def test_a_clean_run_gives_the_truth_to_the_cent(ws: Workspace, fake: FakeOrchestrator) -> None:
    result = ingest(ws, fake)
    assert (result.state, result.error) == ("done", None)
    assert_truth(ws, fake)


def test_a_second_run_changes_nothing_and_reads_little(known: Workspace, fake: FakeOrchestrator) -> None:
    result = ingest(known, fake)
    assert [(job.job, job.new, job.changed) for job in result.jobs if job.new or job.changed] == []
    assert sum(job.read for job in result.jobs if job.job in ("usage", "runs")) < 50
    assert_truth(known, fake)


def test_reading_everything_again_changes_nothing(known: Workspace, fake: FakeOrchestrator) -> None:
    result = ingest(known, fake, full=True)
    assert sum(job.new + job.changed for job in result.jobs) == 0
    assert_truth(known, fake)


def test_new_rows_come_with_the_next_run(known: Workspace, fake: FakeOrchestrator) -> None:
    fake.arrive(calls=30, runs=4)
    ingest(known, fake)
    assert_truth(known, fake)


FAULTS: dict[str, dict[str, Any]] = {
    "the token expires every five requests": {"token_lifetime": 5},
    "the token expires and cannot be refreshed": {"token_lifetime": 4, "refresh_refused": True},
    "too many requests": {"busy_every": 3, "retry_after": "0"},
    "internal errors": {"broken_every": 4},
    "connections reset": {"reset_every": 3},
    "a slow platform": {"delay": 0.005},
}
LOADED_TOO: dict[str, dict[str, Any]] = {
    "rows delivered twice": {"duplicates": True},
    "everything at once": {
        "token_lifetime": 7, "busy_every": 5, "broken_every": 7, "reset_every": 11, "duplicates": True,
    },
}  # fmt: skip
"""Faults that change what is read, so that it has to be loaded to be judged."""


def rows_of(fake: FakeOrchestrator) -> dict[str, list[str]]:
    """Every row that is read of it, as text in an order of its own, by what it is a row of."""
    source = OrchestratorApi(settings_for(fake), EAGER)
    read: dict[str, list[str]] = {}
    for job in source.jobs():
        for batch in source.read(job, None, False):
            read.setdefault(batch.dataset, []).extend(map(str, batch.rows.to_pylist()))
    source.close()
    return {dataset: sorted(rows) for dataset, rows in read.items()}


@pytest.fixture(scope="module")
def undisturbed(rows: Dataset) -> Callable[[str], dict[str, list[str]]]:
    """What is read of a platform of that version when nothing goes wrong."""

    @cache
    def read(version: str) -> dict[str, list[str]]:
        with FakeOrchestrator(version, rows.copy()) as server:  # type: ignore[arg-type]
            return rows_of(server)

    return read


@pytest.mark.parametrize("fault", FAULTS)
def test_every_row_is_read_once_whatever_goes_wrong_on_the_way(
    fake: FakeOrchestrator, undisturbed: Callable[[str], dict[str, list[str]]], fault: str
) -> None:
    for name, value in FAULTS[fault].items():
        setattr(fake.faults, name, value)
    assert rows_of(fake) == undisturbed(fake.version)


@pytest.mark.parametrize("fault", LOADED_TOO)
def test_the_truth_survives(ws: Workspace, fake: FakeOrchestrator, fault: str) -> None:
    for name, value in LOADED_TOO[fault].items():
        setattr(fake.faults, name, value)
    for _ in range(2):
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)


def test_no_row_is_lost_when_rows_arrive_at_the_head_while_paging(
    ws: Workspace, fake: FakeOrchestrator
) -> None:
    before = {call.id for call in fake.dataset.calls}
    fake.faults.arrivals = 15
    assert ingest(ws, fake).error is None
    assert before <= costs(ws).keys()
    fake.faults.arrivals = 0
    ingest(ws, fake)
    assert_truth(ws, fake)


def test_rows_recorded_late_are_read_again_with_the_overlap(known: Workspace, fake: FakeOrchestrator) -> None:
    fake.arrive(calls=1)
    ingest(known, fake)
    fake.faults.late = 1
    ingest(known, fake)
    fake.faults.late = 0
    ingest(known, fake)
    assert_truth(known, fake)


@pytest.mark.parametrize("job", ["usage", "runs"])
def test_a_watermark_never_goes_back(fake: FakeOrchestrator, job: str) -> None:
    """What was read last may be gone from the platform, and what lies in the overlap is older than it."""
    source = OrchestratorApi(settings_for(fake), EAGER)
    fake.arrive(calls=1, runs=1, at=datetime.now(UTC) - timedelta(seconds=2))
    newest = list(source.read(job, None, False))[-1].watermark
    assert newest
    later = {
        stream: stamp(datetime.fromisoformat(time) + timedelta(minutes=5)) for stream, time in newest.items()
    }
    batches = list(source.read(job, later, False))
    source.close()
    assert sum(batch.rows.num_rows for batch in batches) > 0
    assert batches[-1].watermark == later


@pytest.mark.parametrize("job", ["usage", "runs"])
def test_a_watermark_goes_on_to_the_newest_row(fake: FakeOrchestrator, job: str) -> None:
    source = OrchestratorApi(settings_for(fake), EAGER)
    known = list(source.read(job, None, False))[-1].watermark
    fake.arrive(calls=1, runs=1, at=datetime.now(UTC) - timedelta(seconds=2))
    after = list(source.read(job, known, False))[-1].watermark
    source.close()
    assert known
    assert after
    assert all(after[stream] > time for stream, time in known.items())


@pytest.mark.parametrize("later_than", [False, True])
@pytest.mark.parametrize("page", [37, 43])
def test_a_history_of_many_pages_loses_no_event(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, later_than: bool, page: int
) -> None:
    """Pages break off between copies of starts (37) and calls (43); `since` may or may not include its millisecond."""
    monkeypatch.setattr(api_history, "PAGE", page)
    with FakeOrchestrator("v2", Dataset(calls=400)) as fake:
        fake.faults.since_is_later_than = later_than
        assert ingest(ws, fake).error is None
        assert sum("/observability/history" in path for path in fake.paths) > 20
        assert_truth(ws, fake)


def test_v2_says_so_rather_than_lose_events_that_no_page_can_hold(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_history, "PAGE", 8)
    with FakeOrchestrator("v2", Dataset(calls=10)) as fake:
        for _ in range(9):
            fake.arrive(runs=1, at=fake.dataset.now - timedelta(days=1))
        result = ingest(ws, fake)
    assert result.state == "failed"
    assert "more than 8 events" in str(result.error)


def test_bad_rows_are_set_aside_and_the_others_loaded(ws: Workspace, fake: FakeOrchestrator) -> None:
    bad = fake.soil()
    result = ingest(ws, fake)
    usage = next(job for job in result.jobs if job.job == "usage")
    assert (usage.state, usage.rejected) == ("done", bad)
    assert_truth(ws, fake)


def test_a_row_from_the_future_does_not_hide_what_comes_after(ws: Workspace, fake: FakeOrchestrator) -> None:
    fake.arrive(calls=1, at=datetime.now(UTC) + timedelta(hours=20))
    ingest(ws, fake)
    fake.arrive(calls=3, runs=1)
    ingest(ws, fake)
    assert_truth(ws, fake)


def test_deleted_events_never_hide_others(ws: Workspace) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=2500)) as fake:
        fake.faults.vanishing = 30
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)


class OneInstant:
    """A platform with many events of one instant, listed in the order of their ids as text or as numbers."""

    def __init__(self, ids: range, order: Callable[[int], Any]) -> None:
        row = {
            "occurredAt": "2026-11-20T10:00:00.000Z",
            "eventType": "invocation.started",
            "agentSlug": "writer",
            "orgSlug": "unknown",
        }
        self.rows = [{**row, "id": number} for number in sorted(ids, key=order, reverse=True)]
        self.pages = 0

    def server_now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)

    def get(self, path: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        self.pages += 1
        assert self.pages < 20, "it reads the same pages for ever"
        return self.rows[params["offset"] : params["offset"] + params["limit"]]


@pytest.mark.parametrize("order", [str, int])
def test_many_events_of_one_instant_are_read_in_the_platforms_own_order(order: Callable[[int], Any]) -> None:
    ids = range(9_608, 10_500)  # the second page ends among those of five digits
    api = EnterpriseApi(OneInstant(ids, order))  # type: ignore[arg-type]
    batches = [batch for batch in api.read("runs", None) if batch.dataset == "run_events"]
    rows = [row for batch in batches for row in batch.rows.to_pylist()]
    assert {row["event_id"] for row in rows} == set(map(str, ids))
    assert {row["organization"] for row in rows} == {None}


@pytest.mark.parametrize(
    ("denied", "job"),
    [("/admin/agents", "agents"), ("/admin/organizations", "organizations"), ("/api/rbac", "users")],
)
def test_a_list_that_the_user_may_not_see_is_left_out_and_the_rest_is_read(
    ws: Workspace, denied: str, job: str
) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=50)) as fake:
        fake.faults.denied = denied
        result = ingest(ws, fake)
        assert result.state == "partial"
        assert "left out: " in str(next(each.hint for each in result.jobs if each.job == job))
        assert_truth(ws, fake)


MEMBERS = "/api/rbac/organizations/legal/users"
NESTED = b"[" * 200_000 + b"]" * 200_000


def test_a_member_whose_roles_are_no_list_has_none(known: Workspace, fake: FakeOrchestrator) -> None:
    odd = ["null", '"admin"', '{"name": "admin"}', "[null, 7]", "[[]]"]
    members = [f'{{"userId": "{USERS[0][0]}", "roles": {roles}}}' for roles in odd]
    fake.instead[MEMBERS] = f'{{"users": [{", ".join(members)}, 5, null]}}'.encode()
    assert ingest(known, fake).state == "done"
    assert ask(known, "select count(*) from platform_roles") == [(len(USERS),)]


@pytest.mark.parametrize("answer", [b'{"users": null}', b'"none"', NESTED])
def test_members_that_are_no_list_leave_out_roles_and_nothing_else(
    known: Workspace, fake: FakeOrchestrator, answer: bytes
) -> None:
    fake.instead[MEMBERS] = answer
    fake.arrive(calls=3)
    result = ingest(known, fake)
    assert result.state == "partial"
    assert f"roles left out: {MEMBERS} answered in a form that is not known" in str(result.hint)
    assert ask(known, "select count(*) from platform_users where present") == [(len(USERS),)]
    assert ask(known, "select count(*) from platform_roles") == [(len(USERS),)]
    assert_truth(known, fake)


@pytest.mark.parametrize("answer", [NESTED, b'{"agents": {}}', b"null"])
def test_a_list_that_cannot_be_understood_is_left_out(ws: Workspace, answer: bytes) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=50)) as fake:
        ingest(ws, fake)
        fake.instead["/admin/agents"] = answer
        result = ingest(ws, fake)
        assert result.state == "partial"
        assert "agents left out: /admin/agents answered in a form that is not known" in str(result.hint)
        assert ask(ws, "select count(*) from agents where present") == [(8,)]
        assert_truth(ws, fake)


def test_nested_answers_where_cost_is_are_a_sentence(ws: Workspace) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=50)) as fake:
        fake.instead["/admin/llm/usage/list"] = NESTED
        result = ingest(ws, fake)
    assert result.state == "failed"
    assert result.error == "/admin/llm/usage/list answered in a form that is not known"


@pytest.mark.parametrize("denied", ["/admin/llm", "/admin/observability"])
def test_where_cost_may_not_be_seen_the_run_fails(ws: Workspace, denied: str) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=50)) as fake:
        fake.faults.denied = denied
        assert ingest(ws, fake).state == "failed"


def test_an_answer_without_an_end_is_an_error(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_client, "LARGEST_ANSWER", 2000)
    with FakeOrchestrator("enterprise", Dataset(calls=50)) as fake:
        result = ingest(ws, fake)
    assert result.state == "failed"
    assert "had not ended its answer after" in str(result.error)


@pytest.mark.parametrize("ignored", ["offset_ignored", "time_ignored"])
def test_a_list_that_has_no_end_is_a_clear_stop(ws: Workspace, fake: FakeOrchestrator, ignored: str) -> None:
    fake.own_conversations = [f"own-{n}" for n in range(700)]
    fake.arrive(calls=1500, runs=1500, at=fake.dataset.now - timedelta(days=2))
    setattr(fake.faults, ignored, True)
    result = ingest(ws, fake)
    assert result.state == "failed"
    assert "has no end" in str(result.error) or "does not filter by time" in str(result.error)
    assert "orchestrator_db" in str(result.hint)
    assert fake.requests < 300


@pytest.mark.parametrize("unordered", [False, True])
def test_more_rows_at_one_instant_than_a_page_holds(ws: Workspace, unordered: bool) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=900, ties=450)) as fake:
        fake.faults.unordered_ties = unordered
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)


def test_v2_windows_that_come_back_full_are_split(ws: Workspace) -> None:
    with FakeOrchestrator("v2", Dataset(calls=3000, days=2)) as fake:
        ingest(ws, fake)
        assert_truth(ws, fake)


def test_calls_without_a_start_are_found(ws: Workspace, fake: FakeOrchestrator) -> None:
    fake.arrive(calls=5, at=fake.dataset.now - timedelta(days=20), unstarted=True)
    ingest(ws, fake)
    assert_truth(ws, fake)


def test_who_and_where_come_along(known: Workspace, fake: FakeOrchestrator) -> None:
    assert {slug for (slug,) in ask(known, "select slug from organizations")} == {
        "engineering", "finance", "global", "legal", "marketing",
    }  # fmt: skip
    assert ask(known, "select email from platform_users where service") == [(SERVICE,)]
    assert ask(known, "select count(*) from platform_users where present") == [(len(USERS),)]
    assert ask(known, "select organization, role from platform_roles order by all") == sorted(
        (user[5], user[4]) for user in USERS
    )
    assert ask(known, "select count(*) from agents where present") == [(8,)]
    assert ask(known, "select count(*) from platform_teams") == [(3 if fake.version == "v2" else 0,)]
    held = "select count(*) from usage_events where conversation_id is not null and organization is null"
    whole = "select count(*) from conversations where organization is not null and agent is not null"
    assert ask(known, whole)[0][0] > 0
    assert ask(known, f"{held} and conversation_id in (select conversation_id from conversations)") == [(0,)]


def test_nothing_sensitive_reaches_the_warehouse(ws: Workspace, fake: FakeOrchestrator) -> None:
    fake.soil()
    ingest(ws, fake)
    ws.warehouse.checkpoint()
    held = b"".join(path.read_bytes() for path in ws.settings.home.rglob("*") if path.is_file())
    assert b"marketing-swarm" in held
    assert SENSITIVE.encode() not in held
    assert PASSWORD.encode() not in held


def test_the_platform_is_never_asked_what_it_answers_500_to(ws: Workspace, fake: FakeOrchestrator) -> None:
    ingest(ws, fake)
    ingest(ws, fake)
    assert 500 not in fake.statuses
    assert all(headers.get("x-organization-slug") == "*" for headers in fake.headers)


def test_a_failed_run_keeps_the_old_watermark_and_says_what_to_do(
    known: Workspace, fake: FakeOrchestrator
) -> None:
    fake.faults.down = True
    result = ingest(known, fake)
    assert result.state == "failed"
    assert result.jobs[0].watermark_after == result.jobs[0].watermark_before
    assert result.hint
    fake.faults.down = False
    fake.arrive(calls=5)
    assert ingest(known, fake).state == "done"
    assert_truth(known, fake)


def test_one_walk_serves_all_that_it_can(ws: Workspace, fake: FakeOrchestrator) -> None:
    ingest(ws, fake)
    asked = [urlsplit(path) for path in fake.paths]
    queries = [parse_qs(url.query) for url in asked]
    if fake.version == "v2":
        walked = [query["since"] for url, query in zip(asked, queries, strict=True) if "since" in query]
        assert walked[0] == ["0"]
        assert len(walked) <= 5  # all but the first only make sure that nothing comes after it
        assert all(
            url.path == "/observability/history"
            for url, query in zip(asked, queries, strict=True)
            if "since" in query
        )
    else:
        assert {query["search"][0] for query in queries if "search" in query} == {"llm.usage", "invocation."}
    calls = ask(ws, "select count(*) from usage_events where provider = 'openrouter'")
    assert calls == [(sum(event.type == "llm.usage" for event in fake.dataset.events),)]


def test_calls_and_runs_missed_by_a_broken_walk_come_with_the_next(ws: Workspace) -> None:
    with FakeOrchestrator("v2", Dataset(calls=200)) as fake:
        ingest(ws, fake)
        for minute in range(20):
            fake.arrive(runs=1, at=datetime.now(UTC) - timedelta(seconds=minute + 1))
        fake.faults.down = True
        assert ingest(ws, fake).state == "failed"
        fake.faults.down = False
        assert ingest(ws, fake).state == "done"
        assert_truth(ws, fake)


def test_an_expired_token_is_refreshed_once(fake: FakeOrchestrator) -> None:
    fake.faults.token_lifetime = 1
    client = ApiClient(fake.url, SERVICE, SecretStr(PASSWORD), patience=EAGER)
    client.get("/auth/me")
    client.get("/auth/me")
    client.close()
    assert fake.paths == ["/auth/login", "/auth/me", "/auth/me", "/auth/refresh", "/auth/me"]


def test_a_retry_writes_nothing_on_the_terminal(
    ws: Workspace, fake: FakeOrchestrator, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    fake.faults.busy_every = 4
    with caplog.at_level("INFO"):
        assert ingest(ws, fake).state == "done"
    assert "asks again in" in caplog.text
    assert {record.levelname for record in caplog.records if "asks again" in record.message} == {"INFO"}
    assert PASSWORD not in caplog.text
    assert capfd.readouterr() == ("", "")


def test_retries_are_bounded(fake: FakeOrchestrator) -> None:
    fake.faults.broken_every = 1
    client = ApiClient(fake.url, SERVICE, SecretStr(PASSWORD), patience=EAGER)
    with pytest.raises(SourceError, match="kept failing with 500"):
        client.get("/auth/me")
    client.close()
    assert fake.requests == EAGER.attempts


def test_the_api_tells_the_status_by_which_agents_run_where_it_knows_it(
    known: Workspace, fake: FakeOrchestrator
) -> None:
    told = ask(known, "select slug, status from agents where status is not null and status <> 'active'")
    assert told == ([("cad-agent", "disabled")] if fake.version == "enterprise" else [])
    assert ask(known, "select distinct column_status, fault, department from agents") == [(None, None, None)]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(fake: FakeOrchestrator, form: str) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=3)
    fake.faults.retry_after = "3" if form == "seconds" else format_datetime(until, usegmt=True)
    fake.faults.busy_every = 4
    source = OrchestratorApi(settings_for(fake), EAGER)
    list(source.read("organizations", None, False))
    source.close()
    assert datetime.now(UTC) >= until


def test_a_platform_that_asks_to_wait_too_long_ends_the_run(ws: Workspace, fake: FakeOrchestrator) -> None:
    fake.faults.busy_every = 1
    fake.faults.retry_after = "3600"
    result = ingest(ws, fake)
    assert "429" in str(result.error)
    assert "3600 seconds" in str(result.hint)


def test_a_wrong_password_is_one_clear_sentence_without_the_password(
    ws: Workspace, fake: FakeOrchestrator
) -> None:
    result = ingest(ws, fake, password="not-the-password")
    assert "Invalid login credentials" in str(result.error)
    assert "not-the-password" not in f"{result.error}{result.hint}"
    assert "password" in str(result.hint)


def test_google_sign_in_is_explained(ws: Workspace, fake: FakeOrchestrator) -> None:
    fake.faults.google = True
    result = ingest(ws, fake)
    assert "Google" in str(result.error)
    assert "orchestrator_db" in str(result.hint)


def test_a_missing_permission_is_named(ws: Workspace) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=10)) as fake:
        source = OrchestratorApi(settings_for(fake, email=VIEWER), EAGER)
        with pytest.raises(Exception, match="lacks the permission llm:admin") as refused:
            list(source.read("usage", None, False))
        source.close()
        assert "role admin on organisation *" in refused.value.hint  # type: ignore[attr-defined]


@contextmanager
def killed(home: Path, config: Path, fake: FakeOrchestrator, last: float) -> Iterator[None]:
    """A run in a process of its own, killed without warning while it waits for what follows its request number `last`."""
    reached, over = Event(), Event()
    first = fake.requests

    def hold(target: str) -> None:
        if fake.requests - first > last:
            reached.set()
            over.wait()

    fake.before_answer = hold
    environment = {**os.environ, "ORCHFLOW_HOME": str(home), "ORCHFLOW_CONFIG": str(config)}
    process = start("ingest", "run", environment=environment, log=Path(os.devnull))
    try:
        assert reached.wait(60), "the run did not ask for as much"
        process.kill()
        process.wait()
        fake.before_answer = lambda target: None
        yield
    finally:
        process.kill()
        process.wait()
        over.set()


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_run_that_was_killed_is_made_up_for(
    tmp_path: Path, migrated_home: Path, version: str, share: float
) -> None:
    home = Path(shutil.copytree(migrated_home, tmp_path / "home"))
    with FakeOrchestrator(version, Dataset(calls=600)) as fake:  # type: ignore[arg-type]
        source = settings_for(fake).model_dump(mode="json", exclude_none=True) | {"password": PASSWORD}
        config = tmp_path / "orchflow.yaml"
        config.write_text(yaml.safe_dump({"sources": [source]}), encoding="utf-8")
        requests = needed(fake)
        with killed(home, config, fake, requests * share):
            opened = open_workspace(Settings.model_validate({"home": home, "sources": (source,)}))
            try:
                assert ingest(opened, fake).state == "done"
                assert_truth(opened, fake)
            finally:
                opened.close()


def needed(fake: FakeOrchestrator) -> int:
    """How many requests a whole run takes."""
    source = OrchestratorApi(settings_for(fake), EAGER)
    before = fake.requests
    for job in source.jobs():
        list(source.read(job, None, False))
    source.close()
    return fake.requests - before


def test_settings_hide_the_password(fake: FakeOrchestrator) -> None:
    assert isinstance(settings_for(fake).password, SecretStr)
    assert PASSWORD not in repr(settings_for(fake))
