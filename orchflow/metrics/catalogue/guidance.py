"""How far the flows are that were begun: counted from their checklists, as they are now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.format import day, quantity
from orchflow.guidance.check_shares import passed_checks
from orchflow.guidance.progress import Counts, total
from orchflow.metrics.metric import Metric, Reading, share
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.guidance.progress import FlowProgress
    from orchflow.metrics.facts import Facts

NONE_BEGUN = "No flow was begun yet"
NOT_OF_TASKS = "checklists belong to flows; take it by flow"

guidance = partial(
    Metric, owner="Delivery", permission=Permission.PLAN_VIEW, window="now", parts=("flow",),
    undivided=dict.fromkeys(("effort", "project", "sprint", "team"), NOT_OF_TASKS)
    | {"user": "people are told apart where their checklists are", "grain": "it is counted as it is now"},
)  # fmt: skip


def _flows(facts: Facts) -> list[FlowProgress]:
    wanted = facts.plan.tasks.flow
    return [flow for flow in facts.begun_flows if wanted in (None, flow.number)]


def _counts(facts: Facts) -> Counts:
    return total(flow.counts for flow in _flows(facts))


def _completion(facts: Facts) -> Reading:
    counts = _counts(facts)
    applies = counts.items - counts.not_applicable
    return Reading(
        counts.share, f"{counts.ticked + counts.exempt:,} of {quantity(applies, 'item')}", NONE_BEGUN
    )


def _steps(facts: Facts) -> Reading:
    flows = _flows(facts)
    if not flows:
        return Reading(None, missing=NONE_BEGUN)
    return Reading(
        sum(flow.steps_complete for flow in flows), f"of {sum(len(flow.steps) for flow in flows):,}"
    )


def _overdue(facts: Facts) -> Reading:
    counts = _counts(facts)
    if not counts.items:
        return Reading(None, missing=NONE_BEGUN)
    since = f"since {day(counts.next_due)}" if counts.overdue and counts.next_due else ""
    return Reading(counts.overdue, since)


def _drift(facts: Facts) -> Reading:
    open_flows = [flow for flow in _flows(facts) if flow.counts.open]
    if not open_flows:
        missing = "Every flow that was begun is complete" if _flows(facts) else NONE_BEGUN
        return Reading(None, missing=missing)
    late = max(open_flows, key=lambda flow: flow.drift_days)
    return Reading(late.drift_days, late.name if late.drift_days else "in time")


def _checks_passed(facts: Facts) -> Reading:
    passed, counted = passed_checks(facts.ws.store, facts.today)
    return Reading(
        share(passed, counted), f"{passed:,} of {counted:,}", "No self-check that applies was evaluated yet"
    )


METRICS: tuple[Metric, ...] = (
    guidance(
        key="flow_completion", label="Flow completion", question="How far are the flows?", unit="percent", direction="up",
        read=_completion,
        definition="Required items of checklists that are ticked or exempt ÷ those that apply, of the flows that were begun.",
    ),
    guidance(
        key="flow_steps", label="Steps complete", question="How many steps are complete?", unit="count", direction="up",
        read=_steps,
        definition="Steps of the flows that were begun of which every required item is ticked, exempt or does not apply.",
    ),
    guidance(
        key="items_overdue", label="Items overdue", question="What is left undone?", unit="count", direction="down",
        read=_overdue,
        definition="Required items of checklists that are open and past their due day, and since when the earliest is.",
    ),
    guidance(
        key="flow_drift", label="Flow drift", question="How far are the flows behind?", unit="days", direction="down",
        read=_drift,
        definition="Working days since the earliest overdue item of the flow was due that is furthest behind; 0 where none is.",
    ),
    guidance(
        key="checks_passed", label="Checks passed", question="How much of what the flows ask for is so?", unit="percent",
        direction="up", read=_checks_passed, parts=(), undivided=guidance.keywords["undivided"] | {"flow": "each flow's level is told beside its checks"},
        definition="Self-checks that pass ÷ those that pass or fail, as they were last evaluated. Those that do not apply are not "
        "counted, nor those of which an exemption is in force.",
    ),
)  # fmt: skip
