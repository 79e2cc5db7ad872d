"""What could go wrong, as the register has it now, and what did."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from orchflow.format import day, quantity
from orchflow.metrics.metric import Metric, Reading, RowsBehind, share
from orchflow.risks.incidents import began
from orchflow.risks.scores import HIGH
from orchflow.risks.tables import AiActClass, NistFunction, Outcome, RiskStatus

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NO_RISKS = "No risk is in the register yet: add one on Risk"
NO_INCIDENTS = "No incident was written down"
LIKE_FOR_LIKE = 5
"""Of the weeks told, the place from the end of the one that was 28 days ago."""

risk = partial(
    Metric, owner="Risk", window="now", written=True, filtered_by=("agent",),
    undivided={"grain": "it is counted as it is now; the trend on Risk tells the days"},
)  # fmt: skip


def _behind(
    dataset: str, chosen: Callable[[Facts], Iterable[Any]]
) -> Callable[[Facts], tuple[RowsBehind, ...]]:
    def rows(facts: Facts) -> tuple[RowsBehind, ...]:
        return (RowsBehind(dataset, {"id": tuple(str(row.id) for row in chosen(facts)) or ("0",)}),)

    return rows


def _counted(facts: Facts, rows: list[Any], note: str = "") -> Reading:
    return Reading(len(rows) if facts.risks.risks else None, note, NO_RISKS)


def _over_time(facts: Facts, rows: list[Any], of: str, note: str) -> Reading:
    """A count of now, set against 28 days ago, with how it went; of the whole register only, whose history it is."""
    if facts.filters.agents or not facts.risks.risks:
        return _counted(facts, rows, note)
    told = [getattr(week, of) if week else None for week in facts.risks.weeks]
    before = told[-LIKE_FOR_LIKE]
    then = "" if before is None else f"; 28 days ago {before:,}"
    spark = tuple(float(count) for count in told if count is not None)
    return Reading(len(rows), note + then, previous=before, spark=spark)


def _open(facts: Facts) -> Reading:
    treated = sum(risk.status is RiskStatus.IN_TREATMENT for risk in facts.risks.open)
    return _over_time(facts, facts.risks.open, "open", f"{treated:,} in treatment")


def _high(facts: Facts) -> Reading:
    return _over_time(facts, facts.risks.high, "high", f"of {quantity(len(facts.risks.open), 'open risk')}")


def _raised(facts: Facts) -> Reading:
    tied, unknown = facts.risks.signals, [s for s in facts.risks.signals.values() if s.state == "unknown"]
    if not tied:
        return Reading(None, missing="No open risk has a live signal" if facts.risks.risks else NO_RISKS)
    if len(unknown) == len(tied):
        told = "The one signal" if len(tied) == 1 else f"None of {len(tied):,} signals"
        return Reading(None, missing=f"{told} {'cannot' if len(tied) == 1 else 'can'} be told")
    untold = f", {len(unknown):,} cannot be told" if unknown else ""
    return Reading(len(facts.risks.raised), f"of {quantity(len(tied), 'signal')}{untold}")


def _overdue(facts: Facts) -> Reading:
    late = facts.risks.overdue
    return _counted(facts, late, f"since {day(late[0].next_review)}" if late else "all in time")


def _unowned(facts: Facts) -> list[Any]:
    return [row for row in facts.risks.open if row.owner_id is None]


def _classified(facts: Facts) -> list[Any]:
    return [row for row in facts.risks.open if row.ai_act_class is not AiActClass.NOT_CLASSIFIED]


def _share_of_open(facts: Facts, part: list[Any]) -> Reading:
    whole = len(facts.risks.open)
    missing = "No risk is open" if facts.risks.risks else NO_RISKS
    return Reading(share(len(part), whole), f"{len(part):,} of {whole:,}", missing)


def _functions(facts: Facts) -> Reading:
    covered = {row.nist_function for row in facts.risks.open if row.nist_function}
    lacking = [each.value for each in NistFunction if each not in covered]
    note = f"none of {', '.join(lacking)}" if lacking else "all four"
    return Reading(share(len(covered), len(NistFunction)) if facts.risks.risks else None, note, NO_RISKS)


def _prevented(facts: Facts) -> list[Any]:
    occurred = {incident.risk_id for incident in facts.risks.incidents}
    return [row for row in facts.risks.risks if row.outcome is Outcome.PREVENTED and row.id not in occurred]


def _open_incidents(facts: Facts) -> Reading:
    going = facts.risks.open_incidents
    if not facts.risks.incidents:
        return Reading(None, missing=NO_INCIDENTS)
    return Reading(
        len(going), f"since {day(going[0].day)}" if going else f"of {len(facts.risks.incidents):,}"
    )


def _resolved(facts: Facts) -> list[Any]:
    return [incident for incident in facts.risks.incidents if incident.resolved_at]


def _days_to_resolve(facts: Facts) -> Reading:
    zone = facts.ws.zone
    took = [(row.resolved_at - began(row, zone)).total_seconds() / 86_400 for row in _resolved(facts)]
    missing = "No incident is over yet" if facts.risks.incidents else NO_INCIDENTS
    return Reading(sum(took) / len(took) if took else None, f"of {quantity(len(took), 'incident')}", missing)


METRICS: tuple[Metric, ...] = (
    risk(
        key="open_risks", label="Open risks", question="How much could go wrong?", unit="count", direction="down", read=_open,
        rows=_behind("risks", lambda facts: facts.risks.open),
        definition="Risks of the register that are not closed, now; held against 28 days ago, as the history of the register has it.",
    ),
    risk(
        key="high_risks", label="High risks", question="How much of it threatens us?", unit="count", direction="down", read=_high,
        rows=_behind("risks", lambda facts: facts.risks.high),
        definition=f"Open risks whose residual likelihood times residual impact is {HIGH} or more, as they were assessed: what a live "
        "signal raises for now is told apart. A risk whose controls nobody has assessed counts as it is before controls.",
    ),
    risk(
        key="risks_raised", label="Raised by a signal", question="Which risks does the data speak of now?", unit="count", direction="down", read=_raised,
        written=False, covers=("run_lines", "usage_lines"), rows=_behind("risks", lambda facts: facts.risks.raised),
        definition="Open risks whose live signal is breached now: error rate of 28 days above its target, cost out of the ordinary that "
        "nobody has explained, the share of model cost without an agent above its target (5 % without one), or an overdue review. "
        "What no source delivers, and what is not told to its reader, is not known and never calm.",
    ),
    risk(
        key="overdue_reviews", label="Reviews overdue", question="Are risks looked at in time?", unit="count", direction="down", read=_overdue,
        rows=_behind("risks", lambda facts: facts.risks.overdue),
        definition="Open risks whose day of the next review is over, and since when the earliest is.",
    ),
    risk(
        key="unowned_risks", label="Risks without an owner", question="Which risk does nobody answer for?", unit="count", direction="down",
        read=lambda facts: _counted(facts, _unowned(facts)), rows=_behind("risks", _unowned),
        definition="Open risks that name no owner.",
    ),
    risk(
        key="risks_classified", label="Classified under the AI Act", question="Is it known which duties hold?", unit="percent", direction="up",
        read=lambda facts: _share_of_open(facts, _classified(facts)), rows=_behind("risks", _classified),
        definition="Open risks that have a class of Regulation (EU) 2024/1689 ÷ open risks. The class is the workspace's own reading: "
        "verify it with counsel.",
    ),
    risk(
        key="nist_covered", label="NIST functions covered", question="Is anything of risk management left out?", unit="percent", direction="up",
        read=_functions, rows=_behind("risks", lambda facts: [row for row in facts.risks.open if row.nist_function]),
        definition="Of the four functions of NIST's AI RMF 1.0 (govern, map, measure, manage) the share to which the treatment of at least "
        "one open risk belongs.",
    ),
    risk(
        key="risks_prevented", label="Risks prevented", question="What did not happen?", unit="count", direction="up",
        read=lambda facts: _counted(facts, _prevented(facts)), rows=_behind("risks", _prevented),
        definition="Risks that were closed as prevented, so before they occurred, and of which there is no incident.",
    ),
    risk(
        key="open_incidents", label="Open incidents", question="What goes wrong now?", unit="count", direction="down", read=_open_incidents,
        rows=_behind("incidents", lambda facts: facts.risks.open_incidents),
        definition="Incidents that are not resolved, and since when the earliest is.",
    ),
    risk(
        key="days_to_resolve", label="Days to resolve", question="How long does trouble last?", unit="days", direction="down", read=_days_to_resolve,
        rows=_behind("incidents", _resolved),
        definition="Mean time from the hour in which an incident began to its end, of all that are resolved, in days of 24 hours; one whose "
        "hour is not told counts from the first of its day.",
    ),
)  # fmt: skip
