"""Checks of the guidance itself: are checklists given to people and in time, and are the guides in use reviewed?"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from orchflow.format import percent, quantity
from orchflow.guidance.checks.check import Check, Mend, Outcome, all_of, failed, not_applicable, passed
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.guidance.pages import load_pages
from orchflow.guidance.progress import flow_progress
from orchflow.people.permissions import SYSTEM
from orchflow.people.tables import User
from orchflow.planning.tables import ChecklistItem, ItemState

AHEAD_DAYS, OVERDUE_SHARE = 7, 0.1
ITEMS = frozenset({"flow", "step", "checklist_item"})
NO_FLOW = "No flow is in progress"


def _assigned(facts: CheckFacts) -> Outcome:
    there = sa.select(User.id).where(User.active.is_(True))
    due = sa.select(ChecklistItem.text, ChecklistItem.assignee_id.in_(there).label("given")).where(
        ChecklistItem.state == ItemState.OPEN,
        ChecklistItem.required,
        ChecklistItem.due_day <= facts.today + timedelta(days=AHEAD_DAYS),
    )
    rows = facts.stored(due.order_by(ChecklistItem.due_day, ChecklistItem.id))
    missing = [row.text for row in rows if not row.given]
    return all_of(len(rows), missing, "due item", "given to a person", "No item is due within a week")


def _in_time(facts: CheckFacts) -> Outcome:
    required = ChecklistItem.required
    count = int(facts.stored(sa.select(sa.func.count(ChecklistItem.id)).where(required))[0][0])
    if not count:
        return not_applicable(NO_FLOW)
    overdue = sa.select(ChecklistItem.text).where(
        required, ChecklistItem.state == ItemState.OPEN, ChecklistItem.due_day < facts.today
    )
    late = [row.text for row in facts.stored(overdue.order_by(ChecklistItem.due_day, ChecklistItem.id))]
    share = len(late) / count
    words = f"{len(late):,} of {quantity(count, 'required item')} overdue, {percent(share)}; under {percent(OVERDUE_SHARE)} is asked for"
    if share < OVERDUE_SHARE:
        return passed(words, share, OVERDUE_SHARE)
    return failed(words, late, share, OVERDUE_SHARE)


def _reviewed(facts: CheckFacts) -> Outcome:
    running = {
        flow.number
        for flow in flow_progress(facts.ws.store, SYSTEM, today=facts.today)
        if not flow.counts.complete
    }
    pages = [page for page in load_pages().by_address.values() if page.head.flow in running]
    stale = [page.head.title for page in pages if page.head.stale(facts.today)]
    return all_of(len(pages), stale, "current guide", "within its review date", NO_FLOW)


CHECKS = (
    Check(
        key="items-assigned", question="Has every checklist item that is due within 7 days a person?",
        flow=2, step="role-definition", level=2, evaluate=_assigned, follows=ITEMS | {"user_account"},
        mend=Mend("Give each item that is named to somebody."),
    ),
    Check(
        key="items-in-time", question="Are under 10 % of required checklist items overdue?",
        flow=6, step="maintenance", level=2, unit="percent", evaluate=_in_time, follows=ITEMS,
        mend=Mend("Tick what is done, say of what does not apply why, and move the days that nobody believes."),
    ),
    Check(
        key="guides-reviewed", question="Is no guide of a flow in progress past its review date?",
        flow=6, step="maintenance", level=3, evaluate=_reviewed, follows=ITEMS,
        mend=Mend("Install the newest version of the product; its guides are reviewed before it ships.", "library"),
    ),
)  # fmt: skip
