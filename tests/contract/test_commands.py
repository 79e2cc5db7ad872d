"""What `orchflow ingest` prints and exits with when a platform is read whole, in part, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run, home, run
from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import PASSWORD, SERVICE, FakeOrchestrator

__all__ = ["home", "run"]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeOrchestrator]:
    """A platform that the settings of the workspace name twice, once with a wrong password."""
    with FakeOrchestrator("enterprise", Dataset(calls=40)) as server:
        source = {
            "name": "platform",
            "kind": "orchestrator_api",
            "url": server.url,
            "email": SERVICE,
            "password": PASSWORD,
        }
        stranger = {**source, "name": "stranger", "password": "wrong"}
        settings = {
            "workspace": {"timezone": "Europe/Berlin"},
            "sources": [{**source, "schedule": "15 * * * *", "reconcile_schedule": "30 3 * * 0"}, stranger],
        }
        (tmp_path / "orchflow.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        yield server


def test_a_run_prints_its_jobs_under_each_other(run: Run, fake: FakeOrchestrator) -> None:
    ran = run("ingest", "run", "platform")
    assert (ran.code, ran.err) == (0, "")
    first, head, *jobs = ran.out.splitlines()
    assert first.startswith("platform: done, ")
    assert head.split() == ["job", "state", "read", "new", "changed", "unchanged", "seconds"]
    assert [line.split()[0] for line in jobs] == [
        "organizations",
        "users",
        "agents",
        "conversations",
        "usage",
        "runs",
    ]
    for count in head.split()[2:]:
        end = head.index(f" {count}") + len(count)
        assert all(line[end].isdigit() and line[end + 1 : end + 2] in ("", " ") for line in jobs)


def test_what_was_left_out_is_said_and_only_strict_makes_it_a_failure(
    run: Run, fake: FakeOrchestrator
) -> None:
    fake.faults.denied = "/admin/agents"
    ran = run("ingest", "run", "platform")
    assert ran.code == 0
    assert ran.out.startswith("platform: partial, ")
    said = ran.out.splitlines()[-1]
    assert said.startswith("  agents  agents left out: flow-sync@example.org lacks the permission some:thing")
    assert run("ingest", "run", "platform", "--strict").code == 1
    assert run("ingest", "run", "platform", "--json").document["sources"][0]["state"] == "partial"
    status = run("ingest", "status", "platform")
    assert (status.code, status.err) == (0, "")
    assert "platform (Orchestrator AI, API): partial" in status.out
    assert "\n  hint       agents left out: " in status.out


def test_what_several_jobs_left_out_is_said_once_each(run: Run, fake: FakeOrchestrator) -> None:
    fake.instead["/admin/agents"] = fake.instead["/admin/organizations"] = b"{}"
    ran = run("ingest", "run", "platform")
    assert (ran.code, ran.out.split(",")[0]) == (0, "platform: partial")
    for path in ("/admin/agents", "/admin/organizations"):
        assert f"left out: {path} answered in a form that is not known" in ran.out
    assert "\n  platform " not in ran.out


def test_a_run_that_fails_says_why_and_what_to_do(run: Run, fake: FakeOrchestrator) -> None:
    ran = run("ingest", "run")
    assert ran.code == 1
    assert "stranger: failed, " in ran.out
    assert (
        "\n  organizations  Orchestrator AI refused to sign in flow-sync@example.org: Invalid login credentials"
        in ran.out
    )
    assert "\n                 Correct email and password of the source" in ran.out


def test_a_source_that_is_being_read_is_named_although_no_job_ran(
    run: Run, fake: FakeOrchestrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orchflow.ingest import run as ingest
    from orchflow.ingest.progress import BeingRead

    def refuse(*_: object, **__: object) -> None:
        raise BeingRead("platform is being read already", "Wait until that run has ended.")

    monkeypatch.setattr(ingest, "run_source", refuse)
    ran = run("ingest", "run", "platform")
    assert ran.code == 1
    assert ran.out == (
        "platform: failed\n  platform  platform is being read already\n            Wait until that run has ended.\n"
    )


def test_status_tells_what_was_read_when_and_when_it_is_next(run: Run, fake: FakeOrchestrator) -> None:
    never = run("ingest", "status", "platform").out
    assert never.splitlines()[:2] == ["Times are in Europe/Berlin.", "platform (Orchestrator AI, API): never"]
    assert "\n  reading    never so far, next " in never
    run("ingest", "run", "platform")
    told = run("ingest", "status", "platform").out
    assert "platform (Orchestrator AI, API): ok" in told
    assert "\n  reading    last " in told
    assert "(15 * * * *)" in told
    assert "\n  comparing  never so far, next " in told
    assert "ended" in told
    assert [line.split()[0] for line in told.splitlines()[-6:]] == [
        "organizations", "users", "agents", "conversations", "usage", "runs",
    ]  # fmt: skip


def test_a_comparison_exits_as_a_run_does(run: Run, fake: FakeOrchestrator) -> None:
    run("ingest", "run", "platform")
    compared = run("ingest", "reconcile", "platform")
    assert (compared.code, compared.err) == (0, "")
    assert "Tasks and conversations are not compared" in compared.out
    assert run("ingest", "reconcile", "platform", "--strict").code == 0
    fake.faults.denied = "/admin/observability"
    assert run("ingest", "reconcile", "platform").code == 1


def test_a_check_stands_in_columns(run: Run, fake: FakeOrchestrator) -> None:
    good = run("ingest", "check", "platform")
    assert (good.code, good.err) == (0, "")
    head, *lines = good.out.splitlines()
    assert head == "platform (Orchestrator AI, API): all is well"
    place = lines[0].index(fake.url)
    assert lines[0][:place].split() == ["ok", "address"]
    assert all(line[place - 1] == " " and line[place] != " " for line in lines)
    bad = run("ingest", "check")
    assert bad.code == 1
    assert "stranger (Orchestrator AI, API): 1 failed" in bad.out
    assert f"\n{' ' * 17}Correct email and password" in bad.out
