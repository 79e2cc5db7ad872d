"""Steps and items change their places, what is moved is said before, and what of the plan belongs to a step is found."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from orchflow.errors import Forbidden, Invalid
from orchflow.guidance.begin import begin
from orchflow.guidance.flows import update_flow
from orchflow.guidance.items import create_item, list_items, update_item
from orchflow.guidance.left_behind import left_behind
from orchflow.guidance.linked import linked_work
from orchflow.guidance.order import move_items, move_steps
from orchflow.guidance.preview import due_if_begun, moves_if
from orchflow.guidance.reading import Hanging, hanging, read_flow
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import create_step, list_steps
from orchflow.guidance.tasks import make_tasks
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import disable_user
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.comments import add_comment
from orchflow.planning.work.projects import get_project
from orchflow.store.engine import Store
from tests.guidance.conftest import MONDAY, SETUP
from tests.planning.conftest import AddPerson

Items = dict[str, ItemRow]


def test_steps_are_put_in_another_order_and_back(store: Store, flow: FlowRow) -> None:
    first, second, *rest = [step.key for step in list_steps(store, SYSTEM, flow_id=flow.id)]
    ids = {step.key: step.id for step in list_steps(store, SYSTEM, flow_id=flow.id)}

    request = move_steps(store, SYSTEM, [ids[first]], "down")

    assert [step.key for step in list_steps(store, SYSTEM, flow_id=flow.id)] == [second, first, *rest]
    undo(store, SYSTEM, request)
    assert [step.key for step in list_steps(store, SYSTEM, flow_id=flow.id)] == [first, second, *rest]
    with pytest.raises(Invalid, match="no place further up"):
        move_steps(store, SYSTEM, [ids[first]], "up")
    with pytest.raises(Invalid, match="are gone"):
        move_steps(store, SYSTEM, [9999], "up")


def test_items_move_together_and_only_within_their_step(
    store: Store, flow: FlowRow, items: Items, add_person: AddPerson
) -> None:
    step_id = next(iter(items.values())).step_id
    before = list_items(store, SYSTEM, step_id=step_id)
    added = create_item(store, SYSTEM, step_id=step_id, text="Ours")

    move_items(store, SYSTEM, [before[-1].id, added.id], "up")

    expected = [*before[:-2], before[-1], added, before[-2]]
    assert [item.id for item in list_items(store, SYSTEM, step_id=step_id)] == [item.id for item in expected]
    other = next(item for item in items.values() if item.step_id != step_id)
    with pytest.raises(Invalid, match="do not stand beside each other"):
        move_items(store, SYSTEM, [added.id, other.id], "up")
    with pytest.raises(Forbidden):
        move_items(store, add_person("Mo", Role.MEMBER), [added.id], "up")


def test_what_moves_is_said_before_it_is_moved(store: Store, flow: FlowRow, items: Items) -> None:
    item = next(iter(items.values()))
    update_item(store, SYSTEM, item.id, item.version, {"due_day": date(2026, 12, 24)})
    later = MONDAY + timedelta(days=364)

    said = moves_if(store, SYSTEM, flow.id, later)

    assert said.by_hand == 1
    before = {row.id: row.due_day for row in list_items(store, SYSTEM, flow_id=flow.id)}
    steps = {row.id: row.due_day for row in list_steps(store, SYSTEM, flow_id=flow.id)}
    now = read_flow(store, SYSTEM, SETUP)
    assert now is not None
    update_flow(store, SYSTEM, flow.id, now.flow.version, {"start_day": later})
    moved = sum(row.due_day != before[row.id] for row in list_items(store, SYSTEM, flow_id=flow.id))
    moved += sum(row.due_day != steps[row.id] for row in list_steps(store, SYSTEM, flow_id=flow.id))
    assert said.moved == moved > 30
    assert said.end == max(row.due_day for row in list_steps(store, SYSTEM, flow_id=flow.id) if row.due_day)
    assert moves_if(store, SYSTEM, flow.id, later).moved == 0


def test_the_days_shown_before_a_flow_is_begun_are_those_it_gets(store: Store) -> None:
    shown = due_if_begun(store, SYSTEM, SETUP, MONDAY)

    flow = begin(store, SYSTEM, SETUP, MONDAY).flow

    assert {step.key: step.due_day for step in list_steps(store, SYSTEM, flow_id=flow.id)} == shown.steps
    assert {item.key: item.due_day for item in list_items(store, SYSTEM, flow_id=flow.id)} == shown.items


def test_a_flow_is_read_with_what_it_was_begun_with(store: Store, flow: FlowRow, items: Items) -> None:
    reading = read_flow(store, SYSTEM, SETUP, today=MONDAY)

    assert reading is not None
    assert (reading.newer, reading.window_days) == (False, 7)
    assert reading.now == reading.steps[0].key
    assert reading.shipped[reading.now].questions
    assert reading.step("nowhere") is None
    own = create_step(store, SYSTEM, flow_id=flow.id, name="Ours")
    again = read_flow(store, SYSTEM, SETUP)
    assert again is not None
    assert again.steps[-1].id == own.id
    assert own.key not in again.shipped
    assert read_flow(store, SYSTEM, "nothing-of-that-name") is None


def test_what_hangs_on_the_items_of_a_step_is_counted(store: Store, ada: Actor, items: Items) -> None:
    item = next(iter(items.values()))
    add_comment(store, ada, "checklist_item", item.id, "Who has the sheet?")

    assert hanging(store, SYSTEM, item.step_id) == {item.id: Hanging(comments=1)}


def test_tasks_of_a_step_with_their_project(store: Store, flow: FlowRow, items: Items, project: int) -> None:
    item = next(iter(items.values()))
    step = next(step for step in list_steps(store, SYSTEM, flow_id=flow.id) if step.id == item.step_id)
    assert linked_work(store, SYSTEM, flow.number, step.key).tasks == ()

    made = make_tasks(store, SYSTEM, [item.id], project)

    work = linked_work(store, SYSTEM, flow.number, step.key)
    assert [task.id for task in work.tasks] == list(made.tasks.values())
    assert [(part.name, part.tasks, part.closed) for part in work.projects] == [
        (get_project(store, SYSTEM, project).name, 1, 0)
    ]


def test_what_somebody_left_in_one_flow(
    store: Store, flow: FlowRow, items: Items, add_person: AddPerson
) -> None:
    leaver = add_person("Lea", Role.MEMBER)
    item = next(iter(items.values()))
    update_item(store, SYSTEM, item.id, item.version, {"assignee_id": leaver.user_id})
    other = begin(store, SYSTEM, "flow-2-team-onboarding", MONDAY).flow
    assert leaver.user_id is not None
    disable_user(store, SYSTEM, leaver.user_id)

    assert [left.items for left in left_behind(store, SYSTEM, flow_id=flow.id)] == [(item.id,)]
    assert left_behind(store, SYSTEM, flow_id=other.id) == []
