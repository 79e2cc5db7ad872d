"""How far people use the seats that they have, how they came to it, and what they were to learn."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from orchflow import format as fmt
from orchflow.enablement.activation import GRACE, SOON
from orchflow.enablement.seat_money import PLATFORM, IdleMoney, held_on, idle_money, of_known_users, purchased
from orchflow.metrics.catalogue import fact_rows as behind
from orchflow.metrics.catalogue.adoption import NO_RUNS, NO_SEATS, coded, people
from orchflow.metrics.enablement_facts import HABIT
from orchflow.metrics.metric import Metric, Reading, RowsBehind, share
from orchflow.people.small_groups import SMALLEST_GROUP, WITHHELD
from orchflow.people.told_groups import enough, steps_told, total_told

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

ACTIVE: Final = timedelta(28)
NO_PURCHASES = "No purchase of seats is kept: add one on Enablement"


def _counted(facts: Facts, *sizes: int) -> Reading:
    """The last of sizes that lie within each other, as far as it may be told beside the others; the first are the seats."""
    if not sizes[0]:
        return Reading(None, missing=NO_SEATS)
    if facts.reach.runs_from is None:
        return Reading(None, missing=NO_RUNS)
    if facts.privacy.people or steps_told(sizes)[-1] is not None:
        return Reading(sizes[-1], f"of {sizes[0]} seats")
    return Reading(None, missing=coded(facts, sizes[-1], sizes[0]) or WITHHELD)


def _active_of(facts: Facts) -> tuple[int, int, int, int]:
    """Seats, and their holders active in 28 days, in the 7 days that are over, and yesterday."""
    holders = facts.enablement.holders
    active = len(facts.enablement.steps["active"])
    return (
        len(holders),
        active,
        sum(one.ran_in_week for one in holders),
        sum(one.ran_yesterday for one in holders),
    )


def _weekly(facts: Facts) -> Reading:
    return _counted(facts, *_active_of(facts)[:3])


def _daily(facts: Facts) -> Reading:
    return _counted(facts, *_active_of(facts))


def _habit(facts: Facts) -> Reading:
    steps = facts.enablement.steps
    told = _counted(facts, *(len(steps[key]) for key in ("seats", "active", "habitual")))
    if steps["seats"] and (missing := _not_covered(facts)):
        return Reading(None, missing=missing)
    if told.value is None:
        return told
    if not facts.privacy.people and facts.enablement.steps_told["habitual"] is None:
        return Reading(None, missing=WITHHELD)
    return Reading(share(int(told.value), len(steps["seats"])), f"{told.value} of {len(steps['seats'])}")


def _activation_days(facts: Facts) -> Reading:
    found = facts.enablement.activation
    if found.median is None or found.quartiles is None:
        return Reading(
            None,
            missing=NO_SEATS
            if not facts.enablement.holders
            else "Nobody whose seat has a day has run an agent",
        )
    ran = sum(one.seat_day is not None and one.first_run is not None for one in facts.enablement.holders)
    if not facts.privacy.people and ran < SMALLEST_GROUP:
        return Reading(None, missing=WITHHELD)
    low, high = found.quartiles
    spread = (
        f"half of them {low:.0f} to {high:.0f} days"
        if facts.privacy.people or ran >= 4 * SMALLEST_GROUP
        else ""
    )
    return Reading(found.median, spread)


def _activated(facts: Facts) -> Reading:
    known, found = facts.enablement, facts.enablement.activation
    if missing := _no_first_runs(facts):
        return Reading(None, missing=missing)
    if not found.judged:
        return Reading(None, missing=f"No seat is older than {SOON} days")
    if not facts.privacy.people:
        ever = len(known.steps["ever"])
        sizes = (len(known.steps["seats"]), found.known, found.judged, found.judged_who_ran, found.within)
        apart = all(_beside(part, whole) for whole, part in pairwise(sizes))
        if not apart or not _beside(found.judged_who_ran, ever) or not enough(found.within, found.judged):
            return Reading(None, missing=coded(facts, found.within, found.judged) or WITHHELD)
        return Reading(share(found.within, found.judged))
    grace = f", {found.in_grace} in their first {GRACE} days" if found.in_grace else ""
    return Reading(share(found.within, found.judged), f"{found.within} of {found.judged}{grace}")


def _never(facts: Facts) -> Reading:
    found, steps = facts.enablement.activation, facts.enablement.steps
    if missing := _no_first_runs(facts):
        return Reading(None, missing=missing)
    if not found.known:
        return Reading(
            None,
            missing=NO_SEATS
            if not steps["seats"]
            else "The platform tells of no seat since when there is it",
        )
    seats = len(steps["seats"])
    idle = seats - len(steps["ever"])
    ever = facts.enablement.steps_told["ever"] is not None
    told = ever and enough(found.never, seats) and _beside(found.never, idle) and _beside(found.known, seats)
    if not facts.privacy.people and not told:
        return Reading(None, missing=coded(facts, found.never, found.known) or WITHHELD)
    return Reading(found.never, f"of {found.known}")


def _no_first_runs(facts: Facts) -> str:
    """Why nobody's first run is known; empty where runs are."""
    return NO_RUNS if facts.enablement.holders and facts.reach.runs_from is None else ""


