"""Home of a plan, with and without a platform beside it, on both engines of the plan store."""

from __future__ import annotations

from datetime import date

import pytest

from orchflow.insights.home import HomeReport, home_report
from orchflow.insights.sprint_now import SprintAhead, SprintNow
from orchflow.insights.way import Leg
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.sprints.life import close_sprint, start_sprint
from orchflow.planning.sprints.sprints import create_sprint, plan_sprint
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import create_task, get_task, update_task
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddPerson
from tests.planning.events import may


def day(number: int) -> date:
    return date(2026, 5, number)


class Plan:
    """Two efforts of the first half of May, told on the 14th: the first is done, a day late, the second goes on."""

    def __init__(self, store: Store, time: Clock, mia: int) -> None:
        self.store, self.time = store, time
        time.now = may(1)
        self.setup = create_effort(
            store, SYSTEM, number=1, name="Setup", target_start=day(1), target_end=day(5)
        ).id
        self.agent = create_effort(
            store, SYSTEM, number=2, name="First agent", target_start=day(6), target_end=day(15)
        ).id
        hardware = create_project(store, SYSTEM, effort_id=self.setup, number="1.1", name="Hardware").id
        self.agents = create_project(store, SYSTEM, effort_id=self.agent, number="2.1", name="Agents").id
        self.order = self.add("Order", hardware, due=day(4))
        self.build = self.add("Build", due=day(12), estimated_hours=16)
        self.write = self.add("Write", due=day(18), assignee_id=mia)
        self.launch = self.add("Launched", due=day(20), milestone=True)
        self.move(self.order, "in_progress", 4)
        self.move(self.order, "done", 6)
        self.move(self.write, "blocked", 13, blocked_reason="No key")
        time.now = may(14, 12)

    def add(self, title: str, project: int | None = None, **values: object) -> TaskRow:
        return create_task(self.store, SYSTEM, project_id=project or self.agents, title=title, **values)

    def move(self, task: TaskRow, status: str, on: int, **more: object) -> None:
        self.time.now = may(on)
        version = get_task(self.store, SYSTEM, task.id).version
        update_task(self.store, SYSTEM, task.id, version, {"status": status, **more})


@pytest.fixture
def mia(add_person: AddPerson) -> Actor:
    return add_person("mia")


@pytest.fixture
def plan(space: Workspace, store: Store, time: Clock, mia: Actor) -> Plan:
    assert mia.user_id is not None
    return Plan(store, time, mia.user_id)


def home(space: Workspace, actor: Actor, time: Clock) -> HomeReport:
    return home_report(space, actor, time.now, privacy_of(actor))


def legs(report: HomeReport) -> list[Leg]:
    assert report.plan is not None
    return list(report.plan.way.legs)


def test_the_way_tells_what_is_complete_and_by_how_much_the_rest_drifts(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor
) -> None:
    setup, agent = legs(home(space, viewer, time))
    assert (setup.share, setup.finished, setup.drift, setup.complete) == (1.0, day(6), 1, True)
    assert (agent.share, agent.finished, agent.complete, agent.begun) == (0.0, None, False, True)
    assert agent.earliest is not None
    assert agent.earliest >= day(18)  # the task that is due on the 18th ends no earlier
    assert agent.drift == (agent.earliest - day(15)).days


def test_an_effort_whose_task_is_reopened_is_not_complete_any_more(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor
) -> None:
    plan.move(plan.order, "in_progress", 14)
    assert not legs(home(space, viewer, time))[0].complete


def test_what_is_cancelled_is_not_on_the_way(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor
) -> None:
    plan.move(plan.build, "cancelled", 14)
    plan.move(plan.write, "cancelled", 14)
    plan.move(plan.launch, "done", 14)
    assert [leg.complete for leg in legs(home(space, viewer, time))] == [True, True]


