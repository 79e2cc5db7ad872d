"""Home: what there is to see with a plan, with a platform, with both, with neither; in the order that serves the reader."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.insights.way import Leg, Way
from orchflow.people.permissions import Role
from orchflow.screens.addresses import address_of
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.catalogue import link as screen
from orchflow.screens.home.home_cards import way_card
from tests.pages.conftest import Browser, figures, heading_of
from tests.pages.insight_facts import load_two_months
from tests.pages.plan_facts import as_of, build_plan, move

CARDS = ["Journey", "Do next", "What changed", "Sprint 1", "Forecast against target"]


def html(shown: AppTest) -> list[str]:
    """What our own cards on the screen are made of, in their order."""
    parts = (json.loads(element.proto.json) for element in shown.get("bidi_component"))
    return [part["html"] for part in parts if isinstance(part, dict) and "html" in part]


def words(shown: AppTest) -> str:
    """The words of all cards and texts."""
    cards = " ".join(unescape(re.sub("<[^>]*>", " ", part)) for part in html(shown))
    texts = " ".join(str(text.value) for text in [*shown.main.markdown, *shown.main.caption])
    return f"{texts} {cards}"


def in_order(shown: AppTest) -> list[str]:
    """Titles of cards and the strip of figures, as they follow each other below the screen's title."""
    told: list[str] = []
    for element in shown.main:
        if element.type == "html":
            told.append("figures")
        elif element.type == "bidi_component":
            cards = json.loads(element.proto.json)["html"]
            told += [unescape(title) for title in re.findall("<h2>(.*?)</h2>", cards)]
        elif heading_of(element):
            told.append(heading_of(element))
    return told[1:]


def buttons(shown: AppTest) -> list[str]:
    return [button.label for button in shown.main.button]


def test_the_first_day_offers_an_administrator_the_three_beginnings(browser: Browser) -> None:
    shown = browser.app(browser.person(Role.ADMIN))
    assert not shown.exception
    assert in_order(shown)[0].endswith("Lay out the journey")
    assert {"Lay out the journey", "Import a plan", "Connect Orchestrator AI", "Add a person"} <= set(
        buttons(shown)
    )
    assert "Nothing has been loaded yet" not in words(shown)


@pytest.mark.parametrize(
    ("button", "asks"),
    [("begin-plan", "Day 1"), ("begin-platform", "Address"), ("begin-people", "Name")],
)
def test_each_beginning_opens_where_it_is_begun(browser: Browser, button: str, asks: str) -> None:
    shown = browser.app(browser.person(Role.ADMIN))
    shown.button(key=button).click().run()
    assert not shown.exception
    assert asks in [field.label for field in [*shown.text_input, *shown.date_input]]


def test_what_was_laid_out_here_is_taken_back_here(browser: Browser) -> None:
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.journey.journey import lay_out
    from orchflow.ui.notices import UNDO

    shown = browser.app(browser.person(Role.ADMIN))
    assert "Undo" not in buttons(shown)
    request = lay_out(browser.ws.store, SYSTEM, clock.now().date(), projects=["1.1"])
    shown.session_state[UNDO] = (request, "The journey is laid out")
    shown.run()
    assert "Journey" in in_order(shown)
    assert "With 85 % : Nothing is done yet" in words(shown)
    shown.button(key="home-undo").click().run()
    assert not shown.exception
    assert "Journey" not in in_order(shown)
    assert "Undo" not in buttons(shown)


def test_who_may_not_begin_reads_who_does(browser: Browser) -> None:
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    assert not {"Lay out the journey", "Connect Orchestrator AI", "Add a person"} & set(buttons(shown))
    for said in ("A manager lays out the journey", "An administrator connects", "An administrator invites"):
        assert said in words(shown)


def test_a_plan_alone_is_a_whole_screen(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    assert in_order(shown) == ["Journey", "figures", "Do next", "Sprint 1", "Forecast against target"]
    assert len(figures(shown)) == 6
    assert not shown.get("plotly_chart")


def test_what_is_left_of_the_beginnings_stands_in_one_line(browser: Browser) -> None:
    build_plan(browser.ws)
    shown = browser.app(browser.person(Role.ADMIN))
    assert not shown.exception
    assert "Left to begin" in words(shown)
    assert "Connect Orchestrator AI" in buttons(shown)
    assert not {"Lay out the journey", "Add a person"} & set(buttons(shown))
    assert "Left to begin" not in words(browser.app(browser.person(Role.VIEWER)))


def test_cost_alone_is_a_whole_screen(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    assert list(figures(shown)) == [
        "Time to first agent", "Time to production", "Cost this month", "Error rate", "Adoption", "Active agents",
    ]  # fmt: skip
    assert in_order(shown)[:3] == ["figures", "Do next", "What changed"]
    assert "Writer is failing" in words(shown)


@pytest.mark.parametrize(("role", "charts"), [(Role.VIEWER, 0), (Role.ANALYST, 1)])
def test_a_chart_is_drawn_where_there_is_something_in_it(browser: Browser, role: Role, charts: int) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(role))
    assert not shown.exception
    assert len(shown.get("plotly_chart")) == charts
    assert ("Groups under 5 people are not shown to you" in words(shown)) == (not charts)


def test_a_leader_sees_plan_and_platform_on_one_screen(browser: Browser) -> None:
    load_two_months(browser.ws)
    build_plan(browser.ws)
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    told = in_order(shown)
    assert told[:2] == ["Journey", "figures"]
    assert set(CARDS) <= set(told)
    assert list(figures(shown))[-1] == "Progress"
    assert re.search(r"Task 3 is blocked\s+nobody yet", words(shown))
    assert any('<details class="more" open>' in part for part in html(shown)), (
        "there is room for what dates assume"
    )


def test_an_administrator_sees_what_is_broken_first(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.ADMIN))
    assert not shown.exception
    told = in_order(shown)
    assert told.index("Do next") < told.index("figures")


