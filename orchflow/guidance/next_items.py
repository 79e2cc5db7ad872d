"""What is next of a person's own items."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import sqlalchemy as sa

from orchflow.format import day as in_words
from orchflow.format import quantity
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.results import CheckStanding, list_checks
from orchflow.guidance.my_items import MyItem
from orchflow.guidance.next_entry import Asked, Kind, Next, Urgency
from orchflow.guidance.waits import holds_up
from orchflow.store.engine import Store
from orchflow.store.tables import Change


def next_items(asked: Asked) -> Iterator[Next]:
    """The items that can be done now, each with why it is told; those of a whole job role that have time in one."""
    failing = _failing(asked)
    before = _passed_before(asked.ws.store, failing)
    with asked.ws.store.read() as session:
        holding = holds_up(session)
    shared = 0
    for each in asked.listed.items:
        if each.when in ("lately", "waiting"):
            continue
        check, holds = failing.get(each.item.check_key or ""), holding.get(each.item.step_id, 0)
        if check is not None and check.key in before:
            yield _entry(each, "reopened", "broken", f"It passed before: {_of_check(check)}", -holds)
        elif each.when == "overdue":
            yield _overdue(asked, each, holds, check)
        elif each.when == "soon" and each.item.due_day is not None:
            due = each.item.due_day
            said = "Due today" if due == asked.today else f"Due {in_words(due)}"
            yield _entry(
                each, "soon", "todo", _reason(asked, said, each, holds, check), due.toordinal(), -holds
            )
        elif holds and not each.shared:
            yield _entry(each, "blocks", "todo", _reason(asked, "", each, holds, check), -holds)
        else:
            shared += each.shared
    if shared and asked.role_name:
        yield Next(
            "shared", "todo", f"{quantity(shared, 'item')} for any {asked.role_name}",
            "Meant for the job role and given to nobody; none is due in the next days", "my_checklist",
        )  # fmt: skip


def _overdue(asked: Asked, each: MyItem, holds: int, check: CheckStanding | None) -> Next:
    late = (asked.today - each.item.due_day).days if each.item.due_day else 0
    reason = _reason(asked, f"{quantity(late, 'day')} late", each, holds, check)
    if each.item.required:
        return _entry(each, "overdue", "attention", reason, bool(each.waits_for), -holds, -late)
    return _entry(each, "optional", "todo", reason, -late)


def _entry(each: MyItem, kind: Kind, urgency: Urgency, reason: str, *rank: int) -> Next:
    item = each.item
    return Next(kind, urgency, item.text, reason, "my_checklist", {"item": str(item.id)}, item.id, rank)


def _reason(asked: Asked, said: str, each: MyItem, holds: int, check: CheckStanding | None) -> str:
    """Its day, what waits for its step, what its check lacks, and that it is for anybody of the job role."""
    parts = [said]
    if holds:
        parts.append(f"{quantity(holds, 'step')} {'waits' if holds == 1 else 'wait'} for {each.step_name}")
    if check is not None:
        parts.append(_of_check(check))
    if each.shared and asked.role_name:
        parts.append(f"for any {asked.role_name}")
    return "; ".join(filter(None, parts))


def _of_check(check: CheckStanding) -> str:
    return check.words or "its self-check does not pass"


def _failing(asked: Asked) -> dict[str, CheckStanding]:
    """The checks of their open items that do not pass, by key."""
    keys = {each.item.check_key for each in asked.listed.items if each.when != "lately"}
    known = [key for key in keys if key in CHECKS]
    if not known:
        return {}
    standings = list_checks(asked.ws, asked.actor, keys=[str(key) for key in known])
    return {each.key: each for each in standings if each.state == "failed" and not each.settled}


def _passed_before(store: Store, keys: Collection[str] | Mapping[str, object]) -> set[str]:
    """Of these checks, which fail, those that passed right before."""
    if not keys:
        return set()
    moves = (
        sa.select(CheckResult.key, Change.old)
        .join(Change, sa.and_(Change.entity == CheckResult.__tablename__, Change.entity_id == CheckResult.id))
        .where(Change.field == "state", Change.action == "update", CheckResult.key.in_(list(keys)))
        .order_by(Change.id)
    )
    with store.read() as session:
        last = {row.key: row.old for row in session.execute(moves)}
    return {key for key, old in last.items() if old == CheckState.PASSED}
