"""`orchflow check …`"""

from __future__ import annotations

from datetime import UTC, timedelta

from orchflow import clock
from tests.cli.conftest import Run


def test_checks_are_evaluated_listed_and_explained(run: Run) -> None:
    ran = run("check", "run", "administrators", "single-sign-on")
    assert ran.code == 1, ran.err
    assert "FAILED" in ran.out
    assert "0 active administrators; 2 to 5 are asked for" in ran.out
    assert run("check", "run", "goals-measured").code == 0, "there is no project yet"
    listed = run("check", "list", "--flow", "1", "--state", "failed", "--json").document
    assert {"administrators", "single-sign-on"} <= {check["key"] for check in listed["checks"]}
    assert [level["flow"] for level in listed["levels"]] == [1]
    assert "missing for the next" in run("check", "list").out
    shown = run("check", "show", "single-sign-on").out
    assert "Is single sign-on on?" in shown
    assert "To mend it: Set oidc.*" in shown


def test_what_there_is_not_is_said(run: Run) -> None:
    unknown = run("check", "show", "budget-set")
    assert (unknown.code, "There is no check 'budget-set'" in unknown.err) == (1, True)
    assert run("check", "list", "--state", "broken").code == 2


def test_an_exemption_is_asked_for_and_approved_in_the_name_of_another(run: Run) -> None:
    for name, role in (("mia", "member"), ("ada", "manager")):
        assert run("user", "add", name, "--email", f"{name}@acme.example", "--role", role).code == 0
    until = str(clock.today(UTC) + timedelta(days=40))
    asked = run(
        "check",
        "exemption",
        "ask",
        "single-sign-on",
        "--reason",
        "In January",
        "--until",
        until,
        "--user",
        "mia",
        "--json",
    )
    assert asked.code == 0, asked.err
    number = str(asked.document["exemptions"][0]["id"])
    refused = run("check", "exemption", "approve", number, "--user", "mia")
    assert (refused.code, "may not change the plan" in refused.err) == (1, True)
    assert "in force" in run("check", "exemption", "approve", number, "--user", "ada").out
    assert run("check", "run", "single-sign-on").code == 0
    listed = run("check", "exemption", "list", "--state", "in_force").out
    assert "single-sign-on" in listed
    assert "ada" in listed
    assert "ended" in run("check", "exemption", "end", number).out
    assert run("check", "exemption", "list", "--state", "lost").code == 2
    assert "no check 'none'" in run("check", "exemption", "list", "--key", "none").err


def test_an_exemption_is_refused(run: Run) -> None:
    until = str(clock.today(UTC))
    run("check", "exemption", "ask", "single-sign-on", "--reason", "Soon", "--until", until)
    run("user", "add", "ada", "--email", "ada@acme.example", "--role", "manager")
    assert "refused" in run("check", "exemption", "refuse", "1", "--user", "ada").out
    assert run("check", "exemption", "approve", "99").code == 1


def test_a_campaign_is_made_shown_changed_and_ended(run: Run) -> None:
    run("user", "add", "ada", "--email", "ada@acme.example", "--role", "manager")
    assert "no campaign yet" in run("check", "campaign", "list").out
    made = run(
        "check",
        "campaign",
        "create",
        "Audit",
        "--deadline",
        "2099-12-18",
        "--check",
        "single-sign-on=ada",
        "--check",
        "administrators",
    )
    assert made.code == 0, made.err
    assert "0 of 2" in made.out
    changed = run(
        "check",
        "campaign",
        "change",
        "audit",
        "--without",
        "administrators",
        "--deadline",
        "2099-12-19",
        "--json",
    )
    (campaign,) = changed.document["campaigns"]
    assert (campaign["deadline"], [check["owner"] for check in campaign["checks"]]) == ("2099-12-19", ["ada"])
    assert "ada" in run("check", "campaign", "show", "Audit").out
    assert run("check", "campaign", "end", "1", "--json").document["campaigns"][0]["state"] == "ended"
    assert "There is no campaign 'Other'" in run("check", "campaign", "show", "Other").err
    assert (
        "there is no check none"
        in run("check", "campaign", "create", "B", "--deadline", "2099-12-18", "--check", "none").err
    )
