"""The register of the demo: what its story says is what comes out of figures, history and signals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from orchflow.demo.rows import rows
from orchflow.insights.risk import risk_report
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figures
from orchflow.people.permissions import SYSTEM
from orchflow.risks.history import standings
from tests.metrics.facts import asked

from .conftest import NOW
from .test_plan import Filled

TRUTH: dict[str, Any] = rows("risks/truth.yaml")
FACTS = {"filters": Filters(NOW.date(), NOW.date()), "now": NOW}


def test_the_figures_are_what_was_written(filled: Filled) -> None:
    ws, _ = filled
    keys = {
        "open_risks": "open",
        "high_risks": "high",
        "risks_prevented": "prevented",
        "unowned_risks": "unowned",
        "open_incidents": "open_incidents",
    }
    told = figures(asked(ws, **FACTS), list(keys), trends=False)
    assert {keys[figure.key]: figure.value for figure in told} == {name: TRUTH[name] for name in keys.values()}  # fmt: skip


def test_reviews_are_overdue_where_nobody_looked_again(filled: Filled) -> None:
    ws, _ = filled
    report = risk_report(asked(ws, **FACTS))
    assert sorted(report.overdue["title"]) == sorted(TRUTH["overdue"])
    assert len(report.incidents) == TRUTH["incidents"]


def test_the_history_knows_how_many_were_high(filled: Filled) -> None:
    ws, _ = filled
    ends = [
        datetime.combine(NOW.date() - timedelta(days=180 - day), NOW.timetz()) for day in TRUTH["high_on_day"]
    ]
    with ws.store.read() as session:
        stood = standings(session, ends)
    assert [each.high for each in stood if each] == list(TRUTH["high_on_day"].values())


def test_what_no_source_tells_is_unknown_and_an_overdue_review_raises(filled: Filled) -> None:
    ws, _ = filled
    shown = {risk.row.title: risk for risk in risk_report(asked(ws, **FACTS)).risks}
    raised = shown["Adjusters stop reading what agents write"]
    assert (raised.residual, raised.shown) == ((4, 4), (5, 4))
    for title in (
        "Personal data leaves the house in a prompt",
        "A confidential file goes to a model outside",
    ):
        risk = shown[title]
        assert risk.signal is not None
        assert (risk.signal.state, risk.shown) == ("unknown", risk.residual)


def test_every_incident_is_of_a_risk_and_on_a_day_on_which_something_failed(filled: Filled) -> None:
    ws, _ = filled
    incidents = asked(ws, actor=SYSTEM, **FACTS).risks.incidents
    assert all(incident.risk_id and incident.resolved_at for incident in incidents)
