"""Whether use can grow, on weeks that are counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow.insights.scalability import scalability_report
from orchflow.metrics.filters import Filters
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM, Role
from orchflow.subscribers import dispatcher
from orchflow.ui.scaling_charts import cost_by_runs
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts, ago, asked
from tests.people.conftest import AddPerson

MONDAY = date(2026, 9, 14)
RUNS = (1, 2, 2, 3, 4, 4, 6, 8, 8)
"""Nine weeks; the last ends on Sunday, 15 November, five days before the facts' today."""


@pytest.fixture
def nine_weeks(ws: Workspace, facts: SmallFacts) -> Workspace:
    """Weeks with so many runs, each of which costs two dollars; and three runs of the week that is not over."""
    facts.agents(claims="active")
    days = [
        MONDAY + timedelta(weeks=week, days=at % 5) for week, count in enumerate(RUNS) for at in range(count)
    ]
    days += [ago(1)] * 3
    facts.calls(*(facts.call(day, "2") for day in days))
    facts.runs(*(facts.run("claims", day) for day in days))
    return ws


def test_only_whole_weeks_count_and_what_follows_from_them(nine_weeks: Workspace) -> None:
    report = scalability_report(asked(nine_weeks, Filters(ago(27), ago(0))))
    assert list(report.weeks["runs"]) == list(RUNS)
    assert list(report.weeks["week"])[-1] == date(2026, 11, 9)
    told = {figure.key: figure for figure in report.figures}
    assert told["cost_elasticity"].value == pytest.approx(1)  # two dollars a run, whatever their number
    assert told["cost_of_more_runs"].value == pytest.approx(2000)
    runs_a_day = told["runs_a_day"]
    assert (runs_a_day.value, runs_a_day.previous) == (pytest.approx(26 / 28), pytest.approx(11 / 28))
    assert "No limit is stated" in str(told["weeks_to_capacity"].missing)
    assert "No budget" in str(told["weeks_to_budget"].missing)


def test_a_target_of_runs_a_day_is_the_limit_that_is_agreed(nine_weeks: Workspace) -> None:
    TARGETS.create(nine_weeks.store, SYSTEM, figure="runs_a_day", value=10, valid_from=date(2026, 1, 1))
    dispatcher(nine_weeks).deliver()
    facts = asked(nine_weeks, Filters(ago(27), ago(0)))
    growth = facts.scaling.growth("runs")
    weeks = scalability_report(facts).figures[3].value
    assert weeks is not None
    assert growth.level * (1 + growth.a_week) ** float(weeks) == pytest.approx(70, rel=0.02)


def test_a_period_that_ends_before_is_told_from_the_weeks_before_its_end(nine_weeks: Workspace) -> None:
    report = scalability_report(asked(nine_weeks, Filters(ago(60), date(2026, 11, 1))))
    assert list(report.weeks["runs"]) == list(RUNS[:7])
    assert report.line is None
    assert report.unsaid == "7 whole weeks are known with runs and their cost; 8 are needed"


def test_without_runs_it_says_so(ws: Workspace) -> None:
    report = scalability_report(asked(ws, Filters(ago(27), ago(0))))
    assert report.weeks.empty
    assert {figure.missing for figure in report.figures} == {"No runs of agents yet"}


def test_a_week_that_is_not_told_is_left_out_and_never_0(
    ws: Workspace, facts: SmallFacts, add_person: AddPerson
) -> None:
    """A run of each of five people in each of five weeks, but the third has one person alone, who is told with another week."""
    facts.agents(claims="active")
    facts.users(**{f"u{person}": "acme" for person in range(5)})
    days = [
        (MONDAY + timedelta(weeks=4 + week, days=6), person)
        for week, people in enumerate((5, 5, 1, 5, 5))
        for person in range(people)
    ]
    facts.runs(*(facts.run("claims", day, user=f"u{person}") for day, person in days))
    period = Filters(ago(60), ago(0))
    everything = scalability_report(asked(ws, period))
    assert list(everything.weeks["runs"]) == [5, 5, 1, 5, 5]
    told = scalability_report(asked(ws, period, add_person("viewer", Role.VIEWER)))
    runs = list(told.weeks["runs"].dropna())
    assert 0 not in runs
    assert len(runs) == 4
    by_key = {figure.key: figure for figure in told.figures}
    assert by_key["runs_a_day"].spark == tuple(count / 7 for count in runs)
    assert not cost_by_runs(told.weeks, None, title="", currency="USD")["data"][0][
        "x"
    ]  # nothing cost anything
