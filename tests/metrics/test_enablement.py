"""Figures of adoption and enablement on small facts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.enablement.seats import SEAT_PURCHASES
from orchflow.enablement.standing import SkillStanding, TrainingStanding
from orchflow.insights.adoption import _months
from orchflow.insights.gaps import skill_lines, training_lines
from orchflow.metrics.catalogue.enablement import _skill_gap, _trained
from orchflow.metrics.filters import month_to_date
from orchflow.metrics.metric import Figure, Reading
from orchflow.metrics.queries import rows
from orchflow.metrics.read import figure
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, SmallFacts, ago, asked

VIEWER = Actor(7, "vi", "Vi", Role.VIEWER)


def read(ws: Workspace, key: str, actor: Actor = SYSTEM) -> Figure:
    return figure(asked(ws, month_to_date(TODAY), actor), key)


def seats(facts: SmallFacts, count: int, **more: Any) -> list[str]:
    names = [f"u{at:02}" for at in range(count)]
    facts.users(**dict.fromkeys([*names, "service"], "acme"))
    return names


def test_daily_weekly_and_monthly_active_users_and_habit(facts: SmallFacts, ws: Workspace) -> None:
    names = seats(facts, 4)
    facts.runs(
        *(facts.run("claims", ago(day), user=names[0]) for day in range(1, 9)),
        *(facts.run("claims", ago(day), user=names[1]) for day in range(1, 8)),
        facts.run("claims", ago(7), user=names[2]), facts.run("claims", ago(8), user=names[3]), facts.run("claims", TODAY, user="service"),
        facts.run("claims", ago(27), user="service"),
    )  # fmt: skip
    told = {
        key: read(ws, key).value
        for key in ("daily_active_users", "weekly_active_users", "monthly_active_users", "habit_rate")
    }
    assert told == {
        "daily_active_users": 2,
        "weekly_active_users": 3,
        "monthly_active_users": 4,
        "habit_rate": 0.25,
    }


def test_days_have_the_seats_at_their_end_and_are_never_over_them(facts: SmallFacts, ws: Workspace) -> None:
    person = {"organization": "acme", "status": "active", "service": "false"}
    made = {"a": ago(40), "b": ago(5)}
    facts.load(
        "users",
        *({**person, "user_id": name, "created_at": f"{day}T12:00:00Z"} for name, day in made.items()),
    )
    facts.load("roles", *({"user_id": name, "organization": "acme", "role": "member"} for name in made))
    facts.runs(
        facts.run("claims", ago(30), user="a"),
        facts.run("claims", ago(3), user="b"),
        facts.run("claims", ago(8), user="b"),
    )
    params = {"start": ago(9), "end": TODAY, "zone": "UTC"}
    days = {
        row["day"]: (row["seats"], row["daily"], row["weekly"], row["monthly"])
        for row in rows(ws.warehouse, "active_users_daily", params)
    }
    assert days[ago(9)] == (1, 0, 0, 1)
    assert days[ago(8)] == (1, 0, 0, 1), "a run before there was the seat is no seat's"
    assert days[ago(5)] == (2, 0, 0, 1)
    assert days[ago(3)] == (2, 1, 1, 2)
    assert days[ago(2)] == (2, 0, 1, 1), "28 days after the run of a"
    assert days[TODAY] == (2, 0, 1, 1)


def test_time_to_first_run(facts: SmallFacts, ws: Workspace) -> None:
    person = {"organization": "acme", "status": "active", "service": "false"}
    made = {"a": 60, "b": 50, "c": 40, "d": 5}
    facts.load(
        "users",
        *({**person, "user_id": name, "created_at": f"{ago(day)}T12:00:00Z"} for name, day in made.items()),
    )
    facts.load("roles", *({"user_id": name, "organization": "acme", "role": "member"} for name in made))
    facts.runs(facts.run("claims", ago(58), user="a"), facts.run("claims", ago(10), user="b"))
    assert read(ws, "activation_days").value == 21
    assert read(ws, "activated_share").value == pytest.approx(1 / 3)
    assert (read(ws, "never_ran").value, read(ws, "never_ran").note) == (1, "of 4")


def test_weeks_and_months_of_those_who_came_stayed_and_came_back(facts: SmallFacts, ws: Workspace) -> None:
    months = [TODAY.replace(month=month, day=10) for month in (8, 9, 10, 11)]
    facts.runs(
        *(facts.run("claims", day, user="a") for day in months), facts.run("claims", months[0], user="b"),
        facts.run("claims", months[2], user="b"), facts.run("claims", months[3], user="c"),
    )  # fmt: skip
    told = rows(ws.warehouse, "monthly_users", {"today": TODAY})
    assert [(row["new"], row["retained"], row["reactivated"]) for row in told] == [
        (2, 0, 0),
        (0, 1, 0),
        (0, 1, 1),
        (1, 1, 0),
    ]
    weeks = rows(ws.warehouse, "weekly_retention", {"today": TODAY})
    first = months[0] - timedelta(months[0].weekday())
    assert [row["people"] for row in weeks if row["first"] == first] == [2, 1, 2, 1]


def test_seats_that_nobody_uses_cost_three_figures(facts: SmallFacts, ws: Workspace) -> None:
    names = seats(facts, 4)
    facts.runs(facts.run("claims", TODAY, user=names[0]), facts.run("claims", ago(27), user="service"))
    assert read(ws, "seats_exposed").missing == "No purchase of seats is kept: add one on Enablement"
    SEAT_PURCHASES.create(
        ws.store, SYSTEM, platform="Orchestrator AI", seats=10, price=30, currency="USD", valid_from=ago(90)
    )
    told = {
        key: read(ws, key)
        for key in ("seats_purchased", "seats_exposed", "seats_reassignable", "seats_reducible")
    }
    assert [told[key].value for key in told] == [10, 270, 90, None]
    assert "not known" in str(told["seats_reducible"].missing)


def test_a_viewer_is_told_no_figure_of_few_people(facts: SmallFacts, ws: Workspace) -> None:
    names = seats(facts, 20)
    facts.runs(
        *(facts.run("claims", ago(1 + at), user=name) for at, name in enumerate(names[:14])),
        facts.run("claims", ago(40), user="service"),
    )
    SEAT_PURCHASES.create(
        ws.store, SYSTEM, platform="Orchestrator AI", seats=30, price=30, currency="USD", valid_from=ago(90)
    )
    assert read(ws, "monthly_active_users", VIEWER).value == 14
    assert read(ws, "weekly_active_users", VIEWER).value == 7
    assert read(ws, "daily_active_users", VIEWER).missing == "Fewer than 5 of 20 people"
    assert read(ws, "habit_rate", VIEWER).value is None
    assert read(ws, "seats_exposed", VIEWER).value == 16 * 30
    facts.runs(*(facts.run("claims", ago(1), user=name) for name in names[14:18]))
    assert read(ws, "seats_exposed", VIEWER).value is None, "18 of 20 leave two"


def test_seats_of_other_platforms_and_in_other_currencies_are_not_set_against_these_users(
    facts: SmallFacts, ws: Workspace
) -> None:
    facts.runs(
        facts.run("claims", TODAY, user=seats(facts, 4)[0]), facts.run("claims", ago(27), user="service")
    )
    one = {"seats": 10, "price": 30, "valid_from": ago(90)}
    SEAT_PURCHASES.create(ws.store, SYSTEM, platform="Another", currency="USD", **one)
    assert read(ws, "seats_exposed").missing == (
        "Only the use of seats of Orchestrator AI is known, and none is kept"
    )
    SEAT_PURCHASES.create(ws.store, SYSTEM, platform="orchestrator ai", currency="USD", **one)
    told = read(ws, "seats_exposed")
    assert (told.value, told.note) == (270, "a month, of Orchestrator AI; the use of others is not known")
    SEAT_PURCHASES.create(ws.store, SYSTEM, platform="Orchestrator AI", currency="JPY", **one)
    assert read(ws, "seats_exposed").missing == (
        "Seats are paid in JPY and USD, and are compared in USD alone"
    )


def test_seats_are_not_idle_where_runs_are_not_known_of_28_days(facts: SmallFacts, ws: Workspace) -> None:
    names = seats(facts, 4)
    SEAT_PURCHASES.create(
        ws.store, SYSTEM, platform="Orchestrator AI", seats=4, price=30, currency="USD", valid_from=ago(90)
    )
    keys = ("seats_exposed", "habit_rate", "never_ran", "activated_share")
    assert {read(ws, key).missing for key in keys} == {"No runs of agents yet"}
    facts.runs(facts.run("claims", ago(9), user=names[0]))
    assert "not of 28 days" in str(read(ws, "seats_exposed").missing)
    assert "not of 28 days" in str(read(ws, "habit_rate").missing)


def test_where_no_seat_is_idle_nothing_is_to_be_given_back(facts: SmallFacts, ws: Workspace) -> None:
    names = seats(facts, 2)
    facts.runs(*(facts.run("claims", ago(day), user=name) for name in names for day in (0, 27)))
    SEAT_PURCHASES.create(
        ws.store, SYSTEM, platform="Orchestrator AI", seats=2, price=30, currency="USD", valid_from=ago(90),
        renews_on=TODAY, notice_days=30,
    )  # fmt: skip
    told = read(ws, "seats_reducible")
    assert (told.value, told.note) == (0, "no seat is idle")


def test_first_run_in_thirty_days_tells_a_viewer_no_counts_beside_the_funnel(
    facts: SmallFacts, ws: Workspace
) -> None:
    """Of 20 seats that are old enough 12 began soon; then two more have a newer seat, and 12 of 20 would tell of them."""
    old = {f"u{at:02}": 60 for at in range(20)}
    _seats_since(facts, old)
    facts.runs(*(facts.run("claims", ago(50), user=name) for name in [*old][:12]))
    told = read(ws, "activated_share", VIEWER)
    assert (told.value, told.note) == (0.6, "")
    assert read(ws, "activated_share").note == "12 of 20"
    _seats_since(facts, old | {"v1": 3, "v2": 3})
    assert read(ws, "activated_share").note == "12 of 20, 2 in their first 14 days"
    assert read(ws, "activated_share", VIEWER).value is None


def _seats_since(facts: SmallFacts, days: dict[str, int]) -> None:
    person = {"organization": "acme", "status": "active", "service": "false"}
    facts.load(
        "users",
        *({**person, "user_id": name, "created_at": f"{ago(day)}T12:00:00Z"} for name, day in days.items()),
    )
    facts.load("roles", *({"user_id": name, "organization": "acme", "role": "member"} for name in days))


def test_who_ran_before_a_month_without_runs_stopped_in_it(facts: SmallFacts, ws: Workspace) -> None:
    facts.runs(*(facts.run("claims", TODAY.replace(month=month, day=10), user="a") for month in (8, 10, 11)))
    told = _months(asked(ws, month_to_date(TODAY)))
    assert [(row.month.month, row.what, row.people) for row in told.itertuples()] == [
        (8, "New", 1),
        (9, "Stopped", -1),
        (10, "Came back", 1),
        (11, "Stayed", 1),
    ]


def test_trainings_are_judged_by_people_not_by_how_many_each_has_to_do() -> None:
    trainings = [_training(at, range(20), range(3, 20)) for at in (1, 2)]
    assert _told(trainings, _trained) is None, "three people lack six trainings"
    assert _told([*trainings, _training(3, range(20), range(6, 20))], _trained) == pytest.approx(48 / 60)


def test_a_training_of_three_is_not_what_the_rate_less_the_rows_leaves() -> None:
    trainings = [
        _training(1, range(20), range(8)),
        _training(2, range(20), range(9)),
        _training(3, range(3), range(2)),
    ]
    lines = {line.name: line.done for line in training_lines(trainings, everything=False)}
    assert lines == {"1": None, "2": 9}, "the rate is of all three"


def test_the_skill_gap_is_told_by_the_rule_of_its_rows() -> None:
    levels = {person: 0 if person < 3 else 2 for person in range(20)}
    skill = SkillStanding("Prompting", dict.fromkeys(range(20), 2), levels)
    (line,) = skill_lines([skill], everything=False)
    assert (line.gap, _told([skill], _skill_gap)) == (None, None), "three lack what seventeen have"
    half = SkillStanding(
        "Prompting", dict.fromkeys(range(20), 2), {person: 2 * (person % 2) for person in range(20)}
    )
    (line,) = skill_lines([half], everything=False)
    assert line.gap == _told([half], _skill_gap) == 1


def _training(number: int, required: Iterable[int], done: Iterable[int]) -> TrainingStanding:
    training: Any = SimpleNamespace(id=number, name=str(number), minutes=None, link=None)
    return TrainingStanding(training, frozenset(required), frozenset(done), frozenset())


def _told(standing: list[Any], reader: Callable[[Any], Reading]) -> Any:
    """What a viewer is told."""
    known = SimpleNamespace(trainings=standing, skills=standing)
    return reader(SimpleNamespace(enablement=known, privacy=SimpleNamespace(people=False))).value


def test_without_anything_each_says_what_to_do(ws: Workspace) -> None:
    missing = {
        key: read(ws, key).missing
        for key in (
            "habit_rate",
            "activation_days",
            "never_ran",
            "seats_purchased",
            "training_rate",
            "skill_gap",
        )
    }
    assert all(missing.values())
    assert "Enablement" in str(missing["training_rate"])


PEOPLE = ("a", "b", "c", "d")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 70), min_size=1),
    st.lists(st.tuples(st.sampled_from((*PEOPLE, "stranger", "service")), st.integers(0, 69)), max_size=25),
)
def test_never_more_people_than_seats(
    migrated_home: Path, since: dict[str, int], runs: list[tuple[str, int]]
) -> None:
    """Whoever ran when, and whenever their seat began."""
    with TemporaryDirectory() as folder:
        shutil.copyfile(migrated_home / "warehouse.duckdb", file := Path(folder) / "warehouse.duckdb")
        with closing(Warehouse.open(file, timezone="UTC", threads=1)) as warehouse:
            days = _days(SmallFacts(warehouse), since, runs)
    assert all(0 <= day["daily"] <= day["weekly"] <= day["monthly"] <= day["seats"] for day in days)
    by_hand = {name for name, day in runs if day < 28 and name in since and day <= since[name]}
    assert days[-1]["monthly"] == len(by_hand)


def _days(facts: SmallFacts, since: dict[str, int], runs: list[tuple[str, int]]) -> list[dict[str, Any]]:
    person = {"organization": "acme", "status": "active", "service": "false"}
    facts.load(
        "users",
        *({**person, "user_id": name, "created_at": f"{ago(day)}T12:00:00Z"} for name, day in since.items()),
    )
    facts.load("roles", *({"user_id": name, "organization": "acme", "role": "member"} for name in since))
    if runs:
        facts.runs(*(facts.run("claims", ago(day), user=name) for name, day in runs))
    return rows(facts.warehouse, "active_users_daily", {"start": ago(60), "end": TODAY, "zone": "UTC"})
