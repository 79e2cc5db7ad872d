"""Figures of risks, counted by hand on a small register; and live signals, which raise what is shown and nothing that is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orchflow.insights.risk import risk_report
from orchflow.metrics.facts import Facts
from orchflow.metrics.figure_sources import figure_sources
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figure
from orchflow.metrics.risk_signals import SignalState, above, shown_residual, signal_states
from orchflow.metrics.rows_behind import rows_behind
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.risks.history import standings
from orchflow.risks.incidents import INCIDENTS
from orchflow.risks.risks import RISKS
from orchflow.risks.scores import level
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts, ago, asked
from tests.people.conftest import AddPerson
from tests.planning.clockwork import Clock

TODAY = date(2026, 11, 20)
SEPTEMBER, NOVEMBER = datetime(2026, 9, 1, 9, tzinfo=UTC), datetime(2026, 11, 2, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


def add(space: Workspace, title: str, likelihood: int, impact: int, **more: Any) -> Any:
    return RISKS.create(
        space.store, SYSTEM, title=title, category="security", likelihood=likelihood, impact=impact, **more
    )


def facts(space: Workspace, actor: Actor = SYSTEM, **filters: Any) -> Facts:
    return asked(space, Filters(TODAY, TODAY, **filters), actor, now=NOW)


def values(space: Workspace, *keys: str, **filters: Any) -> dict[str, Any]:
    return {key: figure(facts(space, **filters), key).value for key in keys}


@pytest.fixture
def register(space: Workspace, time: Clock, add_person: AddPerson) -> Workspace:
    """Four in September; in November one is closed, one assessed anew, one added. Two incidents, one of them over."""
    time.now = SEPTEMBER
    owner = add_person("owner", Role.MEMBER).user_id
    add(
        space,
        "Leak",
        4,
        5,
        residual_likelihood=3,
        residual_impact=5,
        owner_id=owner,
        ai_act_class="minimal",
        nist_function="map",
        agent="claims",
    )
    add(
        space,
        "Outage",
        5,
        3,
        next_review=date(2026, 10, 1),
        nist_function="manage",
        status="in_treatment",
        owner_id=owner,
    )
    lock = add(space, "Lock-in", 3, 3, residual_likelihood=1, residual_impact=3, nist_function="map")
    bias = add(space, "Bias", 2, 5)
    time.now = NOVEMBER
    RISKS.update(
        space.store,
        SYSTEM,
        lock.id,
        lock.version,
        {"status": "closed", "closed_reason": "Two vendors", "outcome": "prevented"},
    )
    RISKS.update(space.store, SYSTEM, bias.id, bias.version, {"likelihood": 3})
    add(space, "Cost", 2, 2, next_review=date(2026, 11, 19), owner_id=owner)
    INCIDENTS.create(
        space.store,
        SYSTEM,
        title="Gateway down",
        day=date(2026, 10, 5),
        hour=6,
        resolved_at=datetime(2026, 10, 6, 18, tzinfo=UTC),
    )
    INCIDENTS.create(space.store, SYSTEM, title="Wrong queue", day=date(2026, 11, 1), agent="claims")
    time.now = NOW
    return space  # fmt: skip


COUNTED = {
    "open_risks": 4,  # Leak, Outage, Bias, Cost
    "high_risks": 3,  # Leak 3 × 5, Outage 5 × 3 as before controls, Bias 3 × 5
    "overdue_reviews": 2,  # Outage since October, Cost since yesterday
    "unowned_risks": 1,  # Bias
    "risks_classified": 0.25,  # Leak
    "nist_covered": 0.5,  # map and manage
    "risks_prevented": 1,  # Lock-in
    "open_incidents": 1,
    "days_to_resolve": 1.5,
}


def test_each_figure_is_counted_by_hand(register: Workspace) -> None:
    assert values(register, *COUNTED) == COUNTED


def test_its_rows_are_those_that_are_counted(register: Workspace) -> None:
    (behind,) = rows_behind(facts(register), "high_risks")
    assert (behind.dataset, len(behind.where["id"])) == ("risks", 3)
    (late,) = rows_behind(facts(register), "open_incidents")
    assert (late.dataset, len(late.where["id"])) == ("incidents", 1)


def test_open_and_high_ones_are_held_against_28_days_ago(register: Workspace) -> None:
    told = figure(facts(register), "high_risks")
    assert (told.value, told.previous) == (3, 2)  # Bias was 2 × 5
    assert figure(facts(register), "open_risks").previous == 4
    assert told.note == "of 4 open risks; 28 days ago 2"


def test_they_are_narrowed_to_an_agent(register: Workspace) -> None:
    assert values(register, "open_risks", "open_incidents", agents=("claims",)) == {
        "open_risks": 1,
        "open_incidents": 1,
    }
    assert "28 days" not in figure(facts(register, agents=("claims",)), "open_risks").note


def test_each_day_has_how_the_register_stood_when_it_was_over(register: Workspace) -> None:
    add(register, "Late", 1, 1)
    told = facts(register).risks.by_day(19)
    assert [day for day, _ in told] == [TODAY - timedelta(days=back) for back in reversed(range(19))]
    counts = {day: (stood.open, stood.high) for day, stood in told if stood is not None}
    assert len(counts) == 19
    assert counts[date(2026, 11, 2)] == (4, 3)  # closed, assessed anew and added in its course
    assert (counts[TODAY - timedelta(days=1)], counts[TODAY]) == ((4, 3), (5, 3))


def test_the_trend_has_each_day_once(register: Workspace) -> None:
    trend = risk_report(facts(register)).trend
    open_ones = trend[trend["risks"] == "Open"].set_index("day")["count"]
    assert open_ones.index.is_unique
    assert (open_ones[date(2026, 11, 1)], open_ones[date(2026, 11, 2)]) == (4, 4)
    high = trend[trend["risks"] == "High"].set_index("day")["count"]
    assert (high[date(2026, 11, 1)], high[date(2026, 11, 2)]) == (2, 3)


def test_before_anything_was_written_there_was_no_count(register: Workspace) -> None:
    with register.store.read() as session:
        before, first = standings(session, [datetime(2026, 8, 1, tzinfo=UTC), SEPTEMBER])
    assert before is None
    assert (first.open, first.high) == (4, 2) if first else False


@pytest.mark.parametrize("key", [*COUNTED, "risks_raised"])
def test_an_empty_register_says_what_to_do_and_counts_nothing(space: Workspace, key: str) -> None:
    told = figure(facts(space), key)
    assert told.value is None
    assert told.missing in ("No risk is in the register yet: add one on Risk", "No incident was written down")


def test_no_source_covers_what_people_write(register: Workspace) -> None:
    assert figure_sources(facts(register), "open_risks") == ()


def test_the_limit_itself_is_calm_and_nothing_is_unknown() -> None:
    def words(value: Any) -> str:
        return f"{value:g}"

    assert above("Rate", 0.02, 0.02, "", words).state == "calm"
    assert above("Rate", 0.03, 0.02, "", words) == SignalState("breached", "Rate 0.03 is above 0.02")
    assert above("Rate", None, 0.02, "No runs", words) == SignalState("unknown", "No runs")


def test_a_breach_shows_the_likelihood_one_higher_up_to_five(space: Workspace) -> None:
    breached, unknown = SignalState("breached"), SignalState("unknown")
    low = add(space, "Low", 3, 4, residual_likelihood=2, residual_impact=4)
    top = add(space, "Top", 5, 4)
    assert shown_residual(low, breached) == (3, 4)
    assert shown_residual(low, unknown) == shown_residual(low, None) == (2, 4)
    assert shown_residual(top, breached) == (5, 4)
    assert RISKS.get(space.store, SYSTEM, low.id).residual_likelihood == 2


def test_signals_are_read_from_the_facts_of_28_days(space: Workspace) -> None:
    small = SmallFacts(space.warehouse)
    small.agents(claims="active", writer="active", quiet="active")
    small.runs(
        *(small.run("claims", ago(1)) for _ in range(18)),
        *(small.run("claims", ago(1), "failed") for _ in range(2)),
    )
    small.runs(*(small.run("writer", ago(1)) for _ in range(19)), small.run("writer", ago(1), "failed"))
    small.calls(small.call(ago(1), "96"), small.call(ago(1), "4", caller="nobody"))
    tied = {
        "claims": add(space, "A", 3, 4, signal="error_rate", agent="claims"),
        "quiet": add(space, "B", 3, 4, signal="error_rate", agent="quiet"),
        "all": add(space, "C", 3, 4, signal="error_rate"),
        "pii": add(space, "D", 3, 4, signal="pii_detected"),
        "sovereign": add(space, "E", 3, 4, signal="sovereign_breach"),
        "late": add(space, "F", 3, 4, signal="overdue_review", next_review=date(2026, 11, 10)),
        "undated": add(space, "G", 3, 4, signal="overdue_review"),
        "unattributed": add(space, "H", 3, 4, signal="unattributed_spend"),
        "spend": add(space, "I", 3, 4, signal="spend_anomaly"),
    }  # fmt: skip
    told = signal_states(facts(space), tied.values())
    states = {name: told[row.id].state for name, row in tied.items()}
    assert states == {
        "claims": "breached", "quiet": "unknown", "all": "breached", "pii": "unknown", "sovereign": "unknown", "late": "breached",
        "undated": "unknown", "unattributed": "calm", "spend": "unknown",
    }  # fmt: skip
    assert told[tied["claims"].id].reason == "Error rate of 28 days 10 % is above 2.0 %"
    assert told[tied["pii"].id].reason.startswith("Not recorded")
    assert told[tied["late"].id].reason == "Its review is 10 days overdue"
    raised = figure(facts(space), "risks_raised")
    assert (raised.value, raised.note) == (3, "of 9 signals, 5 cannot be told")


@pytest.mark.parametrize(
    ("signals", "words"), [(1, "The one signal cannot be told"), (2, "None of 2 signals can be told")]
)
def test_signals_none_of_which_can_be_told_raise_nothing_and_say_so(
    space: Workspace, signals: int, words: str
) -> None:
    for at in range(signals):
        add(space, f"Leak {at}", 3, 4, signal="sovereign_breach")
    assert figure(facts(space), "risks_raised").missing == words
    (state, *_) = facts(space).risks.signals.values()
    assert state.reason == "Not recorded: no source tells of calls that leave sovereign mode"


def test_scores_are_called_low_medium_and_high() -> None:
    assert [level(score) for score in (7, 8, 14, 15)] == ["low", "medium", "medium", "high"]


def test_who_may_not_see_small_groups_is_not_told_by_a_signal(
    space: Workspace, add_person: AddPerson
) -> None:
    small = SmallFacts(space.warehouse)
    small.agents(claims="active")
    small.runs(*(small.run("claims", ago(1), "failed") for _ in range(30)))
    risk = add(space, "A", 3, 4, signal="error_rate", agent="claims")
    viewer = add_person("viewer", Role.VIEWER)
    assert signal_states(facts(space), [risk])[risk.id].state == "breached"
    assert signal_states(facts(space, viewer), [risk])[risk.id].state == "unknown"
