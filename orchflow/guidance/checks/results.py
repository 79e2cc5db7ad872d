"""How the checks stand: what each came to last, since when, whether it flaps, who is exempt, and how far each flow is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import sqlalchemy as sa

from orchflow import clock
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.catalogue import CHECKS, check_called
from orchflow.guidance.checks.check import LEVELS, Check, Level
from orchflow.guidance.checks.exemptions import exempt_until
from orchflow.people.permissions import IN_WORDS, Actor, Permission
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.rows import chosen, row_type, rows
from orchflow.store.tables import Change
from orchflow.workspace import Workspace

if TYPE_CHECKING:
    CheckResultRow: TypeAlias = CheckResult
else:
    CheckResultRow = row_type("CheckResultRow", CheckResult, __name__)

ShownState = Literal["passed", "failed", "not_applicable", "could_not_be_evaluated"]
SHOWN_STATES: tuple[ShownState, ...] = get_args(ShownState)
NOT_YET = "It has not been evaluated yet"
FLAPS, FLAP_DAYS = 3, 7
"""A check flaps that changed its state so often in so many days."""

CHECK_RESULTS = Entity(
    CheckResult,
    CheckResultRow,
    "What each self-check came to last.",
    view=Permission.PERSON_FIGURES,
    edit=Permission.ADMIN,
    order=(CheckResult.key,),
)


@dataclass(frozen=True)
class CheckStanding:
    """A check and how it stands.

    `state` is what is shown; `last_state` what it came to when it last could be evaluated, `trouble` why it could not since.
    `since` is when the last state began. It is `settled` when nobody has to do anything about it: it passes, is exempt,
    or is about something that the workspace may do without. What the reader may not see of the evidence is None in `words`, with the reason in `withheld`.
    """

    key: str
    question: str
    flow: int
    step: str
    level: Level
    level_name: str
    state: ShownState
    last_state: CheckState | None
    words: str | None
    missing: tuple[str, ...]
    value: float | None
    threshold: float | None
    unit: str
    trouble: str
    evaluated_at: datetime | None
    since: datetime | None
    flapping: bool
    exempt_until: date | None
    settled: bool
    mend: str
    screen: str
    withheld: str


@dataclass(frozen=True)
class StateChange:
    """The state of a check changed, from `before` (None: it was evaluated for the first time)."""

    at: datetime
    before: CheckState | None
    now: CheckState | None
    words: str


@dataclass(frozen=True)
class FlowLevel:
    """How far a flow is by its checks: 0 to 3, with what is left for the next level.

    A level is reached when all checks up to it are settled and one of each level passes: what is still to come is not reached, and
    where nothing applies, nothing is proved.
    """

    flow: int
    level: int
    name: str
    settled: int
    total: int
    missing: tuple[str, ...]


def list_checks(
    ws: Workspace,
    actor: Actor,
    *,
    flow: int | None = None,
    state: str | None = None,
    keys: Collection[str] | None = None,
) -> list[CheckStanding]:
    """How every check stands that is asked for, by flow and level."""
    actor.require(Permission.PLAN_VIEW)
    now = clock.now()
    results = _results(ws.store)
    flapping = flapping_checks(ws.store, now)
    exempt = exempt_until(ws.store, clock.today(ws.zone))
    standings = [
        _standing(check, results.get(check.key), actor, check.key in flapping, exempt.get(check.key))
        for check in CHECKS.values()
        if (flow is None or check.flow == flow) and (keys is None or check.key in keys)
    ]
    return [standing for standing in standings if state in (None, standing.state)]


def get_check(ws: Workspace, actor: Actor, key: str) -> CheckStanding:
    """How one check stands; NotFound when there is none of that key."""
    check_called(key)
    return list_checks(ws, actor, keys=(key,))[0]


def check_history(ws: Workspace, actor: Actor, key: str, limit: int = 100) -> list[StateChange]:
    """When the state of a check changed, the newest first; without the evidence for those who may not see it."""
    actor.require(Permission.PLAN_VIEW)
    seen = actor.may(check_called(key).sees)
    with ws.store.read() as session:
        row_id = session.scalar(sa.select(CheckResult.id).where(CheckResult.key == key))
        changes = session.execute(
            sa.select(Change.occurred_at, Change.field, Change.old, Change.new)
            .where(Change.entity == "check_result", Change.entity_id == row_id)
            .where(Change.field.in_(("state", "words")))
            .order_by(Change.id)
        ).all()
    words, entries = "", []
    for at, together in groupby(changes, key=attrgetter("occurred_at")):
        of_field = {row.field: row for row in together}
        words = str(of_field["words"].new or "") if "words" in of_field else words
        if moved := of_field.get("state"):
            entries.append(StateChange(at, _state(moved.old), _state(moved.new), words if seen else ""))
    return entries[::-1][:limit]


def flow_levels(standings: Sequence[CheckStanding]) -> list[FlowLevel]:
    """How far each flow is by these checks, in the order of the flows."""
    flows = sorted({standing.flow for standing in standings})
    return [_level(flow, [each for each in standings if each.flow == flow]) for flow in flows]


def _level(flow: int, checks: Sequence[CheckStanding]) -> FlowLevel:
    reached = 0
    for level in LEVELS:
        own = [check for check in checks if check.level == level]
        if not all(check.settled for check in own) or (
            own and not any(check.state == "passed" for check in own)
        ):
            break
        reached = level
    ahead = [check.key for check in checks if check.level == reached + 1 and not check.settled]
    name = LEVELS.get(reached, "Not in place")
    return FlowLevel(flow, reached, name, sum(check.settled for check in checks), len(checks), tuple(ahead))


def _standing(
    check: Check, row: CheckResultRow | None, actor: Actor, flapping: bool, exempt: date | None
) -> CheckStanding:
    told = actor.may(check.sees)
    last = row.state if row else None
    trouble = row.trouble if row and (row.trouble or row.state) else NOT_YET
    state: ShownState = "could_not_be_evaluated" if trouble or last is None else last.value
    return CheckStanding(
        check.key, check.question, check.flow, check.step, check.level, LEVELS[check.level], state, last,
        words=(row.words if row else "") if told else None,
        missing=tuple(row.missing) if row and told else (),
        value=_shown(row.value) if row and told else None,
        threshold=_shown(row.threshold) if row and told else None,
        unit=check.unit,
        trouble=trouble if told or trouble == NOT_YET or not trouble else "It could not be evaluated",
        evaluated_at=row.evaluated_at if row else None,
        since=row.changed_at if row else None,
        flapping=flapping,
        exempt_until=exempt,
        settled=state == "passed" or exempt is not None or (state == "not_applicable" and check.may_lack),
        mend=check.mend.words,
        screen=check.mend.screen,
        withheld="" if told else f"The evidence is for those who may {IN_WORDS[check.sees]}",
    )  # fmt: skip


def check_states(store: Store) -> dict[str, ShownState]:
    """What is shown of every check that was evaluated, by key: a state alone is for everybody."""
    told = sa.select(CheckResult.key, CheckResult.state, CheckResult.trouble)
    with store.read() as session:
        return {
            row.key: "could_not_be_evaluated" if row.trouble or row.state is None else row.state.value
            for row in session.execute(told)
        }


def _results(store: Store) -> Mapping[str, CheckResultRow]:
    with store.read() as session:
        return {row.key: row for row in rows(session, CheckResultRow, chosen(CheckResultRow, CheckResult))}


def flapping_checks(store: Store, now: datetime) -> set[str]:
    """The checks that changed their state again and again of late."""
    moved = (
        sa.select(CheckResult.key)
        .join(Change, sa.and_(Change.entity == "check_result", Change.entity_id == CheckResult.id))
        .where(
            Change.field == "state",
            Change.action == "update",
            Change.occurred_at >= now - timedelta(days=FLAP_DAYS),
        )
        .group_by(CheckResult.key)
        .having(sa.func.count() >= FLAPS)
    )
    with store.read() as session:
        return set(session.scalars(moved))


def _state(value: Any) -> CheckState | None:
    return None if value is None else CheckState(value)


def _shown(value: Any) -> float | None:
    return None if value is None else float(value)
