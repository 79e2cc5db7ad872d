"""What is next for a person: broken before late before to do, each with its reason and where it is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from orchflow import clock
from orchflow.errors import Forbidden
from orchflow.guidance.check_tables import CheckResult, CheckState
from orchflow.guidance.checks.campaigns import CHECK_CAMPAIGNS, end_campaign
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS
from orchflow.guidance.items import create_item, list_items, update_item
from orchflow.guidance.next_entry import Next
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import create_step
from orchflow.guidance.what_next import RANKING, what_next
from orchflow.people.job_role_changes import JOB_ROLE_CHANGES
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import get_user, update_user
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.guidance.conftest import MONDAY
from tests.planning.conftest import AddPerson

Items = dict[str, ItemRow]
PLACE, SERVER, SIZE = "hw-place-decided", "hw-server-used", "hw-size-signed"


@pytest.fixture
def ws(ws: Workspace, store: Store) -> Workspace:
    """A workspace on either engine of the plan store."""
    return Workspace(ws.settings, store, ws.warehouse)


def give(ws: Workspace, item: ItemRow, person: Actor, **more: Any) -> None:
    update_item(ws.store, SYSTEM, item.id, item.version, {"assignee_id": person.user_id, **more})


def kinds(entries: list[Next]) -> list[tuple[str, str]]:
    return [(each.urgency, each.kind) for each in entries]


def result(ws: Workspace, key: str, *states: CheckState) -> None:
    """A check came to these, one after the other."""
    with ws.store.unit(SYSTEM) as session:
        row = CheckResult(key=key, state=states[0], words="3 of 4 agents")
        session.add(row)
    for state in states[1:]:
        with ws.store.unit(SYSTEM) as session:
            session.get_one(CheckResult, row.id).state = state


def test_what_is_late_comes_before_what_is_due_and_says_why(ws: Workspace, mia: Actor, items: Items) -> None:
    give(ws, items[PLACE], mia)
    give(ws, items[SERVER], mia)

    entries = what_next(ws, mia, today=MONDAY + timedelta(days=1))

    assert kinds(entries) == [("attention", "overdue"), ("todo", "soon")]
    late, due = entries
    assert (late.title, late.link) == (items[PLACE].text, f"my_checklist?item={items[PLACE].id}")
    assert late.reason.startswith("1 day late; 1 step waits for Hardware setup")
    assert due.reason.startswith("Due today")
    assert what_next(ws, mia, today=MONDAY + timedelta(days=1), limit=1) == [late]


def test_a_check_that_passed_before_comes_first(ws: Workspace, mia: Actor, items: Items) -> None:
    give(ws, items[PLACE], mia)
    item = next(item for item in items.values() if item.check_key and item.step_id == items[PLACE].step_id)
    give(ws, item, mia, due_day=MONDAY)
    result(ws, str(item.check_key), CheckState.PASSED, CheckState.FAILED)

    first, *_ = what_next(ws, mia, today=MONDAY + timedelta(days=1))

    assert (first.urgency, first.kind, first.item_id) == ("broken", "reopened", item.id)
    assert first.reason.startswith("It passed before")


def test_what_is_for_a_whole_job_role_is_told_by_its_number(ws: Workspace, mia: Actor, items: Items) -> None:
    user = get_user(ws.store, SYSTEM, mia.user_id or 0)
    update_user(ws.store, SYSTEM, user.id, user.version, {"job_role": "backend_engineer"})

    entries = what_next(ws, mia, today=MONDAY - timedelta(days=30))

    assert kinds(entries)[-1] == ("todo", "shared")
    assert "for any Backend Engineer" in entries[-1].title
    assert any(
        "for any Backend Engineer" in each.reason for each in what_next(ws, mia, today=date(2027, 1, 4))
    )


def test_managers_are_asked_for_what_waits_for_them(
    ws: Workspace, add_person: AddPerson, ada: Actor, bob: Actor, mia: Actor, items: Items
) -> None:
    key = "single-sign-on"
    CHECK_EXEMPTIONS.create(
        ws.store, bob, key=key, reason="No provider yet", expires=clock.now().date() + timedelta(days=9)
    )
    CHECK_CAMPAIGNS.create(
        ws.store, ada, name="Before the audit", deadline=MONDAY - timedelta(days=1), owners={key: mia.user_id}
    )
    gone = add_person("gone")
    give(ws, items[SIZE], gone)
    user = get_user(ws.store, SYSTEM, gone.user_id or 0)
    update_user(ws.store, SYSTEM, user.id, user.version, {"active": False})

    entries = {each.kind: each for each in what_next(ws, ada, today=MONDAY)}
    assert entries["exemption"].reason.startswith("Bob asks for it until")
    assert entries["exemption"].link == f"checks?check={key}"
    assert "1 open item with people who left" in entries["left"].title
    assert "exemption" not in {each.kind for each in what_next(ws, bob, today=MONDAY)}  # it is Bob's own

    (campaign,) = (each for each in what_next(ws, mia, today=clock.now().date()) if each.kind == "campaign")
    assert (campaign.urgency, campaign.reason) == ("attention", "Before the audit ended on 1 Nov 2026")
    assert {"exemption", "left"}.isdisjoint(each.kind for each in what_next(ws, mia, today=MONDAY))


def test_a_flow_is_to_be_begun_when_its_window_comes(
    ws: Workspace, ada: Actor, mia: Actor, flow: FlowRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "start_date", MONDAY)

    def begins(today: date) -> list[Next]:
        return [each for each in what_next(ws, ada, today=today) if each.kind == "begin"]

    (late,) = begins(MONDAY + timedelta(days=40))
    assert (late.urgency, late.title) == ("attention", "Begin flow 2: Team onboarding and structure")
    assert (late.screen, late.query) == ("flow", {"flow": "flow-2-team-onboarding"})
    assert "later flow" in late.reason
    assert [each.urgency for each in begins(MONDAY)] in ([], ["todo"], ["attention"])
    assert not [
        each for each in what_next(ws, mia, today=MONDAY + timedelta(days=40)) if each.kind == "begin"
    ]


def test_of_others_it_is_told_to_those_who_see_figures_of_people(
    ws: Workspace, add_person: AddPerson, ada: Actor, mia: Actor, items: Items
) -> None:
    give(ws, items[PLACE], mia)

    assert [each.item_id for each in what_next(ws, ada, person_id=mia.user_id)] == [items[PLACE].id]
    with pytest.raises(Forbidden, match="for managers and analysts"):
        what_next(ws, add_person("max", Role.MEMBER), person_id=mia.user_id)
    assert len(set(RANKING)) == len(RANKING)
    assert len(list_items(ws.store, SYSTEM)) > 10


def test_a_campaign_that_somebody_ended_asks_for_nothing(ws: Workspace, mia: Actor) -> None:
    campaign = CHECK_CAMPAIGNS.create(
        ws.store, SYSTEM, name="Audit", deadline=MONDAY, owners={"backup-made": mia.user_id}
    )
    assert kinds(what_next(ws, mia, today=MONDAY)) != []

    end_campaign(ws.store, SYSTEM, campaign.id)

    assert what_next(ws, mia, today=MONDAY) == []


def test_who_decides_and_begins_by_their_job_role_is_told(
    ws: Workspace, ada: Actor, mia: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "start_date", MONDAY)
    role = JOB_ROLE_CHANGES.create(ws.store, SYSTEM, name="Officer", begins=True, approves=True)
    user = get_user(ws.store, SYSTEM, mia.user_id or 0)
    update_user(ws.store, SYSTEM, user.id, user.version, {"job_role": role.key})
    expires = clock.today(ws.zone) + timedelta(days=9)
    CHECK_EXEMPTIONS.create(ws.store, ada, key="backup-made", reason="The cloud does it", expires=expires)

    assert kinds(what_next(ws, mia, today=MONDAY)) == [("todo", "exemption"), ("todo", "begin")]


def test_what_is_mine_as_the_step_is_mine_is_not_said_to_be_for_a_job_role(
    ws: Workspace, mia: Actor, flow: FlowRow
) -> None:
    user = get_user(ws.store, SYSTEM, mia.user_id or 0)
    update_user(ws.store, SYSTEM, user.id, user.version, {"job_role": "domain_expert"})
    step = create_step(ws.store, SYSTEM, flow_id=flow.id, name="Ask", lead="cto", person_id=mia.user_id)
    item = create_item(ws.store, SYSTEM, step_id=step.id, text="Ask them", due_days=0)

    told = {each.item_id: each.reason for each in what_next(ws, mia, today=MONDAY + timedelta(days=1))}

    assert told[item.id] == "1 day late"
