"""How alerts stand, as the Alerts screen reads it: once for each version of what is read, for each person."""

from __future__ import annotations

import streamlit as st

from orchflow.alerts.folds import Fold, raised_folds
from orchflow.alerts.log import PAGE, LogEntry, alert_log
from orchflow.alerts.rules import of_plan
from orchflow.alerts.standings import AlertStanding, list_alerts
from orchflow.metrics.plan_parts import part_names
from orchflow.people.permissions import Actor, Role
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.plan.plan_data import plan_version
from orchflow.screens.session import workspace

FRESH = "1m"
"""What an evaluation writes that changes no state is read anew after so long."""


def alerts_now(actor: Actor) -> tuple[AlertStanding, ...]:
    """How everything stands for `actor`."""
    return _alerts(actor, actor.role, actor.user_id, version())


def folds_now(actor: Actor) -> tuple[Fold, ...]:
    """What has fired, each cause once."""
    return _folds(actor, actor.role, actor.user_id, version(), alerts_now(actor))


def log_page(actor: Actor, rule_id: int, page: int, moves: bool) -> tuple[list[LogEntry], bool]:
    """A page of the log of a rule, and whether older entries follow."""
    found = alert_log(workspace().store, actor, rule_id, limit=(page + 1) * PAGE + 1, moves=moves)
    return found[page * PAGE : (page + 1) * PAGE], len(found) > (page + 1) * PAGE


def parts(actor: Actor) -> dict[str, dict[str, str]]:
    """For each dimension of the warehouse what a rule may be narrowed to, with its name."""
    return insight_reader(actor).options


def parts_of(actor: Actor, figure: str, dimension: str) -> dict[str, str]:
    """What a rule may be narrowed to by one dimension, of the warehouse or of the plan."""
    if not of_plan(figure, dimension):
        return parts(actor).get(dimension, {})
    return {str(number): name for number, name in part_names(workspace().store, actor, dimension).items()}


def forget() -> None:
    """Read anew what an evaluation wrote without changing a state."""
    _alerts.clear()
    _folds.clear()


def version() -> str:
    """Names the state of what is read."""
    return f"{plan_version(workspace())} {workspace().store.version('alerts')}"


@st.cache_resource(max_entries=64, ttl=FRESH, show_spinner=False)
def _alerts(_actor: Actor, role: Role, person: int | None, version: str) -> tuple[AlertStanding, ...]:
    return tuple(list_alerts(workspace().store, _actor))


@st.cache_resource(max_entries=64, ttl=FRESH, show_spinner=False)
def _folds(
    _actor: Actor, role: Role, person: int | None, version: str, _alerts: tuple[AlertStanding, ...]
) -> tuple[Fold, ...]:
    return tuple(raised_folds(workspace(), _actor, _alerts))