def test_a_plan_without_cost_has_six_figures_of_its_own(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor
) -> None:
    report = home(space, viewer, time)
    assert not report.nothing_yet
    assert [figure.key for figure in report.figures] == [
        "progress", "days_to_end", "next_milestone", "late_tasks", "throughput", "wip",
    ]  # fmt: skip
    progress = report.figures[0]
    assert (progress.value, progress.note) == (0.25, "1 of 4 tasks")


def test_plan_and_platform_stand_beside_each_other(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor
) -> None:
    facts = SmallFacts(space.warehouse)
    facts.calls(facts.call(day(13), "4"))
    report = home(space, viewer, time)
    keys = [figure.key for figure in report.figures]
    assert len(keys) == 6
    assert {"cost_month_to_date", "error_rate", "progress"} <= set(keys)


def test_cost_without_a_plan_is_as_good(space: Workspace, time: Clock, viewer: Actor) -> None:
    time.now = may(14, 12)
    facts = SmallFacts(space.warehouse)
    facts.calls(facts.call(day(13), "4"))
    report = home(space, viewer, time)
    assert (report.plan, report.own.sprint, report.nothing_yet) == (None, None, False)
    assert "cost_month_to_date" in [figure.key for figure in report.figures]
    assert report.own.steps == ()


def test_with_neither_the_three_beginnings_are_left(space: Workspace, time: Clock, admin: Actor) -> None:
    report = home(space, admin, time)
    left = report.own.beginnings
    assert report.nothing_yet
    assert (left.plan, left.platform, left.people) == (True, True, True)
    assert (left.may_plan, left.may_connect, left.may_invite) == (True, True, True)


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.VIEWER, []), (Role.MEMBER, []), (Role.MANAGER, ["may_plan"]), (Role.ANALYST, [])],
)
def test_who_may_not_begin_something_only_waits_for_it(
    space: Workspace, time: Clock, add_person: AddPerson, role: Role, may: list[str]
) -> None:
    left = home(space, add_person("somebody", role), time).own.beginnings
    rights = ("may_plan", "may_connect", "may_invite")
    assert [name for name in rights if getattr(left, name)] == may
    assert left.open_to_reader == bool(may)


def test_what_is_begun_is_not_offered_again(space: Workspace, plan: Plan, time: Clock, admin: Actor) -> None:
    left = home(space, admin, time).own.beginnings
    assert (left.plan, left.platform) == (False, True)


def test_what_is_overdue_blocked_and_next_says_whose_it_is(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor
) -> None:
    steps = {step.key.split("-")[0]: step for step in home(space, viewer, time).steps}
    assert (steps["overdue"].title, steps["overdue"].detail) == ("Build is overdue", "Overdue by 2 days")
    assert steps["overdue"].owner == "nobody yet"
    assert (steps["blocked"].title, steps["blocked"].owner) == ("Write is blocked", "Mia")
    assert steps["blocked"].detail == "Due 18 May 2026, blocked: No key"
    assert steps["milestone"].title == "Next milestone: Launched"
    assert steps["milestone"].detail.startswith("Due 20 May 2026, in 6 days")
    assert all(step.screen == "plan" for step in steps.values())


def test_many_of_a_kind_are_one_line(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor, mia: Actor
) -> None:
    for number in range(3):
        plan.add(f"Late {number}", due=day(2 + number), assignee_id=mia.user_id)
    step = next(step for step in home(space, viewer, time).steps if step.key == "overdue")
    assert (step.title, step.owner) == ("4 tasks are overdue", "Mia")
    assert step.detail == "Up to 12 days: Late 0"
    assert step.query == {"plan.level": "Tasks", "plan.quick": "Overdue"}


def test_a_member_sees_their_own_first(
    space: Workspace, plan: Plan, time: Clock, mia: Actor, viewer: Actor
) -> None:
    report = home(space, mia, time)
    first = report.steps[0]
    assert (first.title, first.owner, first.mine) == ("Write", "you", True)
    assert report.do_first
    assert "blocked" not in [step.key.split("-")[0] for step in report.steps]  # it is theirs, and said once
    assert not home(space, viewer, time).do_first


