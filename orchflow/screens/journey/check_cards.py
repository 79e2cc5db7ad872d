"""What stands on the cards of the Checks screen: the levels of the flows, the list of checks, and one check."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from orchflow import format as fmt
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.checks.check import LEVELS
from orchflow.guidance.checks.exemptions import SOON_DAYS
from orchflow.guidance.checks.results import NOT_YET, CheckStanding, FlowLevel
from orchflow.guidance.checks.tied import guides_tied
from orchflow.planning.tables import ItemState
from orchflow.screens.addresses import address_of
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.home.home_cards import short_day
from orchflow.screens.journey import check_words, library_cards, library_data
from orchflow.screens.journey.checks_data import OneCheck, flow_names
from orchflow.screens.session import zone
from orchflow.store.field import in_words
from orchflow.ui.overview import Entry, Link, Tone, bullet, card, columns, entries, facts, said, shelves
from orchflow.ui.overview_pictures import Stretch, band

MISSING_SHOWN, HISTORY_SHOWN, SHOWN = 8, 6, 24
ITEM_TONES: Mapping[ItemState, Tone] = {
    ItemState.OPEN: "plain", ItemState.TICKED: "good", ItemState.NOT_APPLICABLE: "plain", ItemState.EXEMPT: "plain",
}  # fmt: skip


def address(key: str) -> str:
    """Where that check is explained."""
    return address_of("checks", {"check": key})


def levels_card(levels: Sequence[FlowLevel], standings: Sequence[CheckStanding], flows: Mapping[int, str]) -> str:  # fmt: skip
    """How far each flow is by its checks, and how many checks are in which state."""
    stretches = [
        Stretch(
            str(level.flow),
            flows[level.flow],
            level.settled / level.total,
            None,
            level.name,
            f"{len(level.missing)} left" if level.missing else "",
            "plain",
            address_of("checks", {"checks.flow": f"{level.flow} {flows[level.flow]}"}),
        )
        for level in levels
    ]
    count = {state: sum(check.state == state for check in standings) for state in check_words.SAID}
    exempt = sum(check.exempt_until is not None and check.state != "passed" for check in standings)
    values: list[tuple[str, str, Tone]] = [
        (str(count["passed"]), "passed", "good"),
        (str(count["failed"]), "failed", "bad" if count["failed"] else "plain"),
        (str(count["could_not_be_evaluated"]), "not evaluated", "plain"),
        (str(count["not_applicable"]), "do not apply", "plain"),
        (str(exempt), "exempt", "plain"),
        (str(sum(check.flapping for check in standings)), "flapping", "plain"),
    ]
    beside = f"{sum(level.settled for level in levels)} of {len(standings)} settled"
    return card("Levels of the flows", facts(values, even=True) + band(stretches), beside=beside)


def flows_cards(
    standings: Sequence[CheckStanding], levels: Sequence[FlowLevel], flows: Mapping[int, str], today: date
) -> str:
    """The checks in a card for each flow below each other, by level, those that want attention first."""
    by_flow = {level.flow: level for level in levels}
    told = [
        _flow(by_flow[flow], flows[flow], [check for check in standings if check.flow == flow], today)
        for flow in sorted({check.flow for check in standings})
    ]
    return shelves(*told)


def _flow(level: FlowLevel, name: str, checks: Sequence[CheckStanding], today: date) -> str:
    ordered = sorted(checks, key=lambda check: (check.level, check_words.ORDER[check.state]))
    lines = [_entry(check, today) for check in ordered]
    waits = [CHECKS[key].question for key in level.missing]
    following = LEVELS.get(level.level + 1, "")
    foot = f"{following} waits for: {' '.join(waits)}" if waits else check_words.holds(level)
    return card(
        f"{level.flow} · {name}",
        entries(lines, shown=SHOWN, nothing="", side=True),
        beside=f"{level.name} · {level.settled} of {level.total} settled",
        foot=foot,
    )


def _entry(check: CheckStanding, today: date) -> Entry:
    tone = check_words.tone(check)
    return Entry(
        check.question,
        f"{check.level_name} · {check_words.evidence(check)}",
        check_words.aside(check, today),
        tone,
        "bad" if check.flapping or _soon_over(check, today) else "plain",
        address(check.key),
    )


def _soon_over(check: CheckStanding, today: date) -> bool:
    """Whether it has to pass again before long."""
    return check.exempt_until is not None and (check.exempt_until - today).days <= SOON_DAYS


def one(check: CheckStanding, more: OneCheck, today: date, screens: Collection[str]) -> str:
    """One check: how it stands and how to mend it, then what it belongs to, and when it changed."""
    return columns(
        [_state(check, today), _belongs(check, more), _history(more)], [_mend(check, screens), _guides(check)]
    )


def _state(check: CheckStanding, today: date) -> str:
    lines = _seen(check)
    if check.value is not None and check.threshold is not None:
        value, aim = (fmt.value(each, check.unit, "") for each in (check.value, check.threshold))
        lines.append(
            bullet(
                check.value, check.threshold, check_words.TONES[check.state], words=f"{value} against {aim}"
            )
        )
    if check.flapping:
        lines.append(
            said("It changed its state three times in seven days: what it is about is not steady.", "bad")
        )
    if check.missing:
        missing = [Entry(name) for name in check.missing]
        title = fmt.quantity(len(missing), "thing") + " in the way"
        lines.append(said(title) + entries(missing, shown=MISSING_SHOWN, nothing="", marked=False))
    since = check.since
    when = f"since {short_day(since.astimezone(zone()).date(), today)}" if since else ""
    last = f"Evaluated {check_words.written_moment(check.evaluated_at)}" if check.evaluated_at else ""
    return card(check_words.SAID[check.state], "".join(lines), beside=when, foot=last)


def _seen(check: CheckStanding) -> list[str]:
    """What was seen, or why that could not be seen and what was seen before."""
    if not check.trouble or check.trouble == NOT_YET:
        words = check_words.evidence(check)
        return [said(words.partition("; missing: ")[0] if check.missing else words)]
    lines = [said(f"{check.trouble.rstrip('.')}.", "warn")]
    if check.last_state is not None:
        seen = check.withheld if check.words is None else check.words
        lines.append(
            said(f"Its last result is kept: {check_words.SAID[check.last_state.value].lower()}. {seen}")
        )
    return lines


def _mend(check: CheckStanding, screens: Collection[str]) -> str:
    lead = "To mend it" if check.state == "failed" else "Were it to fail"
    more = (
        Link(f"Open {BY_NAME[check.screen].title}", address_of(check.screen))
        if check.screen in screens
        else None
    )
    return card(lead, said(check.mend), beside=more or "")


def _guides(check: CheckStanding) -> str:
    guides = [
        Entry(
            guide.head.title,
            guide.head.intent,
            f"{guide.head.minutes} min",
            to=library_cards.address(guide.address),
        )
        for guide in guides_tied(CHECKS[check.key])
    ]
    return card("Guides", entries(guides, shown=4, nothing="", marked=False)) if guides else ""


def _belongs(check: CheckStanding, more: OneCheck) -> str:
    lines = [
        Entry(
            item.text,
            f"{item.flow_name} · {item.step_name}"
            + (" · opened by hand, the check leaves it so" if item.left_alone else ""),
            in_words(item.state.value),
            ITEM_TONES[item.state],
            to=_address_of_step(item.flow, item.step),
        )
        for item in more.items
    ]
    nothing = f"No item of a flow that was begun follows it. It belongs to flow {check.flow}, {flow_names()[check.flow]}."
    step = library_data.resolve(f"step:{check.flow}/{check.step}")
    return card(
        "Items that follow it",
        entries(lines, shown=6, nothing=nothing),
        beside=Link("Its step", step) if step else "",
    )


def _address_of_step(flow: str, step: str) -> str:
    return address_of("flow", {"flow": flow, "step": step}) if "flow" in BY_NAME else ""


def _history(more: OneCheck) -> str:
    lines = [
        Entry(
            check_words.SAID[change.now.value] if change.now else "Not evaluated",
            change.words,
            check_words.written_moment(change.at),
            check_words.TONES[change.now.value] if change.now else "plain",
        )
        for change in more.history
    ]
    return card(
        "When it changed", entries(lines, shown=HISTORY_SHOWN, nothing="Its state has not changed yet.")
    )
