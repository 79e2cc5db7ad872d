"""Checks of the data: are sources connected, fresh, whole and in line with the platform?"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from orchflow.config.sources import PlatformSettings
from orchflow.format import moment, percent, quantity
from orchflow.guidance.checks.check import Check, Mend, Outcome, all_of, failed, not_applicable, passed
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.ingest.cron import next_run
from orchflow.metrics.unconverted import every_unconverted
from orchflow.people.permissions import SYSTEM, Permission

NO_SOURCE = "No source is connected yet"
NO_PLATFORM = "No platform is connected yet"
NOTHING_LOADED = "Nothing has been loaded yet"
REJECTED_SHARE = 0.01
COMPARED_DAYS = 7
MINUTE = timedelta(minutes=1)

source = partial(Check, sees=Permission.SOURCES_VIEW)


def _connected(facts: CheckFacts) -> Outcome:
    platforms = _platforms(facts)
    loaded = [status for status in facts.sources if status.name in platforms and status.last_success_at]
    if not platforms:
        return failed(NO_PLATFORM)
    if not loaded:
        return failed(f"No load succeeded yet of {', '.join(platforms)}", platforms)
    newest = max(status.last_success_at for status in loaded if status.last_success_at)
    return passed(
        f"{', '.join(status.name for status in loaded)}, last loaded {moment(newest, facts.ws.zone)}"
    )


def _fresh(facts: CheckFacts) -> Outcome:
    scheduled = [status for status in facts.sources if status.schedule]
    late = [status.name for status in scheduled if _too_late(facts, status.name, status.last_success_at)]
    return all_of(
        len(scheduled), late, "source", "loaded within twice its schedule", "No source has a schedule"
    )


def _too_late(facts: CheckFacts, name: str, last: datetime | None) -> bool:
    """Whether the schedule asked for two loads since the last one that succeeded, and both are over."""
    if last is None:
        return True
    settings = facts.ws.settings.source(name)
    due = next_run(facts.ws, settings, after=last)
    again = next_run(facts.ws, settings, after=due + MINUTE) if due else None
    return again is not None and again < facts.now


def _complete(facts: CheckFacts) -> Outcome:
    loads = {load["source"]: load for load in facts.rows("check_loads") if load["rows_read"]}
    if not loads:
        return not_applicable(NOTHING_LOADED)
    shares = {name: load["rows_rejected"] / load["rows_read"] for name, load in loads.items()}
    worst = max(shares.values())
    bad = [name for name, share in shares.items() if share >= REJECTED_SHARE]
    rows = f"{sum(load['rows_rejected'] for load in loads.values()):,} of {sum(load['rows_read'] for load in loads.values()):,} rows"
    if bad:
        return failed(
            f"{rows} of the last loads were rejected, at most {percent(worst)} of a source: {', '.join(bad)}",
            bad,
            worst,
            REJECTED_SHARE,
        )
    return passed(f"{rows} of the last loads were rejected", worst, REJECTED_SHARE)


def _reconciled(facts: CheckFacts) -> Outcome:
    platforms = _platforms(facts)
    compared = {row["source"]: row for row in facts.rows("check_compared")}
    since = facts.before(COMPARED_DAYS)
    trouble = {status.name for status in facts.sources if status.reconcile_trouble}
    missing = []
    for name in platforms:
        last = compared.get(name)
        if last is None or last["finished_at"] < since or name in trouble:
            missing.append(f"{name} (not compared within {COMPARED_DAYS} days)")
        elif last["differing"]:
            missing.append(f"{name} ({quantity(last['differing'], 'row')} differed)")
    return all_of(len(platforms), missing, "source", "compared and alike", NO_PLATFORM)


def _converted(facts: CheckFacts) -> Outcome:
    lacking = every_unconverted(facts.ws, SYSTEM)
    if lacking:
        rows = sum(line.rows for line in lacking)
        return failed(
            f"{quantity(rows, 'row')} of usage lack a rate: {', '.join(line.currency for line in lacking)}",
            [line.currency for line in lacking],
            rows,
            0,
        )
    foreign = facts.rows("check_foreign")[0]["events"]
    if not foreign:
        return not_applicable(f"Every amount is in {facts.ws.currency}")
    return passed(f"{quantity(foreign, 'row')} of usage in other currencies, all with a rate", 0, 0)


def _platforms(facts: CheckFacts) -> list[str]:
    return [source.name for source in facts.ws.settings.sources if isinstance(source, PlatformSettings)]


CHECKS = (
    source(
        key="source-connected", question="Is a platform connected, and did a load of it succeed?",
        flow=1, step="initial-configuration", level=1, evaluate=_connected, follows=frozenset({"ingest"}),
        mend=Mend("Connect the platform, try the connection, and load it once.", "sources"),
    ),
    source(
        key="source-fresh", question="Did every source load within twice its schedule?",
        flow=6, step="monitoring", level=1, may_lack=True, evaluate=_fresh, follows=frozenset({"ingest"}),
        mend=Mend("Look at the source's last error, correct the connection, and load it again.", "sources"),
    ),
    source(
        key="source-complete", question="Were under 1 % of the rows of the last load rejected?",
        flow=6, step="monitoring", level=2, unit="percent", evaluate=_complete, follows=frozenset({"ingest"}),
        mend=Mend("Open the rejected rows, mend their reason, and try them again.", "sources"),
    ),
    source(
        key="source-reconciled",
        question="Was every source compared with the platform within 7 days, without a difference?",
        flow=4, step="pilot-evaluation", level=2, evaluate=_reconciled, follows=frozenset({"ingest"}),
        mend=Mend("Compare the source with the platform; what differed is corrected, and the next comparison shows it.", "sources"),
    ),
    Check(
        key="amounts-converted", question="Does every foreign amount have an exchange rate?",
        flow=6, step="monitoring", level=2, may_lack=True, evaluate=_converted, follows=frozenset({"usage", "exchange_rate"}),
        mend=Mend("Add a rate for each currency that is named, from its first day on.", "exchange_rates"),
    ),
)  # fmt: skip
