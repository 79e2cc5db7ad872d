"""A flow that ships is begun: once, with all of its steps and items, and the right people."""

from __future__ import annotations

from datetime import date

import pytest

from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.guidance.begin import begin, offered
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.flows import FLOWS, list_flows
from orchflow.guidance.items import get_item, list_items
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import list_steps
from orchflow.guidance.ticks import follow_checks
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.journey.content import load_flows
from orchflow.planning.undo.undo import undo
from orchflow.store.engine import Store
from orchflow.store.settings import put_setting
from tests.guidance.conftest import MONDAY, SETUP
from tests.planning.conftest import AddPerson


def test_every_step_and_item_becomes_a_row(store: Store) -> None:
    for shipped in load_flows().flows:
        flow = begin(store, SYSTEM, shipped.slug, MONDAY).flow
        steps = list_steps(store, SYSTEM, flow_id=flow.id)
        items = list_items(store, SYSTEM, flow_id=flow.id)

        assert [step.key for step in steps] == [step.key for step in shipped.steps]
        assert [item.key for item in items] == [i.key for step in shipped.steps for i in step.checklist]
        assert all(row.due_day >= MONDAY and not row.own for row in [*steps, *items])

    assert [flow.number for flow in list_flows(store, SYSTEM)] == [1, 2, 3, 4, 5, 6]
    assert all(offer.flow_id and not offer.newer for offer in offered(store, SYSTEM))


def test_what_one_person_alone_is_for_is_theirs(store: Store, add_person: AddPerson) -> None:
    cto = add_person("cleo", job_role="cto")
    add_person("ben", job_role="backend_engineer")
    add_person("bo", job_role="backend_engineer")
    add_person("gone", job_role="ai_lead", active=False)

    flow = begin(store, SYSTEM, SETUP, MONDAY).flow

    given = {(item.role, item.assignee_id) for item in list_items(store, SYSTEM, flow_id=flow.id)}
    assert ("cto", cto.user_id) in given
    assert ("backend_engineer", None) in given
    assert ("ai_lead", None) in given
    assert list_steps(store, SYSTEM, flow_id=flow.id)[0].person_id == cto.user_id


def test_a_flow_is_begun_once(store: Store, flow: FlowRow) -> None:
    with pytest.raises(Invalid, match="was begun already, on 2026-11-02"):
        begin(store, SYSTEM, flow.key, MONDAY)
    with pytest.raises(NotFound, match="No flow 'flow-9' ships") as refused:
        begin(store, SYSTEM, "flow-9", MONDAY)
    assert SETUP in refused.value.hint


def test_it_begins_where_its_window_does_after_day_1(store: Store) -> None:
    with pytest.raises(Invalid, match="the workspace has no Day 1 yet"):
        begin(store, SYSTEM, "flow-3-first-agent")

    put_setting(store, SYSTEM, "workspace.start_date", "2026-11-02")

    assert begin(store, SYSTEM, "flow-3-first-agent").flow.start_day == date(2026, 11, 4)


def test_undo_takes_it_back_whole(store: Store, ada: Actor) -> None:
    begun = begin(store, ada, SETUP, MONDAY)

    report = undo(store, ada, begun.request)

    assert (report.left, list_flows(store, ada), list_items(store, ada)) == ([], [], [])
    undo(store, ada, report.request)
    assert len(list_items(store, ada, flow_id=begun.flow.id)) == 42


def test_members_may_not_and_nobody_answers_who_left(
    store: Store, mia: Actor, ada: Actor, add_person: AddPerson
) -> None:
    with pytest.raises(Forbidden):
        begin(store, mia, SETUP, MONDAY)
    gone = add_person("gone", Role.MEMBER, active=False)
    with pytest.raises(Invalid, match="that account is disabled"):
        begin(store, ada, SETUP, MONDAY, owner_id=gone.user_id)
    with pytest.raises(Invalid, match="is not a date"):
        begin(store, ada, SETUP, "soon")


def test_a_flow_of_our_own_comes_after_those_that_ship(store: Store, ada: Actor) -> None:
    own = FLOWS.create(store, ada, name="Überwachung: audits", start_day=MONDAY)

    assert (own.key, own.number, own.own, own.edition) == ("uberwachung-audits", 7, True, "")
    again = FLOWS.create(store, ada, name="Überwachung: audits", start_day=MONDAY)
    assert (again.key, again.number) == ("uberwachung-audits-2", 8)
    with pytest.raises(Invalid, match="ships with the product"):
        FLOWS.create(store, ada, key=SETUP, name="Mine", start_day=MONDAY)


def test_items_keep_what_they_are_told(items: dict[str, ItemRow]) -> None:
    item = items["hw-place-decided"]

    assert (item.role, item.evidence, item.due_days, item.due_day) == ("cto", "link", 0, MONDAY)
    assert items["hw-flow-backed-up"].check_key == "backup-made"
    assert not items["hw-flow-backed-up"].required


def test_a_flow_goes_again_though_its_self_checks_have_ticked_items_since(store: Store) -> None:
    begun = begin(store, SYSTEM, SETUP, MONDAY)
    item = next(item for item in list_items(store, SYSTEM, flow_id=begun.flow.id) if item.check_key)
    with store.unit(SYSTEM) as session:
        session.add(CheckResult(key=item.check_key, state=CheckState.PASSED, words="Seen by itself"))
    follow_checks(store)
    assert get_item(store, SYSTEM, item.id).ticked_through == "check"

    assert undo(store, SYSTEM, begun.request).left == []

    assert list_flows(store, SYSTEM) == []
