"""Every screen after every other, and with every choice that matches little or nothing: no error state, none in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise, product, zip_longest

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.people.permissions import Role
from orchflow.screens.catalogue import BY_NAME, link
from tests.pages.conftest import Browser, headings
from tests.pages.insight_facts import load_two_months
from tests.pages.plan_facts import build_plan

LONG_AGO = ["2001-01-01", "2001-01-02"]
Address = Mapping[str, str | Sequence[str]]


@pytest.fixture
def filled(browser: Browser) -> Browser:
    load_two_months(browser.ws)
    build_plan(browser.ws)
    return browser


def every_move(names: Sequence[str]) -> list[str]:
    """A walk that goes from each name to each other one exactly once, and ends where it began."""
    ahead = {name: [other for other in names if other != name] for name in names}
    way, walk = [names[0]], []
    while way:
        if ahead[way[-1]]:
            way.append(ahead[way[-1]].pop())
        else:
            walk.append(way.pop())
    return walk


def test_a_walk_makes_every_move_once() -> None:
    walk = every_move("abcd")

    assert sorted(pairwise(walk)) == sorted(
        (one, other) for one, other in product("abcd", repeat=2) if one != other
    )


def faults(shown: AppTest, log: pytest.LogCaptureFixture) -> list[str]:
    """What went wrong on the screen or in the log since the last time."""
    told = [record.getMessage() for record in log.records if record.levelno >= logging.ERROR]
    log.clear()
    return told + [
        error.value
        for error in (*shown.exception, *shown.error)
        if error.type == "exception" or "went wrong" in error.value
    ]


def test_every_screen_can_be_opened_after_every_other(
    filled: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    shown = filled.app(filled.person(Role.ADMIN))
    before = ""
    for name in every_move(list(BY_NAME)):
        shown = shown.switch_page(link(name)).run()
        assert faults(shown, caplog) == [], f"{name} after {before}"
        assert headings(shown), name
        before = name


def combined(**choices: Iterable[str | Sequence[str]]) -> list[dict[str, str | Sequence[str]]]:
    """Every combination of one value for each field; "" leaves the field out."""
    return [
        {name: value for name, value in zip(choices, values, strict=True) if value}
        for values in product(*choices.values())
    ]


EVERY: dict[str, list[dict[str, str | Sequence[str]]]] = {
    "cost": combined(
        period=["", "90 days", "Dates…"], dates=[LONG_AGO], provider=["", "openai"], agent=["", "claims"],
        dimension=["", "Agent"],
    ),
    "agents": combined(period=["", "Dates…"], dates=[LONG_AGO], organization=["", "acme"], agent=["", "writer", "nobody's"]),
    "flow_metrics": combined(
        **{"flow.period": ["", "Dates…"], "flow.dates": [LONG_AGO], "flow.effort": ["", "1 Foundation"], "flow.measure": ["", "Working days"]}
    ),
    "board": combined(
        **{"board.sprint": ["", "Every task", "Backlog (no sprint)"], "board.columns": ["", "Person"], "board.q": ["", "zzz"]}
    ),
    "sprints": combined(**{"sprints.view": ["", "Plan", "All sprints"], "sprints.unit": ["", "Tasks"], "sprints.day": ["", "2001-01-01"]}),
    "timeline": combined(**{"timeline.effort": ["", "1 Foundation"], "timeline.rows": ["", "All open", "With finished"], "timeline.scale": ["", "Quarters"]}),
    "plan": combined(**{"plan.level": ["", "Tasks", "Goals"], "plan.q": ["", "zzz"], "plan.at": ["", "99"]}),
    "datasets": [
        {"datasets.name": "Usage events", "datasets.usage_events.days": LONG_AGO},
        {"datasets.name": "never", "datasets.usage_daily.provider": "nobody's", "datasets.show": "never"},
    ],
    "home": [{}, {"period": "Dates…"}],
    "people": combined(**{"people.view": ["", "Teams", "never"], "people.q": ["", "zzz"]}),
    "sources": combined(**{"sources.view": ["", "Quality", "Rejected rows", "Removed"]}),
    "definitions": combined(**{"definitions.find": ["", "zzz"]}),
}  # fmt: skip
"""For each screen what its address may hold."""

UNKNOWN: list[tuple[str, dict[str, str | Sequence[str]]]] = [
    ("cost", {"provider": "nobody's", "cost.detail": "Behind a bar", "cost.day": "2001-01-01"}),
    ("sprints", {"sprints.sprint": "never", "sprints.view": "never", "sprints.team": "never"}),
    ("board", {"board.sprint": "never", "board.columns": "never", "board.cancelled": "perhaps"}),
    ("timeline", {"timeline.effort": "never", "timeline.baseline": "never", "timeline.rows": "never", "timeline.show": "never"}),
    ("plan", {"task": "999", "plan.level": "never", "plan.person": "nobody's"}),
    ("sources", {"sources.source": "never"}),
]  # fmt: skip
"""What no address of the product would hold."""


def in_turn() -> list[tuple[str, Address]]:
    """Every address of every screen, another screen each time: what is in an address counts when a screen is come to."""
    rounds = zip_longest(*([(name, address) for address in addresses] for name, addresses in EVERY.items()))
    return [*UNKNOWN, *(visit for around in rounds for visit in around if visit is not None)]


def test_no_choice_is_a_fault(filled: Browser, caplog: pytest.LogCaptureFixture) -> None:
    shown = filled.app(filled.person(Role.ADMIN))
    for name, address in in_turn():
        shown.query_params.clear()
        for field, value in address.items():
            shown.query_params[field] = value
        shown = shown.switch_page(link(name)).run()
        assert faults(shown, caplog) == [], f"{name} {address}"
        assert headings(shown), f"{name} {address}"
