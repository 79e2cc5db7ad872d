"""What is one person's to do: given to them or meant for their job role, overdue first, what waits at the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from orchflow.errors import Forbidden, NotFound
from orchflow.guidance.flows import update_flow
from orchflow.guidance.items import list_items, update_item
from orchflow.guidance.my_items import MyList, count_late, my_list
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import list_steps
from orchflow.guidance.ticking import leave_out, open_again, tick
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import get_user, update_user
from orchflow.store.engine import Store
from tests.guidance.conftest import MONDAY
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddPerson

Items = dict[str, ItemRow]
PLACE, SERVER = "hw-place-decided", "hw-server-used"
"""The first is meant for the CTO and due on the first day, the second for backend engineers on the day after."""


def has_role(store: Store, person: Actor, role: str | None) -> None:
    user = get_user(store, SYSTEM, person.user_id or 0)
    update_user(store, SYSTEM, user.id, user.version, {"job_role": role})


def give(store: Store, item: ItemRow, person: Actor | None, **more: Any) -> None:
    update_item(store, SYSTEM, item.id, item.version, {"assignee_id": person and person.user_id, **more})


def keys(listed: MyList, when: Any = None) -> list[str]:
    return [each.item.key for each in listed.items if when in (None, each.when)]


def test_mine_is_what_is_given_to_me_or_to_nobody_of_my_job_role(
    store: Store, ada: Actor, bob: Actor, items: Items
) -> None:
    has_role(store, ada, "backend_engineer")
    assert my_list(store, bob, today=MONDAY).items == ()
    shared = {each.item.key for each in my_list(store, ada, today=MONDAY).items if each.shared}
    assert SERVER in shared
    assert PLACE not in shared

    give(store, items[PLACE], ada)
    give(store, items[SERVER], bob)

    mine = my_list(store, ada, today=MONDAY)
    assert PLACE in keys(mine)
    assert SERVER not in keys(mine)  # it is Bob's now
    assert keys(my_list(store, bob, today=MONDAY)) == [SERVER]
    assert (mine.role, mine.begun, mine.applies) == ("backend_engineer", True, 1)


def test_what_is_overdue_comes_first_and_what_waits_for_other_steps_last(
    store: Store, ada: Actor, items: Items
) -> None:
    steps = {step.id for step in list_steps(store, SYSTEM) if step.after}
    later = max(
        (item for item in items.values() if item.step_id in steps and item.required),
        key=lambda item: item.due_day or MONDAY,
    )
    for item in (items[PLACE], items[SERVER], later):
        give(store, item, ada)

    listed = my_list(store, ada, today=MONDAY + timedelta(days=1))

    assert keys(listed, "overdue") == [PLACE]
    assert keys(listed, "soon") == [SERVER]
    (waiting,) = listed.of("waiting")
    assert waiting.item.key == later.key
    assert waiting.waits_for
    assert keys(my_list(store, ada, today=date(2027, 3, 1)), "overdue")[0] == PLACE
    assert [
        count_late(store, ada, day) for day in (MONDAY, MONDAY + timedelta(days=1), date(2027, 3, 1))
    ] == [0, 1, 3]


def test_what_is_optional_is_never_late(store: Store, ada: Actor, items: Items) -> None:
    give(store, items[PLACE], ada, required=False)
    after = MONDAY + timedelta(days=30)

    assert keys(my_list(store, ada, today=after), "later") == [PLACE]
    assert count_late(store, ada, after) == 0


def test_what_was_ticked_lately_can_be_opened_again(store: Store, ada: Actor, items: Items) -> None:
    give(store, items[SERVER], ada)
    (mine,) = my_list(store, ada, today=MONDAY).items
    worked = tick(store, ada, mine.item, {"evidence_text": "Two laptops"})

    (listed,) = my_list(store, ada, today=MONDAY).items
    assert (worked.first, listed.when) == ("", "lately")
    assert my_list(store, ada, today=MONDAY).ticked == 1
    open_again(store, ada, listed.item)
    (again,) = my_list(store, ada, today=MONDAY).of("soon")
    assert again.item.evidence_text == "Two laptops"
    leave_out(store, ada, again.item, "We rent the platform")
    assert my_list(store, ada, today=MONDAY).open == 0


def test_the_second_who_ticks_is_told_who_was_first(
    store: Store, ada: Actor, bob: Actor, items: Items
) -> None:
    words = {"evidence_text": "Seen"}

    assert tick(store, bob, items[SERVER], words).first == ""
    assert (
        tick(store, ada, items[SERVER], words).first == get_user(store, SYSTEM, bob.user_id or 0).display_name
    )


def test_one_flow_can_be_looked_at_alone(store: Store, ada: Actor, flow: FlowRow, items: Items) -> None:
    give(store, items[SERVER], ada)

    assert keys(my_list(store, ada, flow_id=flow.id, today=MONDAY)) == [SERVER]
    assert my_list(store, ada, flow_id=flow.id + 1, today=MONDAY).items == ()


@pytest.mark.parametrize(("role", "sees"), [(Role.MANAGER, True), (Role.ANALYST, True), (Role.MEMBER, False)])
def test_others_are_looked_at_by_those_who_see_figures_of_people(
    store: Store, add_person: AddPerson, ada: Actor, items: Items, role: Role, sees: bool
) -> None:
    give(store, items[SERVER], ada)
    reader = add_person("reader", role)
    if not sees:
        with pytest.raises(Forbidden, match="for managers and analysts"):
            my_list(store, reader, person_id=ada.user_id)
        return
    assert keys(my_list(store, reader, person_id=ada.user_id)) == [SERVER]
    with pytest.raises(NotFound, match="no person 9999"):
        my_list(store, reader, person_id=9999)


def test_without_a_flow_and_without_a_job_role_it_says_so(store: Store, ada: Actor) -> None:
    listed = my_list(store, ada)

    assert (listed.begun, listed.role, listed.items, len(list_items(store, SYSTEM))) == (False, None, (), 0)


def test_what_was_ticked_long_ago_is_not_told_again_because_its_day_moves(
    store: Store, time: Clock, ada: Actor, flow: FlowRow, items: Items
) -> None:
    give(store, items[SERVER], ada)
    (mine,) = my_list(store, ada).items
    tick(store, ada, mine.item, {"evidence_text": "Two laptops"})
    assert [each.when for each in my_list(store, ada).items] == ["lately"]
    time.now += timedelta(days=30)

    update_flow(store, SYSTEM, flow.id, flow.version, {"start_day": "2027-01-11"})

    assert my_list(store, ada).items == ()
