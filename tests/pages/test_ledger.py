"""The Ledger: whose every amount is, an effort opened, and what those see who may not see single people's figures."""

from __future__ import annotations

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.small_groups import WITHHELD
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.links import add_link
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from tests.metrics.facts import SmallFacts
from tests.pages.conftest import Browser
from tests.pages.insight_facts import open_screen


def test_sums_add_up_on_the_screen_and_an_effort_opens(browser: Browser) -> None:
    store, today = browser.ws.store, clock.today(browser.ws.zone)
    facts = SmallFacts(browser.ws.warehouse)
    facts.agents(claims="active")
    facts.calls(facts.call(today, "9", caller="claims"), facts.call(today, "1", caller="nobody"))
    efforts = [
        create_effort(store, SYSTEM, name=name, number=n) for n, name in enumerate(("Claims", "Fraud"), 1)
    ]
    project = create_project(store, SYSTEM, effort_id=efforts[0].id, name="Intake", number="1.1")
    task = create_task(store, SYSTEM, project_id=project.id, title="Read letters")
    create_task(store, SYSTEM, project_id=project.id, title="Idle")
    add_link(store, SYSTEM, "task", task.id, kind="agent", target="claims")
    add_link(store, SYSTEM, "project", project.id, kind="agent", target="claims")
    shown = open_screen(browser, "ledger", Role.MANAGER)
    assert not shown.exception
    frame = shown.dataframe[0].value
    assert list(frame["name"]) == ["1 Claims", "2 Fraud", "Nobody", "Total"]
    assert list(frame["cost"].fillna(-1)) == [9, -1, 1, 10], "nothing is an empty cell"
    opened = open_screen(browser, "ledger", Role.ANALYST, effort=str(efforts[0].id))
    assert not opened.exception
    lines = opened.dataframe[0].value
    assert [name.strip() for name in lines["name"]] == ["1.1 Intake", "Of the project itself", "Read letters"]
    assert list(lines["cost"]) == [9, 4.5, 4.5]
    shown.session_state["ledger-figures"] = True
    shown.run()
    ways = {way.proto.label: way.proto for way in shown.get("page_link")}
    assert ways["Models"].page.endswith("figure")
    assert "figure=cost&" in ways["Models"].query_string


def test_leaders_see_efforts_and_what_is_of_few_people_together(browser: Browser) -> None:
    store, today = browser.ws.store, clock.today(browser.ws.zone)
    facts = SmallFacts(browser.ws.warehouse)
    facts.agents(claims="active", fraud="active")
    for caller, people in (("claims", range(1, 6)), ("fraud", range(6, 8)), ("nobody", range(8, 11))):
        facts.calls(*(facts.call(today, "2", caller=caller, user_id=f"u{person}") for person in people))
    for number, (name, agent) in enumerate((("Claims", "claims"), ("Fraud", "fraud")), 1):
        effort = create_effort(store, SYSTEM, name=name, number=number)
        add_link(store, SYSTEM, "effort", effort.id, kind="agent", target=agent)
    shown = open_screen(browser, "ledger", Role.VIEWER)
    assert not shown.exception
    frame = shown.dataframe[0].value
    assert list(zip(frame["name"], frame["cost"], strict=True)) == [
        ("1 Claims", 10), ("Small groups", 2 * 2 + 3 * 2), ("Total", 20),
    ]  # fmt: skip
    assert any(WITHHELD in told.value for told in shown.caption)
    opened = open_screen(browser, "ledger", Role.MEMBER, effort=str(effort.id))
    assert not opened.exception
    assert not opened.dataframe


def test_hours_without_an_hourly_rate_are_told_with_the_way_to_costs(browser: Browser) -> None:
    store = browser.ws.store
    effort = create_effort(store, SYSTEM, name="Claims", number=1)
    project = create_project(store, SYSTEM, effort_id=effort.id, name="Intake", number="1.1")
    create_task(store, SYSTEM, project_id=project.id, title="Read letters", logged_hours=3)
    queries: dict[Role, dict[str, str]] = {Role.MANAGER: {}, Role.ANALYST: {"effort": str(effort.id)}}
    for role, query in queries.items():
        shown = open_screen(browser, "ledger", role, **query)
        assert not shown.exception
        assert list(shown.dataframe[0].value["unpriced_hours"])[-1] == 3
        assert any("3 hours" in told.proto.label for told in shown.get("page_link"))
