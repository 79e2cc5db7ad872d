"""How each check goes through its states: what a workspace is like, and what the check then comes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal, TypeAlias

from orchflow.backups.known import remember
from orchflow.backups.manifest import MANIFEST
from orchflow.backups.restored import Restored
from orchflow.backups.scheduled import mark_of
from orchflow.config.settings import OidcSettings
from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.disk.private_files import take_back
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.tables import Identity, Team, TeamMember, User
from orchflow.people.token_tables import ApiToken, TokenScope
from orchflow.planning.tables import (
    ChecklistItem,
    Comment,
    Dependency,
    Effort,
    Flow,
    Goal,
    ItemState,
    Link,
    LinkKind,
    Project,
    ProjectStatus,
    Sprint,
    SprintState,
    Step,
    Task,
)
from orchflow.subscribers import dispatcher
from tests.guidance.checks.place import FILES, NOW, PLATFORM, TODAY, Place
from tests.metrics.facts import ago

State: TypeAlias = Literal["passed", "failed", "not_applicable"]
Scene: TypeAlias = tuple[Callable[[Place], object], State, str]
"""What happens, the state the check then has, and a part of its evidence."""

OIDC = OidcSettings(
    server_metadata_url="https://login.example/.well-known/openid-configuration", client_id="flow",
    client_secret="secret", redirect_uri="https://flow.example/oauth2callback",
)  # fmt: skip


def a_flow(items: int, due: date) -> Callable[[Place], None]:
    """The first flow, with one step and so many items that are due on a day."""

    def begin(place: Place) -> None:
        place.store(Flow(key="f", number=1, name="F", start_day=TODAY))
        place.store(Step(flow_id=1, key="s", name="S"))
        place.store(
            *(
                ChecklistItem(step_id=1, key=f"i{n}", text=f"Item {n}", due_day=due)
                for n in range(1, items + 1)
            )
        )

    return begin


def nothing(place: Place) -> None:
    """The workspace is as it was made."""


def sources(*settings: object) -> Callable[[Place], None]:
    return lambda place: place.set(sources=settings)


def people(*names: str) -> Callable[[Place], None]:
    def add(place: Place) -> None:
        for name in names:
            place.person(name)

    return add


def backup(days_ago: float) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        folder = place.ws.settings.home.parent / "disk" / "backup"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MANIFEST).write_text("{}")
        remember(place.ws.settings.home, folder, place.at(days_ago))

    return make


def restored(days_ago: float) -> Callable[[Place], None]:
    def note(place: Place) -> None:
        file = place.ws.settings.home.parent / "disk" / f"restored-{mark_of(place.ws)}.json"
        file.write_text(Restored(folder=file.parent, restored_at=place.at(days_ago)).model_dump_json())

    return note


def signed_on(name: str, days_ago: float) -> Callable[[Place], None]:
    def come(place: Place) -> None:
        with place.ws.store.read() as session:
            user = session.query(User).filter_by(username=name).one()
        place.store(
            Identity(
                issuer="https://login", subject=name, user_id=user.id, last_sign_in_at=place.at(days_ago)
            )
        )

    return come


def change_person(name: str, since: float = 0, **values: object) -> Callable[[Place], None]:
    def change(place: Place) -> None:
        with place.ws.store.read() as session:
            row_id = session.query(User).filter_by(username=name).one().id
        place.since(since)
        place.change(User, row_id, **values)

    return change


def token(expires: float | None, used: float | None, made: float = 1) -> Callable[[Place], None]:
    """A token that ends and was used so many days ago; the one before is revoked."""

    def make(place: Place) -> None:
        with place.ws.store.unit(SYSTEM) as session:
            for old in session.query(ApiToken):
                old.revoked_at = NOW
        with place.ws.store.read() as session:
            user = session.query(User).filter_by(username="ada").one()
        place.since(made)
        place.store(
            ApiToken(
                user_id=user.id, name="CI", scope=TokenScope.READ, prefix="oflow_ab", secret_hash=f"{expires} {used} {made}",
                expires_at=None if expires is None else place.at(expires),
                last_used_at=None if used is None else place.at(used),
            )
        )  # fmt: skip

    return make


def agents(**statuses: str) -> Callable[[Place], None]:
    return lambda place: place.facts.agents(**statuses)


def agent(**fields: str) -> Callable[[Place], None]:
    return lambda place: place.facts.load(
        "agents", {"slug": "claims", "name": "Claims", "status": "active", **fields}
    )


def runs(
    days_ago: int, *users: str, status: str = "completed", agent: str = "claims", ms: int = 1000
) -> Callable[[Place], None]:
    return lambda place: place.facts.runs(
        *(place.facts.run(agent, ago(days_ago), status, user=user, duration=ms) for user in users)
    )


def calls(*costs: str | None, days_ago: int = 0, **more: str) -> Callable[[Place], None]:
    return lambda place: place.facts.calls(*(place.facts.call(ago(days_ago), cost, **more) for cost in costs))


def rate(place: Place) -> None:
    EXCHANGE_RATES.create(
        place.ws.store, SYSTEM, currency="GBP", into_currency="USD", valid_from="2020-01-01", rate="1.3"
    )
    dispatcher(place.ws).deliver()


def projects(place: Place) -> None:
    place.project()


def linked(entity: str) -> Callable[[Place], None]:
    def link(place: Place) -> None:
        if entity == "goal":
            place.store(Goal(project_id=1, name="Answers in time", position=1.0))
        place.store(Link(entity=entity, entity_id=1, kind=LinkKind.AGENT, target="claims", title=""))

    return link


def owner(name: str) -> Callable[[Place], None]:
    def give(place: Place) -> None:
        place.change(Project, 1, owner_id=place.person(name).id)

    return give


def goal(since: float = 0, **values: object) -> Callable[[Place], None]:
    def add(place: Place) -> None:
        place.since(since)
        place.store(Goal(project_id=1, name="Answers in time", position=1.0, **values))

    return add


def task(title: str = "Order", since: float = 0, **values: object) -> Callable[[Place], None]:
    def add(place: Place) -> None:
        if not place.ws.store.version("plan"):
            place.project()
        place.since(since)
        place.task(1, title, **values)

    return add


def tasks(many: int, **values: object) -> Callable[[Place], None]:
    def add(place: Place) -> None:
        for number in range(many):
            task(f"Task {number}", **values)(place)

    return add


def sprint(since: float = 0, **values: object) -> Callable[[Place], None]:
    def add(place: Place) -> None:
        place.since(since)
        place.store(Sprint(number=1, name="Sprint 1", **values))

    return add


def effort_due(day: date) -> Callable[[Place], None]:
    return lambda place: place.change(Effort, 1, target_end=day)


def all_done(*scenes: Callable[[Place], object]) -> Callable[[Place], None]:
    def do(place: Place) -> None:
        for scene in scenes:
            scene(place)

    return do


def finished(place: Place) -> None:
    """A task a day was done in the last two weeks."""
    for days in range(1, 15):
        place.since(days)
        task_id = place.task(1, f"Done {days}")
        place.since(days)
        place.change(Task, task_id, status="done")


def later(place: Place) -> None:
    place.store(Dependency(task_id=2, depends_on_id=1))


STORIES: dict[str, list[Scene]] = {
    "source-connected": [
        (nothing, "failed", "No platform is connected"),
        (sources(FILES), "failed", "No platform is connected"),
        (sources(PLATFORM), "failed", "No load succeeded yet of platform"),
        (lambda p: p.load(0.1), "passed", "platform, last loaded 20 Nov 2026"),
    ],
    "source-fresh": [
        (sources(FILES), "not_applicable", "No source has a schedule"),
        (sources(PLATFORM), "failed", "0 of 1 source"),
        (lambda p: p.load(0.2), "failed", "missing: platform"),
        (lambda p: p.load(0.05), "passed", "1 source"),
    ],
    "source-complete": [
        (nothing, "not_applicable", "Nothing has been loaded"),
        (lambda p: p.load(2, read=1000, rejected=10), "failed", "10 of 1,000 rows"),
        (lambda p: p.load(1, read=1000, rejected=9), "passed", "9 of 1,000 rows"),
    ],
    "source-reconciled": [
        (sources(FILES), "not_applicable", "No platform"),
        (sources(PLATFORM), "failed", "not compared within 7 days"),
        (lambda p: p.load(8, kind="reconcile"), "failed", "not compared within 7 days"),
        (lambda p: p.load(2, kind="reconcile", new=3), "failed", "3 rows differed"),
        (lambda p: p.load(1, kind="reconcile"), "passed", "compared and alike"),
    ],
    "amounts-converted": [
        (calls("1"), "not_applicable", "Every amount is in USD"),
        (calls("1", "2", currency="GBP"), "failed", "2 rows of usage lack a rate: GBP"),
        (rate, "passed", "2 rows of usage in other currencies"),
    ],
    "backup-made": [
        (nothing, "failed", "No backup was made yet"),
        (backup(1.5), "failed", "19 Nov 2026, 03:00"),
        (backup(0.9), "passed", "19 Nov 2026, 17:24"),
    ],
    "backup-restored": [
        (backup(1), "failed", "neither here nor elsewhere"),
        (restored(91), "failed", "90 days are over"),
        (restored(89), "passed", "23 Aug 2026"),
    ],
    "single-sign-on": [
        (nothing, "failed", "by password only"),
        (lambda p: p.set(oidc=OIDC), "passed", "sign in with your organisation"),
    ],
    "sign-on-used": [
        (people("ada", "ben", "cleo", "dana", "eve"), "not_applicable", "Single sign-on is off"),
        (lambda p: p.set(oidc=OIDC), "failed", "0 of 5 accounts"),
        (all_done(*(signed_on(n, 2) for n in ("ada", "ben", "cleo")), signed_on("dana", 31)), "failed", "missing: Dana, Eve"),
        (signed_on("eve", 29), "passed", "4 of 5 accounts"),
    ],
    "administrators": [
        (lambda p: p.person("ada", role=Role.ADMIN), "failed", "1 active administrator"),
        (lambda p: p.person("ben", role=Role.ADMIN), "passed", "2 active administrators"),
        (lambda p: [p.person(f"root{n}", role=Role.ADMIN) for n in range(4)], "failed", "6 active administrators"),
        (change_person("root0", active=False), "passed", "5 active administrators"),
    ],
    "no-shared-account": [
        (people("ada"), "passed", "1 active account"),
        (lambda p: p.person("claims-team", email="team.claims@acme.example"), "failed", "missing: claims-team"),
        (change_person("claims-team", active=False), "passed", "1 active account"),
        (lambda p: p.person("admin", email=None), "failed", "missing: admin"),
        (change_person("admin", email="cleo@acme.example"), "passed", "2 active accounts"),
    ],
    "passwords-own": [
        (people("ada"), "passed", "Nobody has a one-time password"),
        (all_done(lambda p: p.since(6), lambda p: p.person("ben", password_hash="x", must_change_password=True)), "passed", "1 one-time password"),
        (all_done(lambda p: p.since(8), lambda p: p.person("cleo", password_hash="x", must_change_password=True)), "failed", "Cleo"),
        (change_person("cleo", password_hash="y"), "passed", "2 one-time passwords"),
    ],
    "tokens-bounded": [
        (people("ada"), "not_applicable", "no access token"),
        (token(None, 1), "failed", "of ada (never ends)"),
        (token(-30, 91, made=200), "failed", "of ada (unused)"),
        (token(-30, None, made=91), "failed", "of ada (unused)"),
        (token(-30, 89, made=200), "passed", "1 access token"),
        (token(1, 2), "not_applicable", "no access token"),
    ],
    "folder-closed": [
        (lambda p: p.ws.settings.home.chmod(0o755), "failed", "others can get at"),
        (lambda p: take_back(p.ws.settings.home), "passed", "Only the server's own user"),
    ],
    "server-healthy": [
        (lambda p: p.ws.settings.home.chmod(0o755), "failed", "privacy"),
        (lambda p: take_back(p.ws.settings.home), "passed", "finds nothing wrong"),
    ],
    "leaders-named": [
        (lambda p: p.person("ada", job_role="cto"), "failed", "missing: AI Lead, Product Owner"),
        (all_done(lambda p: p.person("ben", job_role="ai_lead"), lambda p: p.person("cleo", job_role="product_owner")), "passed", "3 leading roles"),
        (change_person("ben", active=False), "failed", "missing: AI Lead"),
    ],
    "job-roles-complete": [
        (nothing, "not_applicable", "Nobody has an account"),
        (lambda p: p.person("ada", job_role="cto"), "passed", "1 active person"),
        (people("ben"), "failed", "missing: Ben"),
        (change_person("ben", active=False), "passed", "1 active person"),
    ],
    "teams-staffed": [
        (people("ada", "ben"), "not_applicable", "There is no team"),
        (lambda p: p.store(Team(name="Claims", lead_id=1), TeamMember(team_id=1, user_id=1)), "failed", "Claims (1 member)"),
        (lambda p: p.store(TeamMember(team_id=1, user_id=2)), "passed", "1 team"),
        (change_person("ada", active=False), "failed", "Claims (1 member, no lead)"),
    ],
    "people-signed-in": [
        (people("ada"), "not_applicable", "Nobody but the first administrator"),
        (people("ben"), "failed", "missing: Ada, Ben"),
        (all_done(change_person("ada", last_sign_in_at=NOW), change_person("ben", last_sign_in_at=NOW)), "passed", "2 of 2"),
        (people("cleo"), "failed", "missing: Cleo"),
    ],
    "people-active": [
        (people("ada"), "not_applicable", "Nobody but the first administrator"),
        (people("ben"), "passed", "2 active accounts"),
        (change_person("ben", last_sign_in_at=NOW - timedelta(days=61)), "failed", "missing: Ben"),
        (change_person("ben", last_sign_in_at=NOW - timedelta(days=59)), "passed", "2 active accounts"),
    ],
    "people-linked": [
        (people("u1"), "not_applicable", "No users of the platform"),
        (lambda p: p.facts.users(u1="acme", service="acme"), "failed", "missing: U1"),
        (lambda p: dispatcher(p.ws).deliver(), "passed", "1 active account"),
        (people("ada"), "failed", "missing: Ada"),
        (change_person("ada", active=False), "passed", "1 active account"),
    ],
    "first-answer": [
        (nothing, "not_applicable", "No runs"),
        (runs(2, "u1", status="failed"), "failed", "1 run, none completed"),
        (runs(1, "service"), "passed", "1 run completed, the first on 19 Nov 2026"),
    ],
    "first-agent-by-user": [
        (lambda p: p.facts.users(service="acme", u1="acme"), "not_applicable", "No runs"),
        (runs(2, "service"), "failed", "No agent has completed a run of a person"),
        (runs(1, "u1", status="failed"), "failed", "No agent has completed a run of a person"),
        (runs(0, "u1"), "passed", "claims completed a run of a person on 20 Nov 2026"),
    ],
    "first-agent-in-time": [
        (lambda p: p.day_one(None), "not_applicable", "Day 1 is not known"),
        (lambda p: p.day_one(ago(14)), "not_applicable", "ends on 20 Nov 2026"),
        (lambda p: p.day_one(ago(15)), "failed", "No agent works yet"),
        (runs(0, "u1"), "failed", "15 days after Day 1"),
        (runs(1, "u1"), "passed", "14 days after Day 1"),
    ],
    "agent-status-agrees": [
        (nothing, "not_applicable", "No agent is loaded"),
        (agent(), "not_applicable", "no second status"),
        (agent(column_status="disabled"), "failed", "claims (column disabled, runs as active)"),
        (agent(column_status="active"), "passed", "1 agent"),
    ],
    "agent-rows-whole": [
        (nothing, "not_applicable", "No agent is loaded"),
        (agent(fault="context, the system prompt, is empty"), "failed", "claims (context, the system prompt, is empty)"),
        (agent(fault=""), "passed", "1 agent"),
    ],
    "agents-linked": [
        (agents(claims="draft"), "not_applicable", "No agent is switched on"),
        (all_done(agents(claims="active"), projects), "failed", "missing: claims"),
        (linked("goal"), "passed", "1 active agent"),
        (agents(claims="active", writer="active"), "failed", "1 of 2 active agents"),
    ],
    "agents-owned": [
        (agents(claims="disabled"), "not_applicable", "No agent is switched on"),
        (all_done(agents(claims="active"), projects, linked("goal")), "failed", "missing: claims"),
        (owner("ada"), "passed", "1 active agent"),
        (change_person("ada", active=False), "failed", "missing: claims"),
        (lambda p: p.change(Goal, 1, owner_id=p.person("ben").id), "passed", "1 active agent"),
    ],
    "agents-used": [
        (agents(claims="archived"), "not_applicable", "No agent is switched on"),
        (all_done(agents(claims="active"), runs(30, "u1")), "failed", "missing: claims"),
        (runs(29, "u1"), "passed", "1 active agent"),
    ],
    "pilot-people": [
        (nothing, "not_applicable", "No runs"),
        (all_done(runs(13, "u1", "u2", "u3", "u4", "u4"), runs(14, "u5")), "failed", "4 different people"),
        (runs(1, "u6"), "passed", "5 different people"),
    ],
    "error-rate-low": [
        (runs(7, "u1", status="failed"), "not_applicable", "No run ended in the last 7 days"),
        (runs(6, *["u1"] * 51), "passed", "0 % on the worst of 1 day"),
        (runs(6, "u1", status="failed"), "passed", "1.9 % on the worst"),
        (runs(2, "u1", status="failed"), "failed", "missing: 18 Nov 2026"),
    ],
    "answers-quick": [
        (runs(7, "u1", ms=20_000), "not_applicable", "No run was completed in the last 7 days"),
        (runs(6, "u1", ms=10_000), "failed", "at most 10.0 s"),
        (runs(5, *["u1"] * 20, ms=9_000), "passed", "at most"),
    ],
    "production-in-time": [
        (lambda p: p.day_one(ago(56)), "not_applicable", "No agent is in production yet"),
        (lambda p: p.day_one(ago(57)), "failed", "No agent is in production yet"),
        (runs(1, *["u1", "u2", "u3"] * 7), "passed", "56 days after Day 1"),
    ],
    "adoption-on-target": [
        (nothing, "not_applicable", "Nobody's roles are known"),
        (all_done(lambda p: p.facts.users(**{f"u{n}": "acme" for n in range(5)}), runs(2, "u0", "u1", "u2")), "failed", "60 %"),
        (runs(1, "u3"), "passed", "80 %"),
    ],
    "several-agents": [
        (nothing, "not_applicable", "No runs"),
        (all_done(runs(1, "u1"), runs(14, "u1", agent="writer"), runs(1, "u1", agent="writer", status="failed")), "failed", "1 agent completed runs"),
        (runs(13, "u1", agent="writer"), "passed", "claims, writer"),
    ],
    "calls-priced": [
        (calls("1", days_ago=21), "not_applicable", "No calls"),
        (calls(*["1"] * 98, None), "failed", "99 % of this month's calls"),
        (calls("1"), "passed", "99 % of this month's calls"),
    ],
    "cost-attributed": [
        (agents(claims="active"), "not_applicable", "No calls"),
        (calls("1", caller="nobody"), "failed", "100 %"),
        (calls("19"), "failed", "5.0 %"),
        (calls("1"), "passed", "4.8 %"),
    ],
    "cost-steady": [
        (calls("30", days_ago=1), "not_applicable", "No usage of last month"),
        (calls("1", days_ago=20), "failed", "a day last month"),
        (calls("10", days_ago=22), "passed", "a day last month"),
    ],
    "models-few": [
        (nothing, "not_applicable", "No cost"),
        (all_done(*(calls("1", model=f"m{n}") for n in range(6))), "failed", "6 models of 6"),
        (calls("100", model="m0"), "passed", "1 model of 6"),
    ],
    "dependencies-planned": [
        (all_done(task("Build", due=TODAY + timedelta(days=3)), task("Test", due=TODAY + timedelta(days=2))), "not_applicable", "No open task waits"),
        (later, "failed", "missing: Test waits for Build"),
        (lambda p: p.change(Task, 2, due=TODAY + timedelta(days=3)), "passed", "1 open dependency"),
        (lambda p: p.change(Task, 1, due=None), "passed", "1 open dependency"),
        (lambda p: p.change(Task, 1, status="done"), "not_applicable", "No open task waits"),
    ],
    "nothing-overdue": [
        (nothing, "not_applicable", "No task is open"),
        (all_done(tasks(19), task("Late", due=TODAY - timedelta(days=1))), "failed", "1 of 20 open tasks overdue"),
        (task("Today", due=TODAY), "passed", "1 of 21 open tasks overdue"),
        (lambda p: p.change(Task, 20, status="cancelled"), "passed", "0 of 20"),
    ],
    "blocked-answered": [
        (task("Order", since=6), "not_applicable", "No task is blocked"),
        (all_done(lambda p: p.since(6), lambda p: p.change(Task, 1, status="blocked")), "failed", "missing: Order"),
        (lambda p: p.store(Comment(entity="task", entity_id=1, body="Asked again")), "passed", "1 blocked task"),
    ],
    "tasks-assigned": [
        (task(), "not_applicable", "No sprint is running"),
        (sprint(state=SprintState.ACTIVE), "not_applicable", "no open task"),
        (lambda p: p.change(Task, 1, sprint_id=1), "failed", "missing: Order"),
        (lambda p: p.change(Task, 1, assignee_id=p.person("ada").id), "passed", "1 open sprint task"),
        (change_person("ada", active=False), "failed", "missing: Order"),
    ],
    "sprint-running": [
        (nothing, "not_applicable", "There is no sprint"),
        (sprint(start=ago(9), end=ago(1), state=SprintState.ACTIVE), "failed", "No sprint runs today"),
        (lambda p: p.change(Sprint, 1, end=TODAY), "passed", "Sprint 1 runs today"),
    ],
    "sprints-closed": [
        (sprint(start=ago(9), end=ago(2), state=SprintState.ACTIVE, started_at=NOW), "not_applicable", "No sprint ended"),
        (lambda p: p.change(Sprint, 1, end=ago(3)), "failed", "missing: Sprint 1"),
        (lambda p: p.change(Sprint, 1, closed_at=p.at(1)), "passed", "1 sprint"),
        (lambda p: p.change(Sprint, 1, closed_at=p.at(0)), "failed", "missing: Sprint 1"),
    ],
    "goals-measured": [
        (nothing, "not_applicable", "No project is open"),
        (all_done(projects, goal(baseline=1, target=2)), "failed", "missing: 1.1 Project 1"),
        (lambda p: p.change(Goal, 1, due=TODAY), "passed", "1 open project"),
        (lambda p: p.change(Project, 1, status=ProjectStatus.CANCELLED), "not_applicable", "No project is open"),
    ],
    "goals-current": [
        (projects, "not_applicable", "No goal is open"),
        (goal(since=15, current=1), "failed", "missing: Answers in time"),
        (all_done(lambda p: p.since(13), lambda p: p.change(Goal, 1, current=2)), "passed", "1 open goal"),
        (goal(since=15, live_figure="cost"), "failed", "1 of 2 open goals"),
        (all_done(lambda p: p.since(15), lambda p: p.change(Goal, 2, current=2)), "passed", "2 open goals"),
    ],
    "forecast-in-time": [
        (tasks(7), "not_applicable", "No open effort has a day"),
        (effort_due(TODAY + timedelta(days=200)), "not_applicable", "Nothing is done yet"),
        (finished, "passed", "at 85 %; the target is"),
        (effort_due(TODAY + timedelta(days=2)), "failed", "at 85 %; the target is 22 Nov 2026"),
    ],
    "items-assigned": [
        (a_flow(items=2, due=TODAY + timedelta(days=8)), "not_applicable", "No item is due within a week"),
        (lambda p: p.change(ChecklistItem, 1, due_day=TODAY), "failed", "missing: Item 1"),
        (lambda p: p.change(ChecklistItem, 1, assignee_id=p.person("ada").id), "passed", "1 due item"),
        (change_person("ada", active=False), "failed", "missing: Item 1"),
    ],
    "items-in-time": [
        (nothing, "not_applicable", "No flow is in progress"),
        (a_flow(items=10, due=TODAY), "passed", "0 of 10 required items overdue"),
        (lambda p: p.change(ChecklistItem, 1, due_day=ago(1)), "failed", "1 of 10 required items overdue"),
        (lambda p: p.change(ChecklistItem, 1, state=ItemState.TICKED), "passed", "0 of 10"),
    ],
    "guides-reviewed": [
        (nothing, "not_applicable", "No flow is in progress"),
        (a_flow(items=1, due=TODAY), "passed", "each within its review date"),
        (lambda p: setattr(p.time, "now", NOW + timedelta(days=2000)), "failed", "within its review date; missing: "),
    ],
}  # fmt: skip

ALWAYS_APPLIES = frozenset(
    [
        "source-connected",
        "backup-made",
        "backup-restored",
        "single-sign-on",
        "administrators",
        "no-shared-account",
        "passwords-own",
        "folder-closed",
        "server-healthy",
        "leaders-named",
    ]
)
"""Checks of what every workspace has."""
