"""The cards of the Alerts screen: what fired with its arithmetic, each cause once, and the lists of those that want nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from orchflow.alerts.folds import Fold
from orchflow.alerts.of_figure import FigureRule
from orchflow.alerts.standings import AlertStanding
from orchflow.format import quantity
from orchflow.screens.addresses import address_of
from orchflow.screens.insights import alert_words as words
from orchflow.ui.overview import Entry, Link, Tone, bullet, card, entries, facts, said, shelves

SHOWN, SHOWN_ALSO = 12, 3


def address(standing: AlertStanding) -> str:
    """Where its rule is explained."""
    return address_of("alerts", {"rule": str(standing.rule.id)})


def strip(standings: Sequence[AlertStanding], folds: Sequence[Fold]) -> str:
    """How many causes fired, wait or were acknowledged, and how many alerts are in each other state."""
    quiet = [each for each in standings if not each.raised]
    count = {state: sum(each.state == state for each in quiet) for state in words.SAID}
    waiting = sum(fold.waits for fold in folds)
    values: list[tuple[str, str, Tone]] = [
        (str(waiting), "fired", "bad" if waiting else "plain"),
        (str(len(folds) - waiting), "acknowledged", "plain"),
        (str(count["back_to_normal"]), "back to normal", "plain"),
        (str(count["armed"]), "armed", "good" if count["armed"] else "plain"),
        (str(count["no_data"] + count["not_evaluated"]), "no data", "plain"),
        (str(count["paused"]), "paused", "plain"),
    ]
    raised = sum(len(fold.alerts) for fold in folds)
    beside = quantity(len({each.rule.id for each in standings}), "rule")
    if raised > len(folds):
        beside += f" · {quantity(raised, 'alert')} of {quantity(len(folds), 'cause')}"
    return card("How the rules stand", facts(values, even=True), beside=beside)


def alert_card(fold: Fold, *, linked: bool = True) -> str:
    """What fired of one cause: the arithmetic, value against limit, since when and whose it is, and where else it was seen."""
    standing = fold.head
    tone = words.TONES["fired" if fold.waits else "acknowledged"]
    body = said(standing.words.rstrip(".") + ".")
    thresholds = words.reached(fold)
    beside_bar = " · ".join(filter(None, (words.value_words(standing), thresholds)))
    body += _picture(standing, tone, beside_bar, fold.others if thresholds else ())
    if fold.others and not thresholds:
        body += said("The same shows in:") + entries(
            [_also(each) for each in fold.others], shown=SHOWN_ALSO, nothing=""
        )
    if standing.rule.note:
        body += said(f"What to do: {standing.rule.note}")
    for reason in dict.fromkeys((each.answered_by, each.reason) for each in fold.alerts if each.reason):
        body += said(f"{reason[0] or 'The operator'}: {reason[1]}")
    found = dict.fromkeys(words.FEEDBACK[each.feedback].lower() for each in fold.alerts if each.feedback)
    told = [
        f"{words.SAID['fired' if fold.waits else standing.state]} {words.when(standing.fired_at if fold.waits else standing.since)}",
        f"fired {words.when(standing.fired_at)}" if not fold.waits and standing.fired_at else "",
        "flapping: it fired three times in seven days" if standing.flapping else "",
        "no data meanwhile" if fold.waits and standing.state == "no_data" else "",
        f"found {' and '.join(found)}" if found else "",
    ]
    beside = " · ".join(filter(None, told))
    foot = f"{standing.owner or 'Nobody'} owns it · evaluated {words.when(standing.evaluated_at)}"
    rule = Link("Rule and log", address(standing)) if linked else None
    return card(standing.title, body, beside=beside, foot=foot, more=rule, bare=True)


def _picture(
    standing: AlertStanding, tone: Tone, beside: str = "", others: Sequence[AlertStanding] = ()
) -> str:
    """Value against limit as a bar, with the limits of `others`; below zero both count downwards."""
    if standing.value is None or standing.expected is None:
        return ""
    down = -1 if standing.expected < 0 else 1
    also = [float(each.expected) for each in others if each.expected is not None]
    return bullet(
        float(standing.value) * down, float(standing.expected) * down, tone, words=beside, also=also
    )


def _also(standing: AlertStanding) -> Entry:
    """A line for another alert of the same cause."""
    answered = "" if standing.waits else "acknowledged"
    return Entry(
        standing.title,
        standing.words,
        answered or words.aside(standing),
        words.TONES[standing.state],
        to=address(standing),
    )


def rules_card(rules: Sequence[FigureRule]) -> str:
    """The rules over a figure, each with the state of the alert that wants most attention."""
    lines = [
        Entry(
            each.name, each.words, words.SAID[each.state], words.TONES[each.state],
            to=address_of("alerts", {"rule": str(each.rule_id)}),
        )
        for each in rules
    ]  # fmt: skip
    return card("Alerts", entries(lines, shown=SHOWN_ALSO, nothing="No rule watches it."), bare=True)


def more(folds: Sequence[Fold]) -> str:
    """What fired and is answered on the pages of its rules."""
    return card(
        "Fired as well",
        entries([_entry(fold.head) for fold in folds], shown=SHOWN, nothing=""),
        beside=str(len(folds)),
    )


def lists(standings: Sequence[AlertStanding], *, told: bool = True) -> str:
    """Those that want nothing: not fired, with value against limit (`told` even where there are none); without data; paused; ended;
    rules of which something is withheld."""
    standings = [each for each in standings if not each.raised]
    quiet = [each for each in standings if each.state in ("back_to_normal", "armed")]
    unknown = [each for each in standings if each.state in ("no_data", "not_evaluated")]
    withheld = {each.rule.id: each for each in standings if each.state == "withheld"}
    paused = [each for each in standings if each.state == "paused"]
    ended = [each for each in standings if each.state == "ended"]
    nothing = "Every rule has fired, waits for data or is paused."
    return shelves(
        _list("Not fired", quiet, nothing, together=told) if quiet or told else "",
        _list("No data", unknown, "") if unknown else "",
        _list("Paused", paused, "") if paused else "",
        _list("Ended", ended, "", shown=SHOWN_ALSO) if ended else "",
        _list("Not shown to you", [replace(each, label="") for each in withheld.values()], "")
        if withheld
        else "",
    )


def _list(
    title: str,
    standings: Sequence[AlertStanding],
    nothing: str,
    *,
    together: bool = False,
    shown: int = SHOWN,
) -> str:
    """A card of a line for each; or, `together`, for each rule, of which the scope nearest to its limit is told."""
    by_rule: dict[int, list[AlertStanding]] = {}
    for standing in standings:
        by_rule.setdefault(standing.rule.id, []).append(standing)
    lines = (
        [_entry(max(own, key=_nearness), len(own)) for own in by_rule.values()]
        if together
        else [_entry(each) for each in standings]
    )
    return card(title, entries(lines, shown=shown, nothing=nothing), beside=str(len(standings)))


def _nearness(standing: AlertStanding) -> float:
    """How near a value is to its limit; the larger, the nearer."""
    if standing.value is None or standing.expected is None:
        return float("-inf")
    gap = float(abs(standing.expected - standing.value))
    return -gap / (abs(float(standing.expected)) or 1.0)


def _entry(standing: AlertStanding, scopes: int = 1) -> Entry:
    tone = words.TONES[standing.state]
    picture = _picture(standing, tone) if standing.state != "paused" else ""
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
