"""How a check stands, in a few words and a colour: the same in its list, on its page and beside a campaign."""

from __future__ import annotations

from datetime import date, datetime

from orchflow import format as fmt
from orchflow.guidance.checks.check import LEVELS
from orchflow.guidance.checks.results import NOT_YET, CheckStanding, FlowLevel, ShownState
from orchflow.screens.home.home_cards import short_day
from orchflow.screens.session import zone
from orchflow.ui.overview import Tone

SAID: dict[ShownState, str] = {
    "passed": "Passed", "failed": "Failed", "not_applicable": "Does not apply", "could_not_be_evaluated": "Not evaluated",
}  # fmt: skip
TONES: dict[ShownState, Tone] = {
    "failed": "bad", "could_not_be_evaluated": "warn", "passed": "good", "not_applicable": "plain",
}  # fmt: skip
ORDER: dict[ShownState, int] = {
    "failed": 0, "could_not_be_evaluated": 1, "passed": 2, "not_applicable": 3,
}  # fmt: skip


def tone(check: CheckStanding) -> Tone:
    """Its colour: one that is exempt is nobody's fault."""
    return "plain" if check.exempt_until and check.state != "passed" else TONES[check.state]


def evidence(check: CheckStanding) -> str:
    """What was seen, or why that is not told, or why it could not be seen, with the last result."""
    if check.trouble == NOT_YET:
        return "Not evaluated yet"
    if check.trouble:
        last = SAID[check.last_state.value].lower() if check.last_state else ""
        return f"{check.trouble.rstrip('.')}." + (f" Before: {last}." if last else "")
    return check.withheld if check.words is None else check.words


def aside(check: CheckStanding, today: date) -> str:
    """What is to know beside the state: that it is exempt, that it flaps, or since when it fails."""
    if check.exempt_until and check.state != "passed":
        return f"exempt until {check.exempt_until.day} {check.exempt_until:%b}"
    if check.flapping:
        return "flapping"
    if check.since is None or check.state in ("passed", "not_applicable"):
        return ""
    return f"since {short_day(check.since.astimezone(zone()).date(), today)}"


def holds(level: FlowLevel) -> str:
    """What is left for the next level, in words; "" for the highest."""
    following = LEVELS.get(level.level + 1)
    if following is None:
        return ""
    if not level.missing:
        return f"{following}: no check of it passes yet"
    return f"{fmt.quantity(len(level.missing), 'check')} left for {following}"


def days_to(day: date, today: date) -> str:
    """How far a day is away."""
    left = (day - today).days
    if left < 0:
        return f"{fmt.quantity(-left, 'day')} over"
    return "last day" if left == 0 else f"{fmt.quantity(left, 'day')} left"


def written_moment(at: datetime | None) -> str:
    """An instant in the workspace's zone; a dash for none."""
    return fmt.moment(at, zone())
