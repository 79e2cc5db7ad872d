"""How complete the guidance is: which steps have a page, a checklist and self-checks, and what people think of the pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.pages import load_pages
from orchflow.guidance.tables import PageOpinion
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import ChecklistItem, Flow, Step
from orchflow.store.engine import Store

LEAST_OPINIONS: Final = 5
"""What fewer people said of a page, or of all, is not told as a share."""
GUIDED: Final = (
    "flow", "flow_name", "step", "name", "begun", "page", "has_page", "has_checklist", "checks", "in_review", "opinions", "useful",
)  # fmt: skip


def guided_steps(store: Store, actor: Actor, today: date) -> pd.DataFrame:
    """A row for each step of the flows that were begun, and of those that ship, with `GUIDED`.

    `has_page`: its page is there; `in_review`: that page was looked at within its interval. `checks` are the self-checks that
    tick its items. `opinions` of its page, and how many find it `useful`: empty for fewer than five.
    """
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        begun = _begun(session)
        said = _opinions(session)
    keys = {row[0] for row in begun}
    steps = sorted([*begun, *(row for row in _shipped() if row[0] not in keys)], key=lambda row: row[0])
    pages = load_pages().by_address
    rows = []
    for flow, name, key, step, is_begun, address, items, checks in steps:
        page = pages.get(address)
        opinions, useful = said.get(address, (0, 0))
        shown = (opinions, useful) if opinions >= LEAST_OPINIONS else (None, None)
        in_review = None if page is None else not page.head.stale(today)
        rows.append(
            (flow, name, key, step, is_begun, address, page is not None, items > 0, checks, in_review, *shown)
        )
    frame = pd.DataFrame(rows, columns=list(GUIDED))
    return frame.astype({"in_review": "boolean", "opinions": "Int64", "useful": "Int64"})


def pages_in_review(today: date, flow: int | None = None) -> tuple[int, int]:
    """How many pages were looked at within their interval, and how many there are; of all, or of a flow's steps."""
    pages = [page for page in load_pages().by_address.values() if flow is None or page.head.flow == flow]
    return sum(not page.head.stale(today) for page in pages), len(pages)


def opinions_of_pages(store: Store, flow: int | None = None) -> tuple[int, int]:
    """How many opinions find a page useful, and how many there are; of all pages, or of those of a flow's steps."""
    pages = load_pages().by_address
    with store.read() as session:
        said = _opinions(session)
    chosen = [
        counts
        for address, counts in said.items()
        if flow is None or (address in pages and pages[address].head.flow == flow)
    ]
    return sum(useful for _, useful in chosen), sum(opinions for opinions, _ in chosen)


def _begun(session: Session) -> Sequence[Any]:
    steps = (
        sa.select(
            Flow.number, Flow.name, Step.key, Step.name, sa.literal(True), Step.guide,
            sa.func.count(ChecklistItem.id), sa.func.count(ChecklistItem.check_key.distinct()),
        )
        .join(Flow, Flow.id == Step.flow_id).outerjoin(ChecklistItem, ChecklistItem.step_id == Step.id)
        .group_by(Flow.number, Flow.name, Step.position, Step.id, Step.key, Step.name, Step.guide)
        .order_by(Flow.number, Step.position, Step.id)
    )  # fmt: skip
    return session.execute(steps).all()


def _shipped() -> Iterable[Any]:
    for flow in load_flows().flows:
        for step in flow.steps:
            checks = {item.check for item in step.checklist if item.check}
            yield (
                flow.flow,
                flow.name,
                step.key,
                step.name,
                False,
                step.guide,
                len(step.checklist),
                len(checks),
            )


def _opinions(session: Session) -> dict[str, tuple[int, int]]:
    """Page → its opinions, and how many of them find it useful."""
    useful = sa.func.sum(sa.case((PageOpinion.useful, 1), else_=0))
    counted = sa.select(PageOpinion.page, sa.func.count(), useful).group_by(PageOpinion.page)
    return {page: (int(opinions), int(liked)) for page, opinions, liked in session.execute(counted)}
