"""What agents bring: by the grade of the evidence, by kind, against what all of it costs, with the work of checking as a cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from orchflow.metrics.catalogue.all_costs import of_all_parts
from orchflow.metrics.metric import Dimension, Direction, Metric

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

EVIDENT = ("measured", "verified")
NO_EVIDENCE = "No benefit of this period is measured or verified"
NO_COST = "No cost of this period is known: load usage, or add entries on Costs"
NOTHING_SPENT = "Nothing was spent in this period, so the value is no part of anything"
OF_RUNS = (
    "Hours saved are the completed runs of the agent times the minutes that one saves, the loaded rate and the recapture, each as it "
    "is assumed on the day; amounts of a month or a year are spread over their days. Of benefits of one agent and kind on one day only "
    "the one with the strongest evidence counts."
)


def _only(condition: str, bound: str = "likely") -> tuple[Dimension, str]:
    return "agent", f"bound = '{bound}' and {condition}"


benefit = partial(
    Metric, base="benefit_lines", owner="Finance", unit="money", direction="up", recorded=True, of_people="of_runs",
    formula="sum(worth)", missing=NO_EVIDENCE,
)  # fmt: skip


def without_value(facts: Facts) -> str:
    """What value and cost lack to be set against each other."""
    from orchflow.metrics.read import lines  # which reads every figure

    [told] = lines(facts, ("agent_value", "total_cost")) or [{"agent_value": None}]
    if told["agent_value"] is None:
        return NO_EVIDENCE
    return NO_COST if told["total_cost"] is None else NOTHING_SPENT


net = partial(
    Metric,
    owner="Finance",
    direction="up",
    besides=of_all_parts,
    missing=NO_EVIDENCE,
    without_value=without_value,
)
HEADLINE = f"grade in {EVIDENT}"
EVIDENCE = {"grade": EVIDENT}


def _of_grade(grade: str, what: str, direction: Direction) -> Metric:
    return benefit(
        key=f"value_{grade}", label=f"Value, {grade}", question=f"What is {grade} of what agents bring?",
        only=_only(f"grade = '{grade}'"), rows_where={"grade": (grade,)}, missing=f"No benefit of this period is {grade}",
        direction=direction, definition=f"Value of benefits that are {grade}: {what} {OF_RUNS}",
    )  # fmt: skip


def _of_kind(key: str, kind: str, label: str, question: str, what: str) -> Metric:
    return benefit(
        key=key, label=label, question=question, only=_only(f"{HEADLINE} and kind = '{kind}'"),
        rows_where={**EVIDENCE, "kind": (kind,)}, missing=f"No {kind.replace('_', ' ')} of this period is measured or verified",
        definition=f"{what} Only what is measured or verified is in it.",
    )  # fmt: skip


METRICS = (
    benefit(
        key="agent_value", label="Value", question="What do our agents bring?", only=_only(HEADLINE), rows_where=EVIDENCE,
        definition=f"Value of benefits that are measured or verified. {OF_RUNS} What is only declared or modelled is not in it.",
    ),
    benefit(
        key="value_low", label="Value, at least", question="What do our agents bring at the least?", only=_only(HEADLINE, "low"),
        rows_where=EVIDENCE, definition="As the value, with the low value of every benefit and assumption that has one.",
    ),
    benefit(
        key="value_high", label="Value, at most", question="What do our agents bring at the most?", only=_only(HEADLINE, "high"),
        rows_where=EVIDENCE, definition="As the value, with the high value of every benefit and assumption that has one.",
    ),
    _of_grade("verified", "somebody else than the owner approved it.", "up"),
    _of_grade("measured", "the owner measured it, and nobody has verified it yet.", "up"),
    _of_grade("modelled", "it was computed from assumptions, so it is in no headline.", "none"),
    _of_grade("declared", "somebody says so, so it is in no headline.", "none"),
    benefit(
        key="gross_value", label="Gross value", question="What would it be worth if all saved time were used?", direction="none",
        formula="sum(gross)", only=_only("grade is not null"), missing="No benefit counts in this period",
        definition="Value of all benefits, whatever their evidence, with all of the saved time: before recapture.",
    ),
    _of_kind("capacity_value", "hours_saved", "Capacity", "What is the saved time worth?",
             "Value of hours saved, after recapture. It is capacity, and no cash until fewer hours are paid or more work is done."),
    _of_kind("avoided_value", "cost_avoided", "Cost avoided", "What is no longer paid?", "Amounts of cost that is avoided."),
    _of_kind("revenue_value", "revenue", "Revenue", "What is earned beyond before?", "Amounts of additional revenue."),
    _of_kind("quality_value", "quality", "Quality", "What is better work worth?", "Amounts of better quality: fewer errors, complaints, repeats."),
    benefit(
        key="checking_cost", label="Cost of checking", question="What does it cost to check what agents do?", direction="down",
        only=_only("kind = 'checking'"), rows_in="assumptions", rows_where={"kind": ("checking_minutes", "loaded_rate")},
        missing="No checking minutes and loaded rate are assumed: add them on Value",
        definition="Completed runs times the minutes that checking one takes, times the loaded rate, each as it is assumed on the day.",
    ),
    benefit(
        key="checked_value", label="Value after checking", question="What is left of the value after checking what agents do?",
        formula="sum(if(kind = 'checking', -worth, worth))", only=_only(f"({HEADLINE} or kind = 'checking')"), rows_where=EVIDENCE,
        definition="Value (measured and verified) less the cost of checking.",
    ),
    net(
        key="net_value", label="Net value", unit="money", question="What is left of the value after all cost?",
        formula="case when {agent_value} is not null then {checked_value} - {total_cost} end",
        definition="Value (measured and verified) less the total cost and the cost of checking.",
    ),
    net(
        key="roi", label="ROI", unit="percent", question="What do we gain for what we spend?",
        formula="({checked_value} - {total_cost}) / nullif({total_cost} + {agent_value} - {checked_value}, 0)",
        definition="Value (measured and verified) less all cost, as a part of all cost: the total cost and the cost of checking. 0 % is where "
        "both are the same. Over one period, without discounting.",
    ),
)  # fmt: skip