def test_a_member_sees_their_own_work_first(browser: Browser) -> None:
    plan = build_plan(browser.ws)
    shown = browser.app(plan.worker)
    told = in_order(shown)
    assert told.index("Do next") < told.index("figures")
    first = next(part for part in html(shown) if "Do next" in part)
    assert re.search(r"<li>.*?Task 4.*?you", first)


def test_a_link_leads_to_a_screen_with_its_filters(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.VIEWER))
    links = [unescape(link) for part in html(shown) for link in re.findall('data-to="(.*?)"', part)]
    assert address_of("agents", {"agent": "writer"}) in links
    assert {link.split("?")[0] for link in links} <= set(BY_NAME)


def test_a_link_into_the_plan_shows_what_it_was_about(browser: Browser) -> None:
    plan = build_plan(browser.ws)
    for number in (3, 4):
        move(browser.ws, plan.tasks[number], start=None, due=clock.now().date() - timedelta(days=number))
    shown = browser.app(browser.person(Role.VIEWER))
    links = [unescape(link) for part in html(shown) for link in re.findall('data-to="(.*?)"', part)]
    overdue, effort = (
        next(link for link in links if word in link) for word in ("plan.quick=Overdue", "plan.effort=")
    )
    for link, key, value in ((overdue, "plan.quick", ["overdue"]), (effort, "plan.effort", "1")):
        opened = browser.app(plan.worker)
        for name, values in parse_qs(link.split("?")[1]).items():
            opened.query_params[name] = values
        opened.switch_page(screen("plan")).run()
        assert not opened.exception
        assert opened.session_state[key] == value


def test_no_word_of_the_plan_becomes_markup(browser: Browser) -> None:
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.work.tasks import get_task, update_task

    plan = build_plan(browser.ws)
    task = get_task(browser.ws.store, SYSTEM, plan.tasks[2])
    bad = "<img src=x onerror=alert(1)>\"'"
    update_task(browser.ws.store, SYSTEM, task.id, task.version, {"title": bad, "blocked_reason": bad})
    shown = browser.app(browser.person(Role.VIEWER))
    assert "alert(1)" in words(shown)
    assert not [part for part in html(shown) if "<img" in part]


def test_what_is_open_is_late_by_its_first_possible_day_and_by_more_where_it_is_likely() -> None:
    may = [date(2026, 5, day) for day in range(1, 32)]
    open_leg = Leg(1, 2, "Agent", 0.4, may[0], may[14], None, may[17], True)
    ended = Leg(2, 1, "Setup", 1.0, may[0], may[4], may[5], None, True)
    told = unescape(re.sub("<[^>]*>", "", way_card(Way((ended, open_leg), None, ()), may[13])))
    assert "100 % · 1 day late" in told
    assert "40 % · 3+ days late" in told


def test_a_sprint_that_was_not_begun_is_told_once_and_in_the_past(browser: Browser) -> None:
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.sprints.sprints import close_sprint, create_sprint

    plan = build_plan(browser.ws)
    today = clock.now().date()
    with as_of(clock.now() - timedelta(days=2)):
        close_sprint(browser.ws.store, SYSTEM, plan.sprint, early=True)
    create_sprint(
        browser.ws.store, SYSTEM, name="Late", start=today - timedelta(days=1), end=today + timedelta(days=9)
    )
    told = words(browser.app(browser.person(Role.MANAGER)))
    assert "Late has not been started" in told
    assert "Next sprint" not in told
    told = words(browser.app(browser.person(Role.VIEWER)))
    assert re.search(r"Next sprint: Late\s+It was to begin on", told)


@pytest.mark.parametrize(("later", "said"), [(0, "2 days to go"), (2, "today last day"), (3, "1 day over")])
def test_a_sprint_says_how_long_it_goes_on(browser: Browser, later: int, said: str) -> None:
    build_plan(browser.ws)
    with as_of(clock.now() + timedelta(days=later)):
        told = words(browser.app(browser.person(Role.VIEWER)))
    assert said in re.sub(r"\s+", " ", told)
