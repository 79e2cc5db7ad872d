"""How far the flows are that were begun: counted from their checklists, as they are now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from orchflow.format import day, quantity
from orchflow.guidance.check_shares import passed_checks
from orchflow.guidance.completeness import (
    LEAST_OPINIONS,
    guided_steps,
    opinions_of_pages,
    pages_in_review,
)
from orchflow.guidance.counts import Counts, total
from orchflow.guidance.item_history import APPLIES, LEFT, REQUIRED, StepTrail
from orchflow.guidance.step_days import LEAST_STEPS, days_of_steps, percentiles
from orchflow.metrics.catalogue import plan_rows as behind
from orchflow.metrics.metric import GRAINS, Metric, Reading, share
from orchflow.people.permissions import Permission

if TYPE_CHECKING:
    from orchflow.guidance.progress import FlowProgress
    from orchflow.metrics.facts import Facts

NONE_BEGUN = "No flow was begun yet"
NOT_OF_TASKS = "checklists belong to flows; take it by flow"
UNDIVIDED = dict.fromkeys(("effort", "project", "sprint", "team"), NOT_OF_TASKS) | {
    "user": "people are told apart where their checklists are",
}

guidance = partial(
    Metric, owner="Delivery", permission=Permission.PLAN_VIEW, window="now", parts=("flow",), of_checklists=True,
    undivided=UNDIVIDED | {"grain": "it is counted as it is now"},
)  # fmt: skip
from_history = partial(guidance, grains=GRAINS, undivided=UNDIVIDED)


def _flows(facts: Facts) -> list[FlowProgress]:
    wanted = facts.plan.tasks.flow
    return [flow for flow in facts.begun_flows if wanted in (None, flow.number)]


def _counts(facts: Facts) -> Counts:
    return total(flow.counts for flow in _flows(facts))


def _past(facts: Facts) -> StepTrail:
    """How the steps of the flows that are asked for stood at the instant of the facts."""
    trail, wanted = facts.guidance.trail.until(facts.now).last(), facts.plan.tasks.flow
    if wanted is None:
        return trail
    return trail.of_flows([flow.id for flow in facts.begun_flows if flow.number == wanted])


def _completion(facts: Facts) -> Reading:
    if facts.looks_back:
        required, left, applies = (
            int(_past(facts).counts[:, kind].sum()) for kind in (REQUIRED, LEFT, APPLIES)
        )
        nothing_applies = 1.0 if required else None
        return Reading(share(applies - left, applies) if applies else nothing_applies, missing=NONE_BEGUN)
    counts = _counts(facts)
    applies = counts.items - counts.not_applicable
    return Reading(
        counts.share, f"{counts.ticked + counts.exempt:,} of {quantity(applies, 'item')}", NONE_BEGUN
    )


def _expected(facts: Facts) -> Reading:
    counts = _counts(facts)
    return Reading(counts.expected, f"{counts.due:,} of {quantity(counts.items, 'item')}", NONE_BEGUN)


def _begun(facts: Facts) -> Reading:
    if facts.looks_back:
        return _of_past(_past(facts), "begun")
    steps = [step for flow in _flows(facts) for step in flow.steps]
    return Reading(
        sum(step.counts.begun for step in steps) if steps else None, f"of {len(steps):,}", NONE_BEGUN
    )


def _of_past(trail: StepTrail, state: Literal["begun", "complete"]) -> Reading:
    return Reading(int(getattr(trail, state).sum()) if len(trail) else None, missing=NONE_BEGUN)


def _steps(facts: Facts) -> Reading:
    if facts.looks_back:
        return _of_past(_past(facts), "complete")
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
    flows = _flows(facts)
    open_flows = [flow for flow in flows if flow.counts.open]
    if not open_flows:
        complete = "Every flow that was begun is complete" if len(flows) > 1 else "It is complete"
        return Reading(None, missing=complete if flows else NONE_BEGUN)
    late = max(open_flows, key=lambda flow: flow.drift_days)
    return Reading(late.drift_days, late.name if late.drift_days else "in time")


def _checks_passed(facts: Facts) -> Reading:
    passed, counted = passed_checks(facts.ws.store, facts.today)
    return Reading(
        share(passed, counted), f"{passed:,} of {counted:,}", "No self-check that applies was evaluated yet"
    )


def _days(facts: Facts, kind: Literal["median", "high"], column: str) -> Reading:
    flow = facts.plan.tasks.flow
    steps = days_of_steps(facts.ws.store, facts.guidance.trail)
    told = percentiles(_of_flow(steps, flow)[column])
    missing = f"{quantity(told.count, 'step')} complete; told of {LEAST_STEPS} or more"
    return Reading(getattr(told, kind), f"of {quantity(told.count, 'step')}", missing)


def _of_flow(steps: Any, flow: int | None) -> Any:
    return steps if flow is None else steps[steps["flow"] == flow]


def _guided(facts: Facts, columns: tuple[str, ...]) -> Reading:
    steps = _of_flow(guided_steps(facts.ws.store, facts.actor, facts.today), facts.plan.tasks.flow)
    whole = (steps[list(columns)] > 0).all(axis=1)
    return Reading(
        share(int(whole.sum()), len(whole)),
        f"{int(whole.sum()):,} of {quantity(len(whole), 'step')}",
        "No steps",
    )


def _fresh(facts: Facts) -> Reading:
    fresh, pages = pages_in_review(facts.today, facts.plan.tasks.flow)
    return Reading(share(fresh, pages), f"{fresh:,} of {quantity(pages, 'page')}", "No pages")


def _useful(facts: Facts) -> Reading:
    useful, opinions = opinions_of_pages(facts.ws.store, facts.plan.tasks.flow)
    told = share(useful, opinions) if opinions >= LEAST_OPINIONS else None
    missing = f"Told of {LEAST_OPINIONS} opinions or more"
    return Reading(told, f"{useful:,} of {quantity(opinions, 'opinion')}", missing)


METRICS: tuple[Metric, ...] = (
    from_history(
        rows=behind.checklist_items, key="flow_completion", label="Flow completion", question="How far are the flows?", unit="percent", direction="up",
        read=_completion,
        definition="Required items of checklists that are ticked or exempt ÷ those that apply, of the flows that were begun. Of a day "
        "in the past as the history of the items had it at the end of the day.",
    ),
    guidance(
        rows=behind.checklist_items, key="flow_expected", label="Due by today", question="How far should the flows be?", unit="percent", direction="none",
        read=_expected,
        definition="Required items of checklists that are due by today ÷ all that are required, of the flows that were begun: what "
        "flow completion is held against.",
    ),
    from_history(
        rows=behind.checklist_items, key="steps_begun", label="Steps begun", question="How many steps were begun?", unit="count", direction="up", read=_begun,
        definition="Steps of the flows that were begun of which something is required and any of it is not open any more, or something "
        "optional is ticked; complete ones are among them.",
    ),
    from_history(
        rows=behind.steps_standing, key="flow_steps", label="Steps complete", question="How many steps are complete?", unit="count", direction="up",
        read=_steps,
        definition="Steps of the flows that were begun of which every required item is ticked, exempt or does not apply. By day it is the "
        "burn-up: as the history of the items had it at the end of each.",
    ),
    guidance(
        rows=behind.steps_standing, key="step_days_50", label="Days per step", question="How long does a step take?", unit="days", direction="down",
        read=partial(_days, kind="median", column="taken_days"),
        definition="Median of the working days of complete steps from the day on which the first of its items was settled to the day since "
        f"which it is complete, both included. Linear between two values; not told of fewer than {LEAST_STEPS} steps.",
    ),
    guidance(
        rows=behind.steps_standing, key="step_days_85", label="Days per step, P85", question="How long do the slow steps take?", unit="days", direction="down",
        read=partial(_days, kind="high", column="taken_days"),
        definition="The working days in which 85 % of the complete steps were complete, counted as days per step are. Linear between two "
        f"values; not told of fewer than {LEAST_STEPS} steps.",
    ),
    guidance(
        rows=behind.steps_standing, key="step_days_over", label="Days over plan", question="How much longer than planned does a step take?", unit="days",
        direction="down", read=partial(_days, kind="median", column="over_days"),
        definition="Median of the working days that complete steps took less those planned for them; below 0 where they took fewer. "
        f"Not told of fewer than {LEAST_STEPS} steps.",
    ),
    guidance(
        rows=behind.overdue_items, key="items_overdue", label="Items overdue", question="What is left undone?", unit="count", direction="down",
        read=_overdue,
        definition="Required items of checklists that are open and past their due day, and since when the earliest is.",
    ),
    guidance(
        rows=behind.overdue_items, key="flow_drift", label="Flow drift", question="How far are the flows behind?", unit="days", direction="down",
        read=_drift,
        definition="Working days since the earliest overdue item of the flow was due that is furthest behind; 0 where none is.",
    ),
    guidance(
        rows=behind.check_results, key="checks_passed", label="Checks passed", question="How much of what the flows ask for is so?", unit="percent",
        direction="up", read=_checks_passed, parts=(), undivided=guidance.keywords["undivided"] | {"flow": "each flow's level is told beside its checks"},
        definition="Self-checks that pass ÷ those that pass or fail, as they were last evaluated. Those that do not apply are not "
        "counted, nor those of which an exemption is in force.",
    ),
    guidance(
        no_rows="steps that ship and were not begun are in no dataset; those that were begun are in step_standings", key="guidance_complete", label="Steps guided", question="How complete is the guidance?", unit="percent", direction="up",
        read=partial(_guided, columns=("has_page", "has_checklist")),
        definition="Steps that have a page and a checklist ÷ all steps: those of the flows that were begun, and of those that ship.",
    ),
    guidance(
        no_rows="steps that ship and were not begun are in no dataset; those that were begun are in step_standings", key="steps_checked", label="Steps checked", question="How much of the way checks itself?", unit="percent", direction="up",
        read=partial(_guided, columns=("checks",)),
        definition="Steps of which a self-check ticks at least one item ÷ all steps, those counted as for steps guided.",
    ),
    guidance(
        no_rows="pages ship with the product; each says itself when it was last looked at", key="pages_fresh", label="Pages in review", question="Can the guides be relied on?", unit="percent", direction="up", read=_fresh,
        definition="Guides that were looked at within their review interval ÷ all guides; of a flow, those of its steps.",
    ),
    guidance(
        rows=behind.page_opinions, key="pages_useful", label="Pages useful", question="Do people find the guides useful?", unit="percent", direction="up", read=_useful,
        definition=f"Opinions that find a guide useful ÷ all opinions; each person has one of each guide. Not told of fewer than {LEAST_OPINIONS}.",
    ),
)  # fmt: skip
