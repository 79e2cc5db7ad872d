"""What belongs to a check: the items of checklists that follow it, and the guides that explain it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from orchflow.guidance.checks.check import Check
from orchflow.guidance.page import Page
from orchflow.guidance.pages import links, load_pages
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.journey.content import load_flows
from orchflow.planning.tables import ChecklistItem, Flow, ItemState, Step
from orchflow.store.engine import Store

MOST_GUIDES = 6


@dataclass(frozen=True)
class TiedItem:
    """An item that follows a check, with the keys and names of its step and flow."""

    id: int
    text: str
    state: ItemState
    flow: str
    flow_name: str
    step: str
    step_name: str
    left_alone: bool
    """Somebody opened it, and the check leaves it so until it has failed once."""


def items_tied(store: Store, actor: Actor, key: str) -> list[TiedItem]:
    """The items of begun flows that follow a check, in the order of the flows."""
    actor.require(Permission.PLAN_VIEW)
    tied = (
        sa.select(
            ChecklistItem.id, ChecklistItem.text, ChecklistItem.state, ChecklistItem.ticked_through,
            Flow.key.label("flow"), Flow.name.label("flow_name"), Step.key.label("step"), Step.name.label("step_name"),
        )
        .join(Step, Step.id == ChecklistItem.step_id)
        .join(Flow, Flow.id == Step.flow_id)
        .where(ChecklistItem.check_key == key)
        .order_by(Flow.number, Step.position, ChecklistItem.position, ChecklistItem.id)
    )  # fmt: skip
    with store.read() as session:
        return [
            TiedItem(
                row.id, row.text, row.state, row.flow, row.flow_name, row.step, row.step_name,
                left_alone=row.state is ItemState.OPEN and row.ticked_through is not None,
            )
            for row in session.execute(tied)
        ]  # fmt: skip


def guides_tied(check: Check) -> list[Page]:
    """The guide of the check's step, then those that send their reader to the check."""
    pages = load_pages().by_address
    addresses = dict.fromkeys((_guide_of_step(check), *_naming().get(check.key, ())))
    return [pages[address] for address in addresses if address in pages][:MOST_GUIDES]


def _guide_of_step(check: Check) -> str:
    steps = (step for flow in load_flows().flows if flow.flow == check.flow for step in flow.steps)
    return next((step.guide for step in steps if step.key == check.step), "")


@cache
def _naming() -> dict[str, list[str]]:
    """By check, the addresses of the guides that link it."""
    naming: dict[str, list[str]] = {}
    for page in load_pages().by_address.values():
        for _, target in links(page):
            kind, _, key = target.partition(":")
            if kind == "check" and page.address not in naming.setdefault(key, []):
                naming[key].append(page.address)
    return naming
