"""Learning curves: a known one comes back, within people, and what cannot be said is not."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import timedelta

import pytest

from orchflow.metrics.filters import Filters
from orchflow.metrics.learning import NoCurve, read_learning
from orchflow.metrics.read import figure
from orchflow.people.permissions import Role
from orchflow.people.small_groups import WITHHELD
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts, ago, asked
from tests.people.conftest import AddPerson

LATELY = Filters(ago(27), ago(0))


def load(facts: SmallFacts, people: int, runs: int, duration: Callable[[int, int], float]) -> None:
    """So many people with so many runs; `duration` of person and n in milliseconds."""
    facts.users(**{f"u{person}": "acme" for person in range(people)}, service="acme")
    facts.runs(
        *(
            facts.run(
                "claims", ago(40) + timedelta(days=n), user=f"u{person}", duration=round(duration(person, n))
            )
            for person in range(people)
            for n in range(1, runs + 1)
        )
    )


def test_eighty_percent_learning_is_100_80_70_64(ws: Workspace, facts: SmallFacts) -> None:
    load(facts, 5, 8, lambda person, n: 100_000 * n ** math.log2(0.8))
    curve = read_learning(asked(ws, LATELY))
    assert curve.rate == pytest.approx(0.8, abs=1e-4)
    assert curve.r2 == pytest.approx(1, abs=1e-4)
    medians = {attempt.n: attempt.median_ms for attempt in curve.attempts}
    assert [medians[n] / 1000 for n in (1, 2, 3, 4, 8)] == pytest.approx([100, 80, 70.21, 64, 51.2], abs=0.01)
    assert {attempt.people for attempt in curve.attempts} == {5}
    assert figure(asked(ws, LATELY), "learning_rate").value == pytest.approx(0.8, abs=1e-4)


def test_nobody_learns_where_light_users_are_merely_slower(ws: Workspace, facts: SmallFacts) -> None:
    """Over all people a curve would say 91 %: those with few runs are the slow ones."""
    facts.users(**{f"u{person}": "acme" for person in range(12)})
    facts.runs(
        *(
            facts.run(
                "claims", ago(40) + timedelta(days=n), user=f"u{person}", duration=12_000 - 900 * person
            )
            for person in range(12)
            for n in range(1, 2 + 2 * person)
        )
    )
    curve = read_learning(asked(ws, LATELY))
    assert curve.rate == pytest.approx(1, abs=1e-6)


def test_the_service_user_and_failed_runs_teach_nothing(ws: Workspace, facts: SmallFacts) -> None:
    load(facts, 5, 6, lambda person, n: 1000)
    facts.runs(*(facts.run("claims", ago(9), user="service", duration=10**n) for n in range(1, 7)))
    facts.runs(*(facts.run("claims", ago(5), "failed", user="u1", duration=10**n) for n in range(1, 7)))
    curve = read_learning(asked(ws, LATELY))
    assert (curve.people, curve.runs) == (5, 30)
    assert curve.rate == pytest.approx(1)


@pytest.mark.parametrize(
    ("people", "runs", "why"), [(4, 7, "28 completed runs of people are known; a curve needs 30"), (30, 1, "a second run")]
)  # fmt: skip
def test_too_little_has_no_curve(ws: Workspace, facts: SmallFacts, people: int, runs: int, why: str) -> None:
    load(facts, people, runs, lambda person, n: 1000)
    with pytest.raises(NoCurve, match=why):
        read_learning(asked(ws, LATELY))


def test_few_peoples_curve_is_for_those_who_may_see_single_people(
    ws: Workspace, facts: SmallFacts, add_person: AddPerson
) -> None:
    load(facts, 4, 9, lambda person, n: 1000)
    viewer = add_person("viewer", Role.VIEWER)
    assert figure(asked(ws, LATELY, viewer), "learning_rate").missing == WITHHELD
    assert figure(asked(ws, LATELY), "learning_rate").value == pytest.approx(1)


def test_no_two_curves_differ_by_one_person_for_those_who_may_not_see_them(
    ws: Workspace, facts: SmallFacts, add_person: AddPerson
) -> None:
    """Five people run every day, a sixth alone on the last."""
    load(facts, 5, 38, lambda person, n: 1000 + 10 * n)
    facts.users(u9="acme")
    facts.runs(*(facts.run("claims", ago(1), user="u9", duration=100 * n) for n in range(1, 9)))
    viewer = add_person("viewer", Role.VIEWER)

    def rate(end: int, **narrowed: tuple[str, ...]) -> float | None:
        return figure(asked(ws, Filters(ago(27), ago(end), **narrowed), viewer), "learning_rate").value  # type: ignore[arg-type, return-value]

    assert rate(2) is not None
    assert rate(2) == rate(1)  # the day on which the sixth was alone is not told yet
    told = read_learning(asked(ws, Filters(ago(27), ago(1))))
    assert told.people == 6  # who may see single people sees it
    for narrowed in ({"organizations": ("acme",)}, {"agents": ("claims",)}, {"sources": ("platform",)}):
        with pytest.raises(NoCurve, match="clear the filters"):
            read_learning(asked(ws, Filters(ago(27), ago(1), **narrowed), viewer))
