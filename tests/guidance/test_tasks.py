"""An item becomes a task; from then on either follows the other, and it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.errors import Invalid
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS, approve_exemption, end_exemption
from orchflow.guidance.items import get_item, update_item
from orchflow.guidance.opened import LEFT_ALONE
from orchflow.guidance.progress import flow_progress
from orchflow.guidance.rows import ItemRow
from orchflow.guidance.steps import get_step
from orchflow.guidance.tasks import make_tasks
from orchflow.guidance.ticks import follow_checks, follow_tasks
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.planning.journey.journey import lay_out
from orchflow.planning.tables import Task
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.comments import list_comments
from orchflow.planning.work.tasks import delete_task, get_task, update_task
from orchflow.store.engine import Store
from tests.guidance.conftest import MONDAY

Items = dict[str, ItemRow]


def said(store: Store, item: ItemRow) -> list[str]:
    return [c.body for c in list_comments(store, SYSTEM, entity="checklist_item", entity_id=item.id)]


def set_status(store: Store, actor: Actor, task_id: int, status: str) -> None:
    update_task(store, actor, task_id, get_task(store, actor, task_id).version, {"status": status})


def test_a_task_done_ticks_its_item_and_says_so(
    store: Store, ada: Actor, mia: Actor, project: int, items: Items
) -> None:
    item = items["hw-place-decided"]
    update_item(store, ada, item.id, item.version, {"assignee_id": mia.user_id})
    task_id = make_tasks(store, ada, [item.id], project).tasks[item.id]
    task = get_task(store, ada, task_id)
    assert (task.title, task.assignee_id, task.due, task.step) == (
        item.text, mia.user_id, item.due_day, "hardware-setup",
    )  # fmt: skip

    set_status(store, mia, task_id, "done")
    assert follow_tasks(store, {task_id}, set()) == 1

    ticked = get_item(store, ada, item.id)
    assert (ticked.state, ticked.ticked_through, ticked.ticked_by_id) == ("ticked", "task", None)
    assert said(store, item) == [f"Ticked. Its task “{item.text}” is done."]
    assert follow_tasks(store, {task_id}, set()) == 0  # told again, nothing happens

    set_status(store, mia, task_id, "in_progress")
    follow_tasks(store, {task_id}, set())

    assert get_item(store, ada, item.id).state == "open"
    assert said(store, item)[1].startswith("Opened again.")


def test_an_item_ticked_by_hand_takes_its_task_along(
    store: Store, ada: Actor, project: int, items: Items
) -> None:
    item = items["hw-server-used"]
    task_id = make_tasks(store, ada, [item.id], project).tasks[item.id]
    now = get_item(store, ada, item.id)

    now = update_item(
        store, ada, item.id, now.version, {"state": "ticked", "evidence_text": "Seen"}, "tick"
    ).row

    assert get_task(store, ada, task_id).status == "done"
    assert follow_tasks(store, {task_id}, {item.id}) == 0
    now = update_item(store, ada, item.id, now.version, {"state": "open"}).row
    assert get_task(store, ada, task_id).status == "in_progress"
    update_item(store, ada, item.id, now.version, {"state": "not_applicable", "reason": "Rented"})
    assert get_task(store, ada, task_id).status == "cancelled"
    assert follow_tasks(store, None, None) == 0


def test_person_and_day_follow_the_task(
    store: Store, ada: Actor, bob: Actor, project: int, items: Items
) -> None:
    item = items["hw-server-used"]
    task_id = make_tasks(store, ada, [item.id], project).tasks[item.id]
    task = get_task(store, ada, task_id)

    update_task(store, ada, task_id, task.version, {"assignee_id": bob.user_id, "due": "2026-12-01"})
    follow_tasks(store, {task_id}, set())

    now = get_item(store, ada, item.id)
    assert (now.assignee_id, str(now.due_day), now.due_by_hand) == (bob.user_id, "2026-12-01", True)
    assert str(get_step(store, ada, item.step_id).due_day) == "2026-12-01"  # its step ends with it


def test_where_tasks_of_the_step_are_is_where_it_goes(store: Store, ada: Actor, items: Items) -> None:
    chosen = [items["hw-server-used"].id, items["hw-only-443"].id]
    with pytest.raises(Invalid, match="say in which project"):
        make_tasks(store, ada, chosen)
    lay_out(store, ada, MONDAY, projects=["1.1"])

    made = make_tasks(store, ada, chosen)

    assert len(made.tasks) == 2
    with pytest.raises(Invalid, match=r"is task \d+ already"):
        make_tasks(store, ada, chosen)
    undo(store, ada, made.request)
    assert get_item(store, ada, chosen[0]).task_id is None


def test_a_deleted_task_lets_its_item_go(store: Store, ada: Actor, project: int, items: Items) -> None:
    item = items["hw-server-used"]
    task_id = make_tasks(store, ada, [item.id], project).tasks[item.id]

    delete_task(store, ada, task_id)

    assert (get_item(store, ada, item.id).task_id, get_item(store, ada, item.id).state) == (None, "open")


def came_to(store: Store, key: str, state: str, words: str) -> None:
    with store.unit(SYSTEM) as session:
        row = session.scalar(sa.select(CheckResult).where(CheckResult.key == key))
        if row is None:
            row = CheckResult(key=key, missing=[], trouble="")
            session.add(row)
        row.state, row.words = CheckState(state), words


def test_a_check_ticks_its_items_and_opens_again_only_what_it_ticked(
    store: Store, ada: Actor, items: Items
) -> None:
    item = items["hw-flow-backed-up"]
    came_to(store, "backup-made", "passed", "Made 3 hours ago")
    assert follow_checks(store) == 1

    ticked = get_item(store, ada, item.id)
    assert (ticked.state, ticked.ticked_through, ticked.ticked_by_id) == ("ticked", "check", None)
    came_to(store, "backup-made", "passed", "Made 4 hours ago")
    assert follow_checks(store) == 0
    came_to(store, "backup-made", "failed", "None for 2 days")
    assert follow_checks(store) == 1
    opened = get_item(store, ada, item.id)
    assert (opened.state, opened.ticked_through) == ("open", None)
    assert [words.split(".")[0] for words in said(store, item)] == ["Ticked", "Opened again"]

    update_item(store, ada, item.id, opened.version, {"state": "ticked"})
    assert follow_checks(store) == 0
    assert get_item(store, ada, item.id).ticked_by_id == ada.user_id


def test_a_task_follows_its_item_where_a_check_ticks_it_and_neither_opens_the_other(
    store: Store, ada: Actor, project: int, items: Items
) -> None:
    item = items["hw-flow-backed-up"]
    task_id = make_tasks(store, ada, [item.id], project).tasks[item.id]
    came_to(store, "backup-made", "passed", "Made 3 hours ago")
    assert follow_checks(store) == 1
    assert get_task(store, ada, task_id).status == "done"
    assert follow_tasks(store, {task_id}, {item.id}) == follow_checks(store) == 0

    set_status(store, ada, task_id, "in_progress")
    assert follow_tasks(store, {task_id}, set()) == 0  # the check has it ticked
    came_to(store, "backup-made", "failed", "None for 2 days")
    assert follow_checks(store) == 1
    assert follow_tasks(store, {task_id}, {item.id}) == 0
    assert (get_item(store, ada, item.id).state, get_task(store, ada, task_id).status) == (
        "open", "in_progress",
    )  # fmt: skip


def test_a_tick_by_hand_stays_where_its_task_cannot_follow(
    store: Store, ada: Actor, project: int, items: Items
) -> None:
    item = items["hw-server-used"]
    task_id = make_tasks(store, ada, [item.id], project).tasks[item.id]
    now = get_item(store, ada, item.id)
    update_item(store, ada, item.id, now.version, {"state": "ticked", "evidence_text": "Seen"})
    with store.unit(SYSTEM) as session:  # as where no column means done
        session.get_one(Task, task_id).status = "in_progress"

    assert follow_tasks(store, set(), {item.id}) == 0
    assert get_item(store, ada, item.id).state == "ticked"


def test_what_a_check_gave_as_evidence_goes_with_its_tick_and_what_a_person_wrote_stays(
    store: Store, ada: Actor, items: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = items["hw-flow-backed-up"]
    seen = replace(CHECKS["backup-made"], sees=Permission.PLAN_VIEW)
    monkeypatch.setitem(CHECKS, "backup-made", seen)
    shown = []
    for state, words in (("passed", "Made on Monday"), ("failed", "None"), ("passed", "Made on Friday")):
        came_to(store, "backup-made", state, words)
        follow_checks(store)
        shown.append(get_item(store, ada, item.id).evidence_text)
    assert shown == ["Made on Monday", "", "Made on Friday"]

    now = get_item(store, ada, item.id)
    update_item(store, ada, item.id, now.version, {"evidence_text": "I looked, too"})
    came_to(store, "backup-made", "failed", "None")
    follow_checks(store)
    assert get_item(store, ada, item.id).evidence_text == "I looked, too"


def test_one_opened_by_hand_before_its_check_could_say_anything_is_ticked_by_it(
    store: Store, ada: Actor, items: Items
) -> None:
    item = items["hw-flow-backed-up"]
    came_to(store, "backup-made", "not_applicable", "None to be made yet")
    follow_checks(store)
    by_hand = update_item(store, ada, item.id, item.version, {"state": "ticked"}).row
    update_item(store, ada, item.id, by_hand.version, {"state": "open"})

    came_to(store, "backup-made", "passed", "Made 3 hours ago")
    follow_checks(store)

    assert get_item(store, ada, item.id).state == "ticked"


def test_what_only_some_may_see_of_a_check_is_not_said_on_its_items(store: Store, items: Items) -> None:
    for key, check in CHECKS.items():
        came_to(store, key, "passed", "Eve" if check.sees is not Permission.PLAN_VIEW else "All")

    follow_checks(store)

    told = [c.body for c in list_comments(store, SYSTEM, entity="checklist_item")]
    assert told
    assert not any("Eve" in words for words in told)


def test_a_check_that_does_not_apply_or_is_exempt_says_so_of_its_items(
    store: Store, ada: Actor, bob: Actor, items: Items
) -> None:
    item, told = items["hw-flow-backed-up"], items["config-statuses-agree"]
    came_to(store, "backup-made", "not_applicable", "None to be made yet")
    came_to(store, "agent-status-agrees", "not_applicable", "The platform tells no second status")
    follow_checks(store)
    assert get_item(store, ada, item.id).state == "open", "it is still to come"
    lacking = get_item(store, ada, told.id)
    assert (lacking.state, lacking.reason) == ("not_applicable", "Its self-check does not apply.")
    came_to(store, "agent-status-agrees", "failed", "13 of 14 agents")
    assert follow_checks(store) == 1

    expires = (clock.now() + timedelta(days=9)).date()
    asked = CHECK_EXEMPTIONS.create(
        store, ada, key="backup-made", reason="The cloud does it", expires=expires
    )
    approve_exemption(store, bob, asked.id)
    came_to(store, "backup-made", "failed", "None")
    assert follow_checks(store) == 1
    exempt = get_item(store, ada, item.id)
    assert (exempt.state, exempt.reason) == ("exempt", None)
    (flow,) = flow_progress(store, ada)
    assert flow.counts.open == flow.counts.items  # the item is not required

    end_exemption(store, bob, asked.id)
    follow_checks(store)
    assert get_item(store, ada, item.id).state == "open"


def test_a_check_that_flaps_is_not_said_again_and_again(store: Store, items: Items) -> None:
    for _ in range(6):
        came_to(store, "backup-made", "passed", "Made")
        follow_checks(store)
        came_to(store, "backup-made", "failed", "Not made")
        follow_checks(store)

    assert len(said(store, items["hw-flow-backed-up"])) == 3


def test_an_item_opened_by_hand_is_left_alone_until_its_check_has_failed(
    store: Store, ada: Actor, items: Items
) -> None:
    item = items["hw-flow-backed-up"]
    came_to(store, "backup-made", "passed", "Made 3 hours ago")
    follow_checks(store)
    ticked = get_item(store, ada, item.id)

    opened = update_item(store, ada, item.id, ticked.version, {"state": "open"}).row

    assert (opened.state, opened.ticked_through) == ("open", "hand")
    assert said(store, item)[-1] == LEFT_ALONE
    came_to(store, "backup-made", "passed", "Made 4 hours ago")
    assert follow_checks(store) == 0
    came_to(store, "backup-made", "failed", "None for 2 days")
    assert follow_checks(store) == 1
    assert get_item(store, ada, item.id).ticked_through is None
    came_to(store, "backup-made", "passed", "Made just now")
    assert follow_checks(store) == 1
    assert get_item(store, ada, item.id).state == "ticked"


def test_one_opened_by_hand_may_be_ticked_by_hand_and_one_whose_check_fails_needs_no_mark(
    store: Store, ada: Actor, items: Items
) -> None:
    item = items["hw-flow-backed-up"]
    came_to(store, "backup-made", "passed", "Made 3 hours ago")
    follow_checks(store)
    opened = update_item(store, ada, item.id, get_item(store, ada, item.id).version, {"state": "open"}).row
    by_hand = update_item(store, ada, item.id, opened.version, {"state": "ticked"}).row
    came_to(store, "backup-made", "failed", "None for 2 days")
    assert follow_checks(store) == 0
    assert by_hand.ticked_by_id == ada.user_id

    open_again = update_item(store, ada, item.id, by_hand.version, {"state": "open"}).row

    assert open_again.ticked_through is None
    assert said(store, item)[-1] == LEFT_ALONE  # of the first time
    came_to(store, "backup-made", "passed", "Made just now")
    assert follow_checks(store) == 1


def test_opening_by_hand_is_taken_back_with_its_mark(store: Store, ada: Actor, items: Items) -> None:
    item = items["hw-flow-backed-up"]
    came_to(store, "backup-made", "passed", "Made 3 hours ago")
    follow_checks(store)
    ticked = get_item(store, ada, item.id)
    update_item(store, ada, item.id, ticked.version, {"state": "open"}, "opened")

    undo(store, ada, "opened")

    back = get_item(store, ada, item.id)
    assert (back.state, back.ticked_through) == ("ticked", "check")
    assert LEFT_ALONE not in said(store, item)
