"""How many of those who may run agents do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.metric import Metric, Reading, share

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NO_SEATS = "Nobody's roles are known: run ingestion of users"
NO_RUNS = "No runs of agents yet"

people = partial(Metric, owner="Enablement", direction="up", window="now")


def _seats(facts: Facts) -> Reading:
    seats = int(facts.adoption["seats"])
    return Reading(seats or None, missing=None if seats else NO_SEATS)


def _monthly_active_users(facts: Facts) -> Reading:
    if facts.reach.runs_from is None:
        return Reading(None, missing=NO_RUNS)
    known_before = (facts.today - facts.reach.runs_from).days >= 55
    return Reading(
        int(facts.adoption["active"]),
        note="vs the 28 days before" if known_before else "",
        previous=int(facts.adoption["active_before"]) if known_before else None,
    )


def _adoption_rate(facts: Facts) -> Reading:
    seats, active = _seats(facts), _monthly_active_users(facts)
    if seats.value is None or active.value is None:
        return seats if seats.value is None else active
    previous = None if active.previous is None else share(int(active.previous), int(seats.value))
    return Reading(
        share(int(active.value), int(seats.value)), active.note or f"{active.value} of {seats.value}", previous=previous
    )  # fmt: skip


METRICS = (
    people(
        key="adoption_rate", label="Adoption", question="How many of those who could use agents do?", unit="percent",
        read=_adoption_rate, target=lambda targets: targets.adoption_rate,
        definition="People with at least one run in the last 28 days, divided by seats: active users of the platform who "
        "hold a role that may run agents. The service user is not counted. It is compared with the 28 days before, up to the "
        "same time of day, both against the seats of today: the platform keeps no history of seats.",
    ),
    people(
        key="monthly_active_users", label="Monthly active users", question="How many people use agents?", unit="count",
        read=_monthly_active_users,
        definition="Seat holders who ran an agent in the last 28 days, compared with the 28 before up to the same time of day.",
    ),
    people(
        key="seats", label="Seats", question="How many people could use agents?", unit="count",
        read=_seats,
        definition="Active users of the platform who hold a role that may run agents. The service user is not counted.",
    ),
)  # fmt: skip
