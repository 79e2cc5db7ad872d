"""Who follows what is committed."""

from __future__ import annotations

from orchflow.alerts.follow import ENTITIES as FOLLOWED_BY_ALERTS
from orchflow.alerts.follow import FACTS, WRITTEN
from orchflow.alerts.follow import evaluate_after as evaluate_alerts
from orchflow.costs import tables as _costs  # noqa: F401 - a table that is mirrored
from orchflow.costs.hours import follow_hours
from orchflow.costs.price_engine import prices_in_force
from orchflow.dispatch import Dispatcher, News, Subscriber
from orchflow.guidance.calendar import follow_calendar
from orchflow.guidance.check_tables import CheckResult
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.evaluate import evaluate_after
from orchflow.guidance.ticks import follow_checks, follow_tasks
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.live_goals import refresh_goals
from orchflow.people.permissions import SYSTEM, Permission
from orchflow.people.platform_users import remember_platform_ids
from orchflow.people.tables import User
from orchflow.planning.journey.adopt import keep_in_step
from orchflow.planning.tables import MODELS, CalendarDay, CheckExemption, ChecklistItem, Flow, Task
from orchflow.value import tables as _value  # noqa: F401 - tables that are mirrored
from orchflow.warehouse.hours import hours_position
from orchflow.warehouse.mirror import MIRRORED, mirror, mirrored_position
from orchflow.warehouse.topics import TOPICS
from orchflow.workspace import Workspace


def _mirror(ws: Workspace, news: News) -> None:
    changed: dict[str, set[int]] = {}
    for event in news.events:
        if event.entity in MIRRORED:
            changed.setdefault(event.entity, set()).update(event.ids)
    mirror(ws.store, ws.warehouse, news.position, None if news.anew else changed)


def _hours(ws: Workspace, news: News) -> None:
    changed = {number for event in news.events if event.entity == Task.__tablename__ for number in event.ids}
    follow_hours(ws.store, ws.warehouse, news.position, None if news.anew else changed)


def _checklists(ws: Workspace, news: News) -> None:
    def changed(entity: str) -> set[int] | None:
        if news.anew:
            return None
        return {number for event in news.events if event.entity == entity for number in event.ids}

    follow_calendar(ws.store, changed=changed(CalendarDay.__tablename__) != set())
    follow_tasks(ws.store, changed(Task.__tablename__), changed(ChecklistItem.__tablename__))
    follow_checks(ws.store)


def _live_goals(ws: Workspace, news: News) -> None:
    """An edit of the plan, or of what people write down, moves the figures of these; facts move any, and a goal may be bound to another one now."""
    plan_only = not news.anew and all(event.entity not in ("", "goal") for event in news.events)
    refresh_goals(ws, SYSTEM, request="live figures", of=PLAN_FIGURES if plan_only else None)


def _self_checks(ws: Workspace, news: News) -> None:
    evaluate_after(ws, None if news.anew else {event.entity or event.topic for event in news.events})


FOLLOWED_BY_CHECKS = frozenset().union(*(check.follows for check in CHECKS.values()))
TOPICS_OF_FACTS = frozenset(TOPICS.values())
PLAN_FIGURES = frozenset(
    key for key, metric in METRICS.items() if metric.permission is Permission.PLAN_VIEW or metric.written
)
"""Those that edits in the plan store move."""

SUBSCRIBERS = (
    # First of all, since the others read people and plan in the warehouse.
    Subscriber("mirror", _mirror, entities=None, reached=lambda ws: mirrored_position(ws.warehouse)),
    Subscriber(
        "prices in force",
        lambda ws, news: prices_in_force(ws),
        entities=frozenset({"price"}),
        topics=frozenset({"usage"}),
    ),
    Subscriber(
        "logged hours",
        _hours,
        entities=frozenset({Task.__tablename__, User.__tablename__}),
        reached=lambda ws: hours_position(ws.warehouse),
    ),
    Subscriber(
        "platform ids of people",
        lambda ws, news: remember_platform_ids(ws.store, SYSTEM, ws.warehouse),
        entities=frozenset({"user_account"}),
        topics=frozenset({"platform"}),
    ),
    Subscriber(
        "adopted plans",
        lambda ws, news: keep_in_step(ws, SYSTEM),
        entities=frozenset({"user_account"}),
        topics=frozenset({"platform"}),
    ),
    Subscriber(
        "checklists",
        _checklists,
        entities=frozenset(
            row.__tablename__ for row in (Task, ChecklistItem, Flow, CheckExemption, CalendarDay)
        ),
    ),
    Subscriber(
        "live goals",
        _live_goals,
        entities=frozenset({*MODELS, CheckResult.__tablename__, *WRITTEN}),
        topics=frozenset({"usage", "runs", "agents", "platform", "people", "expenses", "ingest"}),
    ),
    Subscriber(
        "self-checks",
        _self_checks,
        entities=FOLLOWED_BY_CHECKS - TOPICS_OF_FACTS,
        topics=FOLLOWED_BY_CHECKS & TOPICS_OF_FACTS,
    ),
    Subscriber(
        "alerts",
        lambda ws, news: evaluate_alerts(ws, news.events, anew=news.anew),
        entities=FOLLOWED_BY_ALERTS,
        topics=FACTS,
    ),
)


def dispatcher(ws: Workspace) -> Dispatcher:
    """The workspace's dispatcher, delivering to everybody."""
    ws.dispatcher.subscribers = SUBSCRIBERS
    return ws.dispatcher