def _beside(part: int, whole: int) -> bool:
    """Whether a part may stand beside its whole: all of it, or what leaves enough."""
    return part == whole or enough(part, whole)


def _purchased(facts: Facts) -> Reading:
    seats = purchased(facts.enablement.purchases, facts.today)
    return Reading(None, missing=NO_PURCHASES) if seats is None else Reading(seats)


def _idle(facts: Facts) -> IdleMoney | Reading:
    """The idle money in the workspace's currency; or why it is not told."""
    known = facts.enablement
    held = held_on(known.purchases, facts.today)
    if not held:
        return Reading(None, missing=NO_PURCHASES)
    ours = of_known_users(held)
    if not ours:
        return Reading(None, missing=f"Only the use of seats of {PLATFORM} is known, and none is kept")
    currencies = sorted({row.currency for row in ours})
    if currencies != [facts.ws.currency]:
        return Reading(
            None,
            missing=f"Seats are paid in {' and '.join(currencies)}, and are compared in {facts.ws.currency} alone",
        )
    seats, active = len(known.steps["seats"]), len(known.steps["active"])
    if not seats:
        return Reading(None, missing=NO_SEATS)
    if missing := _not_covered(facts):
        return Reading(None, missing=missing)
    if hidden := coded(facts, active, seats):
        return Reading(None, missing=hidden)
    return idle_money(ours, seats, active, facts.today)


def _not_covered(facts: Facts) -> str:
    """Why the runs do not tell who was active in 28 days; empty where they do."""
    first, last = facts.reach.runs_from, facts.reach.runs_to
    if first is None or last is None:
        return NO_RUNS
    if last <= facts.today - ACTIVE:
        return f"The last run that is known is of {fmt.day(last)}"
    if first > facts.today - ACTIVE + timedelta(1):
        return f"Runs are known from {fmt.day(first)} on, not of 28 days"
    return ""


def _others(facts: Facts) -> str:
    """Of which purchases it is, where there are others too."""
    held = held_on(facts.enablement.purchases, facts.today)
    ours = len(of_known_users(held))
    return "a month" if ours == len(held) else f"a month, of {PLATFORM}; the use of others is not known"


def _exposed(facts: Facts) -> Reading:
    money = _idle(facts)
    return money if isinstance(money, Reading) else Reading(money.exposed, _others(facts))


def _reassignable(facts: Facts) -> Reading:
    money = _idle(facts)
    return money if isinstance(money, Reading) else Reading(money.reassignable, _others(facts))


def _reducible(facts: Facts) -> Reading:
    money = _idle(facts)
    if isinstance(money, Reading):
        return money
    if money.reducible is None:
        return Reading(None, missing=money.unknown)
    if not money.exposed:
        return Reading(Decimal(0), "no seat is idle")
    said = f"to be said by {fmt.day(money.notice)}" if money.notice else "no notice is possible now"
    return Reading(money.reducible, said)


def _trained(facts: Facts) -> Reading:
    standing = [one for one in facts.enablement.trainings if one.required]
    if not standing:
        return Reading(None, missing="No training is required of anybody: add one on Enablement")
    required = sum(len(one.required) for one in standing)
    done = sum(len(one.done) for one in standing)
    if not total_told([(one.done, one.required) for one in standing], everything=facts.privacy.people):
        return Reading(None, missing=WITHHELD)
    return Reading(share(done, required), f"{done} of {required}" if facts.privacy.people else "")


def _skill_gap(facts: Facts) -> Reading:
    standing = facts.enablement.skills
    if not standing:
        return Reading(None, missing="No job role that somebody has needs a skill: add one on Enablement")
    gaps = [gap for one in standing for gap in one.gaps.values()]
    if not gaps:
        return Reading(None, missing="Nobody's skills were assessed yet")
    if not total_told([(one.lacking, one.assessed) for one in standing], everything=facts.privacy.people):
        return Reading(None, missing=WITHHELD)
    needed = sum(len(one.needed) for one in standing)
    return Reading(
        sum(gaps) / len(gaps),
        f"levels, {len(gaps)} of {needed} assessed" if facts.privacy.people else "levels",
    )


