"""How far flows, steps, people and roles are, counted in one or two queries however many items there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.guidance.begin import begin
from orchflow.guidance.counts import Counts, total
from orchflow.guidance.flows import FLOWS
from orchflow.guidance.items import ITEMS, list_items, save_items
from orchflow.guidance.left_behind import hand_over, left_behind
from orchflow.guidance.progress import flow_progress, progress_by
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import STEPS
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import disable_user
from orchflow.planning.undo.undo import undo
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from tests.guidance.conftest import MONDAY
from tests.planning.conftest import AddPerson


@pytest.fixture
def small(store: Store) -> FlowRow:
    """A flow of our own: two steps, the second after the first; three items, an optional one, one of three days later."""
    flow = FLOWS.create(store, SYSTEM, name="Audit", start_day=MONDAY)
    first = STEPS.create(store, SYSTEM, flow_id=flow.id, name="Ask", lead="cto")
    second = STEPS.create(store, SYSTEM, flow_id=flow.id, name="Answer", after=["ask"])
    for step, text, values in (
        (first, "Ask one", {"due_days": 0}),
        (first, "Ask two", {"due_days": 1, "required": False}),
        (second, "Answer one", {"due_days": 3, "role": "ai_lead"}),
        (second, "Answer two", {}),
    ):
        ITEMS.create(store, SYSTEM, step_id=step.id, text=text, **values)
    return flow


def save(store: Store, actor: Actor, flow: FlowRow, **states: str) -> None:
    rows = {row.key: row for row in list_items(store, SYSTEM, flow_id=flow.id)}
    edits = []
    for key, state in states.items():
        row = rows[key.replace("_", "-")]
        reason = {"reason": "Not here"} if state == "not_applicable" else {}
        edits.append(Edit(row.id, row.version, {"state": state} | reason))
    assert save_items(store, actor, edits).problems == []


def test_of_what_is_required_and_applies_the_ticked_part_counts(
    store: Store, ada: Actor, small: FlowRow
) -> None:
    save(store, ada, small, ask_one="ticked", ask_two="ticked", answer_two="not_applicable")

    (flow,) = flow_progress(store, ada, today=date(2026, 11, 4))

    counts = flow.counts
    assert (counts.items, counts.ticked, counts.not_applicable, counts.open) == (3, 1, 1, 1)
    assert (counts.optional, counts.optional_ticked) == (1, 1)
    assert counts.share == 0.5
    assert [(step.key, step.counts.complete, step.waits_for) for step in flow.steps] == [
        ("ask", True, ()), ("answer", False, ()),
    ]  # fmt: skip
    assert (flow.steps_complete, flow.planned_end, flow.finished_on) == (1, date(2026, 11, 5), None)
    assert flow.drift_days == 0


def test_a_flow_is_behind_since_its_earliest_overdue_item(store: Store, ada: Actor, small: FlowRow) -> None:
    (flow,) = flow_progress(
        store, ada, today=date(2026, 11, 9)
    )  # a Monday: a week after the first item was due

    assert (flow.counts.overdue, flow.counts.next_due, flow.drift_days) == (3, MONDAY, 5)
    assert flow.counts.expected == 1.0
    assert [step.waits_for for step in flow.steps] == [(), ("ask",)]


@pytest.mark.parametrize(("day", "drift"), [(3, -2), (5, 0), (10, 3)])
def test_a_complete_flow_tells_how_late_or_early_it_was(
    store: Store, ada: Actor, small: FlowRow, monkeypatch: pytest.MonkeyPatch, day: int, drift: int
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, day, 12, tzinfo=UTC))
    save(store, ada, small, ask_one="ticked", answer_one="ticked", answer_two="not_applicable")

    (flow,) = flow_progress(store, ada)

    assert (flow.counts.share, flow.steps_complete, flow.finished_on) == (1.0, 2, date(2026, 11, day))
    assert flow.drift_days == drift


def test_nothing_waits_for_a_step_of_which_nothing_is_required(store: Store, small: FlowRow) -> None:
    STEPS.create(store, SYSTEM, flow_id=small.id, name="Talk about it")
    STEPS.create(store, SYSTEM, flow_id=small.id, name="Close", after=["talk-about-it", "answer"])

    (flow,) = flow_progress(store, SYSTEM)

    assert [step.waits_for for step in flow.steps] == [(), ("ask",), (), ("answer",)]


def test_nothing_required_is_no_share_and_nothing_that_applies_is_complete() -> None:
    assert (Counts().share, Counts().complete) == (None, False)
    assert (Counts(items=2, not_applicable=2).share, Counts(items=2, not_applicable=2).complete) == (
        1.0,
        True,
    )
    assert total([Counts(items=1, exempt=1), Counts(items=3)]) == Counts(items=4, exempt=1)


def test_people_and_roles_have_theirs(
    store: Store, ada: Actor, mia: Actor, small: FlowRow, add_person: AddPerson
) -> None:
    rows = {row.key: row for row in list_items(store, SYSTEM)}
    for key, person in (("ask-one", mia), ("answer-one", ada)):
        ITEMS.update(store, ada, rows[key].id, rows[key].version, {"assignee_id": person.user_id})
    save(store, mia, small, ask_one="ticked")

    told = [(part.name, part.counts.items, part.counts.ticked) for part in progress_by(store, ada, "person")]
    assert told == [("Ada", 1, 0), ("Mia", 1, 1), ("Nobody", 1, 0)]
    assert [part.name for part in progress_by(store, mia, "person")] == ["Mia"]
    roles = [(part.key, part.counts.items) for part in progress_by(store, mia, "role", flow_id=small.id)]
    assert roles == [("cto", 1), ("", 1)]  # her own; the lead is one other person
    told = [(part.key, part.counts.items) for part in progress_by(store, ada, "role", flow_id=small.id)]
    assert told == [("ai_lead", 1), ("cto", 1), ("", 1)]


def test_who_left_leaves_nothing_behind_unseen(
    store: Store, ada: Actor, mia: Actor, small: FlowRow, add_person: AddPerson
) -> None:
    rows = {row.key: row for row in list_items(store, SYSTEM)}
    for key in ("ask-one", "answer-one"):
        ITEMS.update(store, ada, rows[key].id, rows[key].version, {"assignee_id": mia.user_id})
    save(store, mia, small, ask_one="ticked")
    admin = add_person("root", Role.ADMIN)
    disable_user(store, admin, mia.user_id or 0)

    (left,) = left_behind(store, ada)
    assert (left.name, left.items) == ("Mia", (rows["answer-one"].id,))
    (flow,) = flow_progress(store, ada)
    assert flow.counts.given_away == 1

    handed = hand_over(store, ada, left.person_id, ada.user_id)

    assert (handed.items, handed.steps, left_behind(store, ada)) == (1, 0, [])
    now = {row.key: row for row in list_items(store, SYSTEM)}
    assert (now["answer-one"].assignee_id, now["ask-one"].ticked_by_id) == (ada.user_id, mia.user_id)
    undo(store, ada, handed.request)
    assert len(left_behind(store, ada)) == 1
    with pytest.raises(Exception, match="that account is disabled"):
        hand_over(store, ada, ada.user_id or 0, mia.user_id)


@contextmanager
def queries(store: Store) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().lower().startswith("select"):
            asked.append(statement)

    sa.event.listen(store.engines.reader, "before_cursor_execute", note)
    yield asked
    sa.event.remove(store.engines.reader, "before_cursor_execute", note)


def test_progress_asks_as_often_for_six_flows_as_for_one(store: Store, flow: FlowRow) -> None:
    with queries(store) as of_one:
        flow_progress(store, SYSTEM)
    begin(store, SYSTEM, "flow-2-team-onboarding", MONDAY)
    with queries(store) as of_two:
        flow_progress(store, SYSTEM)

    assert len(of_two) == len(of_one) <= 4  # days off, steps, counts, flows


def test_every_item_is_counted_once(store: Store, items: dict[str, ItemRow]) -> None:
    (flow,) = flow_progress(store, SYSTEM)

    assert flow.counts.items + flow.counts.optional == len(items)
    assert total(step.counts for step in flow.steps) == flow.counts
    assert total(part.counts for part in progress_by(store, SYSTEM, "role")) == flow.counts
    assert total(part.counts for part in progress_by(store, SYSTEM, "person")) == flow.counts
