"""Live signals: what the workspace measures of a risk. While one is breached, the likelihood that is shown is one higher."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from orchflow import format as fmt
from orchflow.metrics.filters import window_of
from orchflow.metrics.metric import Number
from orchflow.metrics.spending.anomaly_scopes import WORKSPACE
from orchflow.people.small_groups import WITHHELD
from orchflow.risks.risks import RiskRow
from orchflow.risks.scores import MOST, residual
from orchflow.risks.tables import Signal

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

UNATTRIBUTED_LIMIT: Final = 0.05
"""The share of model cost that may name no agent, where the workspace keeps no target for it."""
NOT_RECORDED = "Not recorded: no source tells of {}"


@dataclass(frozen=True)
class SignalState:
    """How a signal stands and why; `unknown` is never taken for calm."""

    state: Literal["breached", "calm", "unknown"] = "unknown"
    reason: str = ""

    @property
    def breached(self) -> bool:
        """Whether it raises what is shown."""
        return self.state == "breached"


def shown_residual(risk: RiskRow, state: SignalState | None) -> tuple[int, int]:
    """Likelihood and impact left, as they are shown: the likelihood one higher, at most 5, while the signal is breached."""
    likelihood, impact = residual(risk)
    return (
        (min(likelihood + 1, MOST), impact) if state is not None and state.breached else (likelihood, impact)
    )


def signal_states(facts: Facts, risks: Iterable[RiskRow]) -> dict[int, SignalState]:
    """How the signals of these risks stand over the last 28 days, as far as they are told to the reader of the facts."""
    lately = facts.over(window_of("28 days", facts.today))
    return {risk.id: _READ[risk.signal](lately, risk) for risk in risks if risk.signal is not None}


def above(
    what: str, value: Number | None, limit: Number, missing: str, words: Callable[[Number], str]
) -> SignalState:
    """Breached where a value is above its limit; unknown, with the reason, where there is none."""
    if value is None:
        return SignalState("unknown", missing)
    if value > limit:
        return SignalState("breached", f"{what} {words(value)} is above {words(limit)}")
    return SignalState("calm", f"{what} {words(value)}, at most {words(limit)}")


def _percent(value: Number) -> str:
    return fmt.precise(float(value), "percent", "")


def _error_rate(facts: Facts, risk: RiskRow) -> SignalState:
    limit, least = facts.targets.error_rate, facts.targets.production_min_runs
    figures = _figures(facts, risk, ("error_rate", "runs"))
    (rate, missing), (runs, _) = figures["error_rate"], figures["runs"]
    what = "Error rate of 28 days"
    if rate is not None and runs is not None and runs < least:
        return SignalState("unknown", f"{fmt.quantity(int(runs), 'run')} in 28 days: judged from {least} on")
    return above(what, rate, limit, missing, _percent)


def _figures(facts: Facts, risk: RiskRow, keys: tuple[str, ...]) -> Mapping[str, tuple[Number | None, str]]:
    """Each figure of the risk's agent, or of the whole; and why it has no value."""
    from orchflow.metrics.read import figures  # the catalogue is made of figures that are read so

    told = figures(facts.of_agent(risk.agent) if risk.agent else facts, keys, trends=False)
    return {figure.key: (figure.value, figure.missing or "Nothing is known of these days") for figure in told}


def _spend_anomaly(facts: Facts, risk: RiskRow) -> SignalState:
    found = facts.spending.anomalies
    if found.missing:
        return SignalState("unknown", found.missing)
    dimension, value = ("agent", risk.agent) if risk.agent else (WORKSPACE, None)
    days, _ = found.days.get(dimension, (None, None))
    if risk.agent and (days is None or risk.agent not in days.keys):
        return SignalState(
            "unknown", "Its cost cannot be judged: fewer than four weeks of it are known or told"
        )
    for fold in found.open:
        for episode in fold.episodes:
            worst = episode.worst
            if worst.excess > 0 and (not risk.agent or (worst.dimension, worst.value) == (dimension, value)):
                return SignalState("breached", f"Cost out of the ordinary on {fmt.day(worst.day)}, not explained")  # fmt: skip
    return SignalState("calm", "Nothing out of the ordinary in 28 days that nobody has explained")


def _overdue_review(facts: Facts, risk: RiskRow) -> SignalState:
    if risk.next_review is None:
        return SignalState("unknown", "No day is set for its next review")
    if risk.next_review < facts.today:
        late = fmt.quantity((facts.today - risk.next_review).days, "day")
        return SignalState("breached", f"Its review is {late} overdue")
    return SignalState("calm", f"To be reviewed by {fmt.day(risk.next_review)}")


def _unattributed_spend(facts: Facts, _: RiskRow) -> SignalState:
    from orchflow.metrics.read import figure  # as above

    told = figure(facts, "unattributed_share")
    limit = UNATTRIBUTED_LIMIT if told.target is None else told.target
    return above("Model cost without an agent in 28 days", told.value, limit, told.missing or WITHHELD, _percent)  # fmt: skip


def _never_recorded(what: str) -> Callable[[Facts, RiskRow], SignalState]:
    return lambda facts, risk: SignalState("unknown", NOT_RECORDED.format(what))


_READ: Mapping[Signal, Callable[[Facts, RiskRow], SignalState]] = {
    Signal.ERROR_RATE: _error_rate,
    Signal.SPEND_ANOMALY: _spend_anomaly,
    Signal.PII_DETECTED: _never_recorded("calls with personal data in them"),
    Signal.SOVEREIGN_BREACH: _never_recorded("calls that leave sovereign mode"),
    Signal.OVERDUE_REVIEW: _overdue_review,
    Signal.UNATTRIBUTED_SPEND: _unattributed_spend,
}