def _purchases_behind(_: Facts) -> tuple[RowsBehind, ...]:
    return (RowsBehind("seat_purchases"),)


def _money_behind(facts: Facts) -> tuple[RowsBehind, ...]:
    return (*_purchases_behind(facts), *behind.users_and_their_runs(facts))


def _trainings_behind(_: Facts) -> tuple[RowsBehind, ...]:
    return (RowsBehind("trainings"), RowsBehind("training_completions"))


def _skills_behind(_: Facts) -> tuple[RowsBehind, ...]:
    return (RowsBehind("skill_requirements"), RowsBehind("skill_assessments"))


money = partial(people, unit="money", direction="down", rows=_money_behind)
_IDLE = (
    "Which seats are idle nobody knows, so the cheapest ones are taken for idle: it is never too high. "
    f"Only seats of {PLATFORM} count: who uses those of another platform is not known."
)

METRICS: tuple[Metric, ...] = (
    people(
        rows=behind.users_and_their_runs, key="weekly_active_users", label="Weekly active users", question="How many people use agents in a week?",
        unit="count", read=_weekly, definition="Seat holders who ran an agent in the last seven days that are over.",
    ),
    people(
        rows=behind.users_and_their_runs, key="daily_active_users", label="Daily active users", question="How many people use agents in a day?",
        unit="count", read=_daily, definition="Seat holders who ran an agent on the last day that is over.",
    ),
    people(
        rows=behind.users_and_their_runs, key="habit_rate", label="Habit", question="For how many are agents a habit?", unit="percent", read=_habit,
        definition=f"Seat holders who ran agents on at least {HABIT} of the last 28 days, divided by seats. One busy day is no habit.",
    ),
    people(
        rows=behind.users_and_their_runs, key="activation_days", label="Time to first run", question="How long do people take to their first run?",
        unit="days", direction="down", read=_activation_days,
        definition="The median of the days from a seat to its holder's first run, of those who ran an agent, with the middle half. A seat "
        "begins on the day on which the platform made the user; who ran before it took no days.",
    ),
    people(
        rows=behind.users_and_their_runs, key="activated_share", label=f"First run in {SOON} days", question="How many begin soon?", unit="percent",
        read=_activated,
        definition=f"Of the seats that are older than {SOON} days those whose holder's first run came within them. Newer seats count on neither side.",
    ),
    people(
        rows=behind.users_and_their_runs, key="never_ran", label="Never ran an agent", question="How many seats were never used?", unit="count",
        direction="down", read=_never,
        definition=f"Seats whose holder never ran an agent. In the first {GRACE} days of a seat nobody says that of it.",
    ),
    people(
        rows=_purchases_behind, key="seats_purchased", label="Seats purchased", question="How many seats are paid for?", unit="count", direction="none",
        read=_purchased, definition="The seats of all purchases that hold today, as they are kept on Enablement.",
    ),
    money(
        key="seats_exposed", label="Idle seats", question="What do seats cost that nobody uses?", read=_exposed,
        definition=f"A month's price of the seats that are paid for and were not used in 28 days, whether somebody holds them or not. {_IDLE}",
    ),
    money(
        key="seats_reassignable", label="Could be others'", question="What do seats cost whose holders do not use them?", read=_reassignable,
        definition=f"A month's price of the seats that somebody holds who did not run an agent in 28 days. {_IDLE}",
    ),
    money(
        key="seats_reducible", label="Could be given back", question="What can be saved at the next renewal?", read=_reducible, direction="none",
        definition="A month's price of the idle seats of purchases whose notice can still be given. Without the day of renewal and the "
        f"notice it is unknown. {_IDLE}",
    ),
    people(
        rows=_trainings_behind, key="training_rate", label="Trainings done", question="How many of the required trainings are done?", unit="percent",
        read=_trained,
        definition="Required trainings that are done and still hold, divided by those that are required: of every active person who has "
        "a job role or a seat, those that their job role, or everybody, needs. A training that was failed, or done too long ago, is not done.",
    ),
    people(
        rows=_skills_behind, key="skill_gap", label="Skill gap", question="How far are skills from what is needed?", unit="count", direction="down",
        read=_skill_gap,
        definition="The mean of the levels that are missing, of every skill that a person's job role needs and that was assessed: the "
        "assessor's latest level, else one's own. A level above what is needed makes up for none below. Levels are 0 to 4.",
    ),
)  # fmt: skip
