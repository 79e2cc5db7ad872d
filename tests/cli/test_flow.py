"""`orchflow flow …`, as it is typed."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run


def test_a_flow_is_begun_moved_and_looked_at(run: Run) -> None:
    assert "orchflow flow begin 1" in run("flow", "status").out
    refused = run("flow", "begin", "1")
    assert (refused.code, "the workspace has no Day 1 yet" in refused.err) == (1, True)

    begun = run("flow", "begin", "1", "--start", "2026-11-02", "--json").document
    assert (begun["key"], begun["start_day"]) == ("flow-1-initial-setup", "2026-11-02")
    assert "yes" in run("flow", "list").out
    assert run("flow", "begin", "flow-1-initial-setup", "--start", "2026-11-02").code == 1

    status = run("flow", "status", "1", "--json").document
    (flow,) = status["flows"]
    assert (flow["counts"]["ticked"], flow["counts"]["share"], len(flow["steps"])) == (0, 0.0, 4)
    assert status["workspace"]["items"] == flow["counts"]["items"]
    moved = run("flow", "move", "1", "--start", "2027-11-01", "--json").document
    assert run("flow", "status", "--json").document["flows"][0]["planned_end"] > "2027-11-01"
    assert run("plan", "undo", moved["request"]).code == 0
    shown = run("flow", "status", "1").out
    assert "Hardware setup" in shown
    assert "2026-11-0" in shown


def test_parts_what_is_newer_and_who_leaves(run: Run) -> None:
    run("flow", "begin", "1", "--start", "2026-11-02")

    assert "Backend Engineer" in run("flow", "status", "--by", "role").out
    assert run("flow", "status", "--by", "team").code == 2
    assert "Nothing newer ships" in run("flow", "newer", "1").out
    assert run("flow", "newer", "1", "--take").code == 1
    unknown = run("flow", "status", "9")
    assert (unknown.code, "Begun are flow-1-initial-setup" in unknown.err) == (1, True)
    assert "There is no user 'nobody'" in run("flow", "hand-over", "nobody").err


def test_what_is_next_for_somebody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("user", "add", "maria", "--email", "maria@example.com", "--role", "manager")
    assert run("flow", "next", "--user", "maria").out.strip() == "Nothing is next for maria."

    monkeypatch.setenv("ORCHFLOW_WORKSPACE__START_DATE", "2026-01-05")
    (begin,) = run("flow", "next", "--user", "Maria", "--json").document["next"]
    assert (begin["kind"], begin["urgency"], begin["link"]) == (
        "begin",
        "attention",
        "flow?flow=flow-1-initial-setup",
    )
    assert "Begin flow 1" in run("flow", "next", "--user", "maria").out
    assert "There is no user 'nobody'" in run("flow", "next", "--user", "nobody").err
