"""The cards of the Alerts screen: one alert with its arithmetic, and the lists of those that want nothing."""

from __future__ import annotations

from collections.abc import Sequence

from orchflow.alerts.standings import AlertStanding
from orchflow.screens.addresses import address_of
from orchflow.screens.insights import alert_words as words
from orchflow.ui.overview import Entry, Link, Tone, bullet, card, entries, facts, said, shelves

SHOWN = 12


def address(standing: AlertStanding) -> str:
    """Where its rule is explained."""
    return address_of("alerts", {"rule": str(standing.rule.id)})


def strip(standings: Sequence[AlertStanding]) -> str:
    """How many alerts are in which state."""
    count = {state: sum(each.state == state for each in standings) for state in words.SAID}
    values: list[tuple[str, str, Tone]] = [
        (str(count["fired"]), "fired", "bad" if count["fired"] else "plain"),
        (str(count["acknowledged"]), "acknowledged", "plain"),
        (str(count["back_to_normal"]), "back to normal", "plain"),
        (str(count["armed"]), "armed", "good" if count["armed"] else "plain"),
        (str(count["no_data"] + count["not_evaluated"]), "no data", "plain"),
        (str(count["paused"]), "paused", "plain"),
    ]
    rules = len({each.rule.id for each in standings})
    return card(
        "How the rules stand", facts(values, even=True), beside=f"{rules} {'rule' if rules == 1 else 'rules'}"
    )


def alert_card(standing: AlertStanding, *, linked: bool = True) -> str:
    """One alert that fired: the arithmetic, value against limit, since when and whose it is."""
    tone = words.TONES[standing.state]
    body = said(standing.words.rstrip(".") + ".")
    if standing.value is not None and standing.expected is not None:
        body += bullet(
            float(standing.value), float(standing.expected), tone, words=words.value_words(standing)
        )
    if standing.rule.note:
        body += said(f"What to do: {standing.rule.note}")
    if standing.reason:
        body += said(f"{standing.answered_by or 'The operator'}: {standing.reason}")
    told = [
        f"{words.SAID[standing.state]} {words.when(standing.since)}",
        f"fired {words.when(standing.fired_at)}" if standing.state != "fired" and standing.fired_at else "",
        "flapping: it fired three times in seven days" if standing.flapping else "",
        f"found {words.FEEDBACK[standing.feedback].lower()}" if standing.feedback else "",
    ]
    beside = " · ".join(filter(None, told))
    foot = f"{standing.owner or 'Nobody'} owns it · evaluated {words.when(standing.evaluated_at)}"
    rule = Link("Rule and log", address(standing)) if linked else None
    return card(standing.title, body, beside=beside, foot=foot, more=rule, bare=True)


def more(standings: Sequence[AlertStanding]) -> str:
    """Alerts that fired and are answered on the pages of their rules."""
    return _list("Fired as well", standings, "")


def lists(standings: Sequence[AlertStanding], *, told: bool = True) -> str:
    """Those that want nothing: not fired, with value against limit (`told` even where there are none); without data; paused."""
    quiet = [each for each in standings if each.state in ("back_to_normal", "armed")]
    unknown = [each for each in standings if each.state in ("no_data", "not_evaluated", "withheld")]
    paused = [each for each in standings if each.state == "paused"]
    nothing = "Every rule has fired, waits for data or is paused."
    return shelves(
        _list("Not fired", quiet, nothing, together=told) if quiet or told else "",
        _list("No data", unknown, "") if unknown else "",
        _list("Paused", paused, "") if paused else "",
    )


def _list(title: str, standings: Sequence[AlertStanding], nothing: str, *, together: bool = False) -> str:
    """A card of a line for each; or, `together`, for each rule, of which the scope nearest to its limit is told."""
    by_rule: dict[int, list[AlertStanding]] = {}
    for standing in standings:
        by_rule.setdefault(standing.rule.id, []).append(standing)
    lines = (
        [_entry(max(own, key=_nearness), len(own)) for own in by_rule.values()]
        if together
        else [_entry(each) for each in standings]
    )
    return card(title, entries(lines, shown=SHOWN, nothing=nothing), beside=str(len(standings)))


def _nearness(standing: AlertStanding) -> float:
    """How near a value is to its limit; the larger, the nearer."""
    if standing.value is None or standing.expected is None:
        return float("-inf")
    gap = float(abs(standing.expected - standing.value))
    return -gap / (abs(float(standing.expected)) or 1.0)


def _entry(standing: AlertStanding, scopes: int = 1) -> Entry:
    picture, tone = "", words.TONES[standing.state]
    if standing.value is not None and standing.expected is not None and standing.state != "paused":
        picture = bullet(float(standing.value), float(standing.expected), tone, words="")
    over = "back to normal" if standing.state == "back_to_normal" else ""
    when = f"evaluated {words.when(standing.evaluated_at)}" if standing.evaluated_at else ""
    held = f"before: {words.SAID[standing.held.value].lower()}" if standing.held else ""
    detail = " · ".join(filter(None, (over, standing.words, held, when)))
    title = (
        standing.title if scopes == 1 else f"{standing.rule.name} · {scopes}, the nearest: {standing.label}"
    )
    return Entry(
        title,
        detail,
        words.aside(standing),
        tone,
        "bad" if standing.flapping else "plain",
        address(standing),
        picture,
    )
