"""How flows were completed, by hand: burn-up, days per step, drop-off, topics by role, completeness; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from orchflow.errors import Invalid
from orchflow.guidance.begin import begin
from orchflow.guidance.completeness import guided_steps, opinions_of_pages, pages_in_review
from orchflow.guidance.drop_off import people_of_steps, reached
from orchflow.guidance.flows import FLOWS
from orchflow.guidance.item_history import APPLIES, LEFT, REQUIRED, StepTrail, step_trail
from orchflow.guidance.items import ITEMS, list_items
from orchflow.guidance.opinions import say
from orchflow.guidance.pages import load_pages
from orchflow.guidance.progress import flow_progress
from orchflow.guidance.role_groups import SMALL_GROUPS
from orchflow.guidance.role_topics import role_topics
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.step_days import days_of_steps, percentiles, steps_of_days
from orchflow.guidance.steps import STEPS
from orchflow.metrics.document import answer, facts_for
from orchflow.metrics.plan_scope import PlanScope
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.undo.undo import undo
from orchflow.reports.dataset import Reading, Selection
from orchflow.reports.datasets import DATASETS
from orchflow.store.engine import Store
from orchflow.store.request import new_request
from orchflow.workspace import Workspace
from tests.guidance.conftest import SETUP
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddPerson

TICKED, OPEN = {"state": "ticked"}, {"state": "open"}
NOT_HERE = {"state": "not_applicable", "reason": "No such thing here"}


def november(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def audit(store: Store, time: Clock) -> FlowRow:
    """Made on Monday 2 November: *Ask* takes two working days and requires two items, *Answer* takes three after it and requires one."""
    time.now = november(2)
    flow = FLOWS.create(store, SYSTEM, name="Audit", start_day=date(2026, 11, 2))
    ask = STEPS.create(store, SYSTEM, flow_id=flow.id, name="Ask", days=2, lead="cto")
    reply = STEPS.create(
        store, SYSTEM, flow_id=flow.id, name="Answer", days=3, after=["ask"], lead="ai_engineer"
    )
    for step, text, more in (
        (ask, "Ask one", {"topic": "Questions"}), (ask, "Ask two", {"topic": "Questions"}), (ask, "Ask three", {"required": False}),
        (reply, "Answer one", {"topic": "Replies"}),
    ):  # fmt: skip
        ITEMS.create(store, SYSTEM, step_id=step.id, text=text, **more)
    return flow


@pytest.fixture
def set_item(store: Store, time: Clock) -> Callable[..., ItemRow]:
    def change(key: str, values: dict[str, Any], day: int, hour: int = 9) -> ItemRow:
        time.now = november(day, hour)
        row = next(row for row in list_items(store, SYSTEM) if row.key == key)
        return ITEMS.update(store, SYSTEM, row.id, row.version, values).row

    return change


@pytest.fixture
def gone_through(audit: FlowRow, set_item: Callable[..., ItemRow]) -> FlowRow:
    """*Ask* is begun on Tuesday 3, complete on the 5th, reopened on the 6th, complete again on Monday 9; on the 10th what is asked of
    *Answer* does not apply."""
    set_item("ask-one", TICKED, 3)
    set_item("ask-two", TICKED, 5)
    set_item("ask-two", OPEN, 6)
    set_item("ask-two", TICKED, 9)
    set_item("answer-one", NOT_HERE, 10)
    return audit


def read_trail(store: Store) -> StepTrail:
    with store.read() as session:
        return step_trail(session)


def test_the_burn_up_follows_the_history(store: Store, gone_through: FlowRow) -> None:
    days = steps_of_days(store, read_trail(store), date(2026, 11, 10))

    told = ["steps", "begun", "complete", "applies", "settled", "planned"]
    assert [(row.day.day, *map(int, row[3:])) for row in days[["day", "flow", *told]].itertuples()] == [
        (2, 2, 0, 0, 3, 0, 0),
        (3, 2, 1, 0, 3, 1, 1),
        (4, 2, 1, 0, 3, 1, 1),
        (5, 2, 1, 1, 3, 2, 1),
        (6, 2, 1, 0, 3, 1, 2),
        (7, 2, 1, 0, 3, 1, 2),
        (8, 2, 1, 0, 3, 1, 2),
        (9, 2, 1, 1, 3, 2, 2),
        (10, 2, 2, 2, 2, 2, 2),
    ]


def test_what_is_ahead_is_planned_and_nothing_else(store: Store, audit: FlowRow) -> None:
    days = steps_of_days(store, read_trail(store), date(2026, 11, 4))

    assert [(row.day.day, int(row.planned)) for row in days[days["steps"].isna()].itertuples()] == [
        (5, 1),
        (6, 2),
    ]


def test_the_end_of_the_history_is_how_things_stand(
    store: Store, gone_through: FlowRow, set_item: Callable[..., ItemRow]
) -> None:
    begin(store, SYSTEM, SETUP, date(2026, 11, 2))
    set_item("hw-place-decided", TICKED | {"evidence_link": "https://example.org"}, 10)
    set_item("ask-three", TICKED, 10)

    trail, flows = read_trail(store).last(), flow_progress(store, SYSTEM)

    for flow in flows:
        own = trail.of_flows([flow.id])
        assert own.counts[:, REQUIRED].sum() == flow.counts.items
        assert own.counts[:, LEFT].sum() == flow.counts.open
        assert own.counts[:, APPLIES].sum() == flow.counts.items - flow.counts.not_applicable
        assert own.complete.sum() == flow.steps_complete
        assert own.begun.sum() == sum(step.counts.begun for step in flow.steps)


def test_steps_that_were_deleted_are_there_until_then(
    store: Store, gone_through: FlowRow, time: Clock
) -> None:
    time.now = november(11)
    step = next(row for row in STEPS.list(store, SYSTEM) if row.key == "answer")
    request = new_request()
    STEPS.delete(store, SYSTEM, step.id, step.version, request)

    def steps() -> list[int]:
        days = steps_of_days(store, read_trail(store), date(2026, 11, 12))
        return [int(count) for count in days["steps"][-4:]]

    assert steps() == [2, 2, 1, 1]  # 9th to 12th
    time.now = november(12)
    undo(store, SYSTEM, request)
    assert steps() == [2, 2, 1, 2]


def test_a_step_takes_its_working_days_from_its_first_item_to_its_last_completion(
    store: Store, gone_through: FlowRow
) -> None:
    ask, reply = days_of_steps(store, read_trail(store)).to_dict("records")

    assert (ask["begun_day"], ask["complete_day"]) == (date(2026, 11, 3), date(2026, 11, 9))
    assert (ask["planned_days"], ask["taken_days"], ask["over_days"]) == (2, 5, 3)  # Tue, Wed, Thu, Fri, Mon
    assert (reply["begun_day"], reply["taken_days"], reply["over_days"]) == (date(2026, 11, 10), 1, -2)


def test_percentiles_are_linear_and_refused_of_few() -> None:
    told = percentiles([15, 20, 35, 40, 50])
    assert (told.count, told.median, told.high) == (5, 35, pytest.approx(44))
    few = percentiles([15, 20, 35, float("nan"), 40])
    assert (few.count, few.median, few.high) == (4, None, None)


def test_figures_of_days_in_the_past_are_those_of_the_history(
    space: Workspace, gone_through: FlowRow
) -> None:
    def by_day(key: str) -> list[float | None]:
        facts = facts_for(space, SYSTEM, key, start=date(2026, 11, 1), end=date(2026, 11, 10))
        return [part.value for part in answer(facts, key, grain="day").parts]  # type: ignore[misc]

    assert by_day("flow_steps") == [0, 0, 0, 1, 0, 0, 0, 1, 2]
    assert by_day("steps_begun") == [0, 1, 1, 1, 1, 1, 1, 1, 2]
    assert by_day("flow_completion") == [
        0,
        *[pytest.approx(1 / 3)] * 2,
        pytest.approx(2 / 3),
        *[pytest.approx(1 / 3)] * 3,
        pytest.approx(2 / 3),
        1,
    ]
    then = facts_for(space, SYSTEM, "flow_steps", start=date(2026, 11, 2), end=date(2026, 11, 5))
    assert answer(then, "flow_steps").value == 1
    assert answer(facts_for(space, SYSTEM, "flow_steps"), "flow_steps").value == 2


def test_a_flow_of_our_own_is_a_part_like_any_other(space: Workspace, gone_through: FlowRow) -> None:
    begin(space.store, SYSTEM, SETUP, date(2026, 11, 9))
    facts = facts_for(space, SYSTEM, "flow_steps")
    parts = {part.group: (part.label, part.value) for part in answer(facts, "flow_steps", by="flow").parts}

    assert parts == {"1": ("1 Initial setup and infrastructure", 0), "7": ("7 Audit", 2)}
    own = facts_for(space, SYSTEM, "flow_expected", plan=PlanScope.of({"flow": 7}))
    assert answer(own, "flow_expected").value == 1.0
    few = answer(facts_for(space, SYSTEM, "step_days_50"), "step_days_50")
    assert (few.value, few.missing) == (None, "2 steps complete; told of 5 or more")


def test_flows_drop_off_from_step_to_step(
    store: Store, audit: FlowRow, set_item: Callable[..., ItemRow]
) -> None:
    begin(store, SYSTEM, SETUP, date(2026, 11, 2))
    set_item("ask-one", TICKED, 3)
    set_item("ask-two", TICKED, 3)

    rows = reached(flow_progress(store, SYSTEM)).to_dict("records")

    assert [tuple(row.values()) for row in rows] == [(1, 2, 1, 1), (2, 2, 0, 0), (3, 1, 0, 0), (4, 1, 0, 0)]


@pytest.fixture
def engineers(store: Store, add_person: AddPerson) -> list[Actor]:
    """Five AI engineers."""
    return [add_person(f"engineer{number}", job_role="ai_engineer") for number in range(5)]


def test_people_get_through_steps_and_few_of_them_are_not_told(
    store: Store,
    audit: FlowRow,
    set_item: Callable[..., ItemRow],
    ada: Actor,
    mia: Actor,
    engineers: list[Actor],
) -> None:
    steps = {step.key: step for step in STEPS.list(store, SYSTEM)}
    for number, person in enumerate(engineers):
        ITEMS.create(
            store, SYSTEM, step_id=steps["answer"].id, text=f"Reply {number}", assignee_id=person.user_id
        )
    set_item("reply-0", TICKED, 3)
    set_item("reply-1", NOT_HERE, 3)
    ITEMS.create(store, SYSTEM, step_id=steps["answer"].id, text="Another", assignee_id=engineers[0].user_id)
    set_item("ask-one", {"assignee_id": ada.user_id}, 3)
    flows = flow_progress(store, SYSTEM)

    def told(actor: Actor) -> list[tuple[int | None, ...]]:
        frame = people_of_steps(store, actor, flows).astype(object)
        return [tuple(row[2:]) for row in frame.where(frame.notna(), None).itertuples(index=False)]

    assert told(ada) == [(1, 0, 0), (4, 1, 0)]
    assert told(mia) == [(None, None, None), (None, None, None)]
    set_item("reply-1", OPEN, 4)
    assert told(mia) == [(None, None, None), (5, 1, 0)]


def cells(store: Store, actor: Actor) -> tuple[list[tuple[Any, ...]], bool]:
    told = role_topics(store, actor, date(2026, 11, 10))
    columns = ["step", "topic", "role", "items", "settled", "overdue"]
    return [tuple(row) for row in told.frame[columns].itertuples(index=False)], told.withheld


def test_topics_are_told_by_role(
    store: Store, gone_through: FlowRow, set_item: Callable[..., ItemRow], ada: Actor
) -> None:
    set_item("answer-one", OPEN, 10)

    assert cells(store, ada) == (
        [("ask", "Questions", "cto", 2, 2, 0), ("answer", "Replies", "ai_engineer", 1, 0, 1)],
        False,
    )


def test_roles_of_few_people_are_told_together(
    store: Store, audit: FlowRow, add_person: AddPerson, mia: Actor, engineers: list[Actor]
) -> None:
    head = add_person("head", Role.MEMBER, job_role="cto")

    together = [("ask", "Questions", SMALL_GROUPS, 2, 0, 2), ("answer", "Replies", SMALL_GROUPS, 1, 0, 1)]
    assert cells(store, mia) == (
        together,
        True,
    )  # the one CTO would be what is left without the five engineers
    apart = [("ask", "Questions", "cto", 2, 0, 2), ("answer", "Replies", "ai_engineer", 1, 0, 1)]
    assert cells(store, head) == (apart, False)  # their own role, and one of five


def test_too_few_people_in_all_are_not_told_and_nobody_is(
    store: Store, audit: FlowRow, add_person: AddPerson, mia: Actor
) -> None:
    add_person("head", Role.MEMBER, job_role="cto")

    assert cells(store, mia) == ([("answer", "Replies", "ai_engineer", 1, 0, 1)], True)


def test_a_step_is_guided_that_has_a_page_and_a_checklist(
    space: Workspace, audit: FlowRow, ada: Actor
) -> None:
    store, today = space.store, date(2026, 11, 10)
    steps = guided_steps(store, ada, today)

    assert len(steps) == 19 + 2  # those that ship, and our own two, which have no page
    assert steps[["has_page", "has_checklist"]].all(axis=1).sum() == 19
    assert answer(facts_for(space, ada, "guidance_complete"), "guidance_complete").value == pytest.approx(
        19 / 21
    )
    own = facts_for(space, ada, "guidance_complete", plan=PlanScope.of({"flow": 7}))
    assert answer(own, "guidance_complete").value == 0
    fresh, pages = pages_in_review(today)
    assert fresh == pages == len(load_pages().by_address)
    assert pages_in_review(date(2040, 1, 1), flow=1)[0] == 0


def test_opinions_are_told_of_five_or_more(
    space: Workspace, audit: FlowRow, ada: Actor, mia: Actor, add_person: AddPerson
) -> None:
    store, page = space.store, "flows/flow-1-initial-setup/hardware-setup"
    people = [ada, mia, add_person("kim"), add_person("lee")]
    for person in people:
        say(store, person, page, useful=person is not mia)
    assert answer(facts_for(space, ada, "pages_useful"), "pages_useful").value is None

    say(store, add_person("ned"), page, useful=True)

    assert opinions_of_pages(store, flow=1) == (4, 5)
    assert opinions_of_pages(store, flow=2) == (0, 0)
    assert answer(facts_for(space, ada, "pages_useful"), "pages_useful").value == pytest.approx(0.8)
    row = guided_steps(store, mia, date(2026, 11, 10)).set_index("page").loc[page]
    assert (row["opinions"], row["useful"]) == (5, 4)


@pytest.mark.parametrize("name", ["step_days", "step_standings", "role_topics"])
def test_analysts_have_the_rows_behind_the_charts(space: Workspace, gone_through: FlowRow, name: str) -> None:
    def rows(**where: tuple[str, ...]) -> list[dict[str, Any]]:
        reading = Reading(space, SYSTEM, Selection(where=where))
        return [
            row
            for batch in DATASETS[name].batches(DATASETS[name].asked(reading), 4)
            for row in batch.to_pylist()
        ]

    whole = rows()
    assert len(whole) == {"step_days": 9, "step_standings": 2, "role_topics": 1}[name]
    assert rows(flow=("7",)) == whole
    assert rows(flow=("1",)) == []
    page = DATASETS[name].page(Reading(space, SYSTEM), None, 1).to_pylist()
    assert page == [min(whole, key=lambda row: [str(row[key]) for key in DATASETS[name].key])]


def test_days_narrow_the_burn_up(space: Workspace, gone_through: FlowRow) -> None:
    part = Selection(date(2026, 11, 5), date(2026, 11, 6))
    measured = DATASETS["step_days"].measure(Reading(space, SYSTEM, part))
    assert tuple(measured) == (2, date(2026, 11, 5), date(2026, 11, 6))


def test_nothing_begun_is_nothing_told(space: Workspace) -> None:
    for name in ("step_days", "role_topics", "step_standings"):
        assert DATASETS[name].count(Reading(space, SYSTEM)) == 0
    assert answer(facts_for(space, SYSTEM, "steps_begun"), "steps_begun").missing == "No flow was begun yet"
    with pytest.raises(Invalid):
        answer(facts_for(space, SYSTEM, "items_overdue"), "items_overdue", grain="day")
