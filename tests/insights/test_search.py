"""What is found by name, in which order, and by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchflow.insights.search import OF_EACH, Hit, search
from orchflow.people.permissions import SYSTEM, Actor, Permission, Role
from orchflow.people.users import add_user, disable_user, list_users
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts, ago

AGENTS = {"claims": "Claims Triage", "call-notes": "Call Notes", "UNATTRIBUTED": "Unattributed"}
TITLES = (
    "Rate the claims",
    "Claims",
    "claims in production",
    "Übergabe an Ana",
    "100 % of it",
    "M675: order hardware",
)


@pytest.fixture
def written(ws: Workspace, store: Store) -> Workspace:
    """The workspace on either engine, with a few tasks and people."""
    effort = create_effort(store, SYSTEM, number=1, name="Foundation")
    project = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="First agent")
    for title in TITLES:
        create_task(store, SYSTEM, project_id=project.id, title=title)
    for username, name in (("ana", "Ana Lima"), ("liman", "Bo Liman"), ("gone", "Gil Lima")):
        add_user(store, SYSTEM, username=username, display_name=name, role=Role.MEMBER)
    gone = next(user for user in list_users(store, SYSTEM) if user.username == "gone")
    disable_user(store, SYSTEM, gone.id)
    return replace(ws, store=store)


def titles(ws: Workspace, text: str, actor: Actor = SYSTEM) -> list[str]:
    return [hit.title for hit in search(ws, actor, text, agents=AGENTS) if hit.kind not in ("guide", "check")]


def test_what_is_called_so_comes_first_then_what_begins_so(written: Workspace) -> None:
    assert titles(written, "claims") == ["Claims", "claims in production", "Rate the claims", "Claims Triage"]


FOUND: dict[str, list[str]] = {
    "  RATE   claims ": ["Rate the claims"],
    "übergabe": ["Übergabe an Ana"],
    "Ana": ["Ana Lima", "Übergabe an Ana"],
    "lima": ["Ana Lima", "Bo Liman"],
    "675": ["M675: order hardware"],
    "100 %": ["100 % of it"],
    "%": ["100 % of it"],
    "_": [],
    "call-n": ["Call Notes"],
    "unattributed": [],
    "": [],
    "'; drop table task; --": [],
    "zzz": [],
}


def test_every_word_is_in_the_name_as_it_is_written(written: Workspace) -> None:
    assert {text: titles(written, text) for text in FOUND} == FOUND


def test_a_number_is_the_task_of_that_number(written: Workspace) -> None:
    task = search(written, SYSTEM, "Claims", agents={})[0]

    assert search(written, SYSTEM, f"#{task.key}", agents={}) == [
        Hit("task", task.key, "Claims", f"#{task.key} · 1.1 First agent")
    ]
    assert titles(written, task.key)[0] == "Claims"
    assert titles(written, "9" * 15) == []


def test_no_more_than_a_few_of_a_kind_are_told(written: Workspace) -> None:
    agents = {f"a{number}": f"Agent {number}" for number in range(30)}

    assert (
        len([hit for hit in search(written, SYSTEM, "agent", agents=agents) if hit.kind == "agent"])
        == OF_EACH
    )


def test_who_may_not_see_a_kind_finds_none_of_it(written: Workspace) -> None:
    newcomer = replace(SYSTEM, must_change_password=True)

    assert search(written, newcomer, "a", agents=AGENTS) == []
    for role in Role:
        actor = Actor(None, role, role, role)
        kinds = {hit.kind for hit in search(written, actor, "a", agents=AGENTS)}
        assert ("person" in kinds) is actor.may(Permission.PEOPLE_VIEW), role
        assert ("task" in kinds) is actor.may(Permission.PLAN_VIEW), role
        assert ("agent" in kinds) is actor.may(Permission.INSIGHTS_VIEW), role


def test_agents_are_read_from_the_data_where_nobody_has_read_them(ws: Workspace) -> None:
    facts = SmallFacts(ws.warehouse)
    facts.agents(claims="active")
    facts.runs(facts.run("unlisted", ago(1)))

    assert [hit.key for hit in search(ws, SYSTEM, "c") if hit.kind == "agent"] == ["claims"]
    assert [hit.key for hit in search(ws, SYSTEM, "unl") if hit.kind == "agent"] == ["unlisted"]


def test_guides_are_found_by_everybody(written: Workspace) -> None:
    nobody = replace(SYSTEM, role=Role.VIEWER)

    hits = [hit for hit in search(written, nobody, "platform runs", agents={}) if hit.kind == "guide"]

    assert [(hit.key, hit.note) for hit in hits] == [("flows/flow-1-initial-setup/hardware-setup", "flows")]
    assert len([hit for hit in search(written, nobody, "the", agents={}) if hit.kind == "guide"]) == OF_EACH


def test_checks_are_found_by_their_question_and_key(written: Workspace) -> None:
    for words in ("single sign-on is", "single-sign-on"):
        hits = [hit for hit in search(written, SYSTEM, words, agents={}) if hit.kind == "check"]
        assert ("single-sign-on", "Is single sign-on on?", "Flow 1") in [
            (h.key, h.title, h.note) for h in hits
        ]