def test_of_many_tasks_of_ones_own_the_first_are_named(
    space: Workspace, plan: Plan, time: Clock, mia: Actor
) -> None:
    for number in range(5):
        plan.add(f"Mine {number}", due=day(10), assignee_id=mia.user_id)
    mine = [step for step in home(space, mia, time).steps if step.mine]
    assert len(mine) == 4
    assert mine[-1].title == "3 more tasks of yours"


def test_the_whole_is_forecast_against_the_last_day_of_the_plan(
    space: Workspace, plan: Plan, time: Clock, viewer: Actor
) -> None:
    report = home(space, viewer, time)
    assert report.plan is not None
    whole, agent = report.plan.way.expected
    assert (whole.name, whole.dates.open_tasks, whole.target) == ("The whole plan", 3, day(15))
    assert whole.dates.likely.day is not None
    assert whole.drift == (whole.dates.likely.day - day(15)).days
    assert (agent.name, agent.dates.likely.day, agent.drift) == ("2 First agent", None, None)
    assert agent.dates.likely.missing
    # The same earliest day as in the band: what waits for what is that of the whole plan.
    assert agent.dates.earliest.day == whole.dates.earliest.day == legs(report)[1].earliest


def test_the_sprint_that_runs_with_its_burndown(
    space: Workspace, store: Store, plan: Plan, time: Clock, viewer: Actor
) -> None:
    sprint = create_sprint(store, SYSTEM, name="Sprint 1", start=day(11), end=day(22)).id
    plan_sprint(store, SYSTEM, sprint, add=[plan.build.id, plan.write.id])
    assert home(space, viewer, time).own.sprint == SprintAhead(sprint, "Sprint 1", day(11))
    start_sprint(store, SYSTEM, sprint)
    now = home(space, viewer, time).own.sprint
    assert isinstance(now, SprintNow)
    assert (now.name, now.unit, now.left.value, now.in_progress, now.blocked) == (
        "Sprint 1",
        "count",
        2,
        0,
        1,
    )
    assert (now.days_left, now.others) == (8, 0)
    close_sprint(store, SYSTEM, sprint, early=True)
    assert home(space, viewer, time).own.sprint is None


def test_a_sprint_out_of_step_is_something_to_do_for_who_may(
    space: Workspace, store: Store, plan: Plan, time: Clock, admin: Actor, viewer: Actor
) -> None:
    sprint = create_sprint(store, SYSTEM, name="Sprint 1", start=day(11), end=day(13)).id
    time.now = may(12)
    assert "Sprint 1 has not been started" in titles(home(space, admin, time))
    start_sprint(store, SYSTEM, sprint)
    time.now = may(14, 12)
    assert "Sprint 1 is over and not closed" in titles(home(space, admin, time))
    assert "Sprint 1 is over and not closed" not in titles(home(space, viewer, time))


def test_of_several_sprints_the_readers_team_comes_first(
    space: Workspace, store: Store, plan: Plan, time: Clock, mia: Actor, viewer: Actor
) -> None:
    from orchflow.people.tables import Team, TeamMember

    with store.unit(SYSTEM) as session:
        teams = [Team(name="Blue"), Team(name="Red")]
        session.add_all(teams)
        session.flush()
        session.add(TeamMember(team_id=teams[1].id, user_id=mia.user_id))
        ids = [team.id for team in teams]
    for name, team, last in (("Blue", ids[0], 15), ("Red", ids[1], 22)):
        sprint = create_sprint(
            store, SYSTEM, name=f"{name} sprint", team_id=team, start=day(11), end=day(last)
        ).id
        start_sprint(store, SYSTEM, sprint)
    seen = {actor.username: home(space, actor, time).own.sprint for actor in (mia, viewer)}
    assert {name: (sprint.name, sprint.others) for name, sprint in seen.items() if isinstance(sprint, SprintNow)} == {
        "mia": ("Red sprint · Red", 1), "viewer": ("Blue sprint · Blue", 0),  # Mia's is a team of one, for herself alone
    }  # fmt: skip


def titles(report: HomeReport) -> list[str]:
    return [step.title for step in report.steps]
