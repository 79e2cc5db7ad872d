"""A self-check: a question that the product answers from its own data, and what an answer looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from orchflow.format import percent, quantity
from orchflow.guidance.check_tables import CheckState
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.guidance.checks.facts import CheckFacts

Level = Literal[1, 2, 3]
LEVELS: dict[int, str] = {1: "In place", 2: "In use", 3: "Proven"}
"""What a flow has reached whose checks up to that level pass."""
NAMED = 5
"""So many of what is missing are named in words; all are in the list beside them."""


@dataclass(frozen=True)
class Outcome:
    """An answer: `words` are the evidence, `missing` what stands in the way, by name.

    `value` is what was measured and `threshold` what it is held against, where the check is about a number; shares are
    from 0 to 1, durations in milliseconds.
    """

    state: CheckState
    words: str
    missing: tuple[str, ...] = ()
    value: Decimal | float | int | None = None
    threshold: Decimal | float | int | None = None


@dataclass(frozen=True)
class Mend:
    """What to do about a check that fails, and the screen where it is done; `screen` is "" where none is."""

    words: str
    screen: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A self-check of a step of a flow.

    `follows` are the kinds of rows of the plan store (names of tables) and the topics of facts that may change the answer;
    what only time changes is left to the schedule. Whoever lacks the permission `sees` is told the state without its evidence.
    A workspace that has none of what the question is about `may_lack` it for good; otherwise it is still to come. `unit` is
    that of what is measured, as figures have them.
    """

    key: str
    question: str
    flow: int
    step: str
    level: Level
    evaluate: Callable[[CheckFacts], Outcome]
    mend: Mend
    follows: frozenset[str] = frozenset()
    sees: Permission = Permission.PLAN_VIEW
    may_lack: bool = False
    unit: str = "count"


def passed(words: str, value: Decimal | float | int | None = None, threshold: float | None = None) -> Outcome:
    """It is as it should be."""
    return Outcome(CheckState.PASSED, words, (), value, threshold)


def failed(
    words: str,
    missing: Sequence[str] = (),
    value: Decimal | float | int | None = None,
    threshold: float | None = None,
) -> Outcome:
    """It is not."""
    return Outcome(CheckState.FAILED, words, tuple(missing), value, threshold)


def not_applicable(words: str) -> Outcome:
    """There is nothing here that the question is about; `words` say what is not there."""
    return Outcome(CheckState.NOT_APPLICABLE, words)


def all_of(count: int, missing: Sequence[str], noun: str, good: str, none: str) -> Outcome:
    """Whether each of `count` things, called `noun`, is as it should be: `good` says how. `missing` are the others, by name.

    Without any thing it does not apply: `none` says so.
    """
    if not count:
        return not_applicable(none)
    if not missing:
        return passed(f"{quantity(count, noun)}, {'each ' if count > 1 else ''}{good}", count, count)
    met = count - len(missing)
    return failed(
        f"{met:,} of {quantity(count, noun)} {good}; missing: {named(missing)}", missing, met, count
    )


def share_of(count: int, missing: Sequence[str], noun: str, good: str, none: str, *, least: float) -> Outcome:
    """Whether at least the share `least` of `count` things is as it should be; as `all_of`."""
    if not count:
        return not_applicable(none)
    met = count - len(missing)
    part = met / count
    words = (
        f"{met:,} of {quantity(count, noun)} {good}: {percent(part)}, at least {percent(least)} is asked for"
    )
    if part >= least:
        return passed(words, part, least)
    return failed(f"{words}; missing: {named(missing)}", missing, part, least)


def within(value: float, limit: float, words: str, *, limit_counts: bool = False) -> Outcome:
    """Whether `value` is under `limit`, or at it where that counts as well."""
    good = value <= limit if limit_counts else value < limit
    return passed(words, value, limit) if good else failed(words, (), value, limit)


def named(things: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    rest = len(things) - NAMED
    return ", ".join(things[:NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
