"""How many of those who may run agents do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.catalogue import fact_rows as behind
from orchflow.metrics.metric import Metric, Reading, share
from orchflow.people.small_groups import SMALLEST_GROUP, WITHHELD

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NO_SEATS = "Nobody's roles are known: run ingestion of users"
NO_RUNS = "No runs of agents yet"

people = partial(Metric, owner="Enablement", direction="up", window="now")


def _seats(facts: Facts) -> Reading:
    seats = int(facts.adoption["seats"])
    if not seats:
        return Reading(None, missing=NO_SEATS)
    return (
        Reading(seats) if facts.privacy.people or seats >= SMALLEST_GROUP else Reading(None, missing=WITHHELD)
    )


def _monthly_active_users(facts: Facts) -> Reading:
    if facts.reach.runs_from is None:
        return Reading(None, missing=NO_RUNS)
    seats, active = int(facts.adoption["seats"]), int(facts.adoption["active"])
    if seats and (hidden := coded(facts, active, seats)):
        return Reading(None, missing=hidden)
    known_before = (facts.today - facts.reach.runs_from).days >= 55
    before = int(facts.adoption["active_before"]) if known_before else None
    seats_before = int(facts.adoption["seats_before"])
    return Reading(
        active,
        note="vs the 28 days before" if known_before else "",
        previous=None if before is None or coded(facts, before, seats_before) else before,
    )


def _adoption_rate(facts: Facts) -> Reading:
    seats, active = _seats(facts), _monthly_active_users(facts)
    if seats.value is None or active.value is None:
        return seats if seats.value is None else active
    before = int(facts.adoption["seats_before"])
    previous = None if active.previous is None else share(int(active.previous), before)
    return Reading(
        share(int(active.value), int(seats.value)), active.note or f"{active.value} of {seats.value}", previous=previous
    )  # fmt: skip


def coded(facts: Facts, part: int, whole: int) -> str:
    """What is said in place of a part of so many people; empty where it is told.

    Neither those of the part nor those left out of it may be too few; so nothing, and all, of a small group have no figure
    of their own.
    """
    if facts.privacy.people:
        return ""
    if whole < 2 * SMALLEST_GROUP:
        return WITHHELD
    if min(part, whole - part) >= SMALLEST_GROUP:
        return ""
    few = f"fewer than {SMALLEST_GROUP} of {whole}"
    return f"{few.capitalize()} people" if part < SMALLEST_GROUP else f"All but {few} people, or all"


METRICS = (
    people(
        rows=behind.users_and_their_runs, key="adoption_rate", label="Adoption", question="How many of those who could use agents do?", unit="percent",
        read=_adoption_rate, target="adoption_rate",
        definition="People with at least one run in the last 28 days, divided by seats: active users of the platform who "
        "hold a role that may run agents. The service user is not counted, and somebody who has no seat any more counts on neither side, "
        "so it is never above 100 %. It is compared with the 28 days before, up to the same time of day, against the seats that were there "
        "at their end: of the users of today those whom the platform had made by then. It does not tell who held a seat and no longer does.",
    ),
    people(
        rows=behind.users_and_their_runs, key="monthly_active_users", label="Monthly active users", question="How many people use agents?", unit="count",
        read=_monthly_active_users,
        definition="Seat holders who ran an agent in the last 28 days, compared with the 28 before up to the same time of day.",
    ),
    people(
        rows=behind.users_known, key="seats", label="Seats", question="How many people could use agents?", unit="count",
        read=_seats,
        definition="Active users of the platform who hold a role that may run agents. The service user is not counted.",
    ),
)  # fmt: skip
