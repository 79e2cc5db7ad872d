"""What is next beside a person's items: alerts of their rules that fired and that nobody has acknowledged."""

from __future__ import annotations

from collections.abc import Iterator

from orchflow.alerts.standings import list_alerts
from orchflow.guidance.next_entry import Asked, Next
from orchflow.people.permissions import Permission

NAMED = 3
"""So many alerts are told one by one."""


def next_alerts(asked: Asked) -> Iterator[Next]:
    """The alerts of the person's rules, the newest first, as far as the reader may see them."""
    if not asked.actor.may(Permission.INSIGHTS_VIEW):
        return
    every = list_alerts(asked.ws.store, asked.actor, owner_id=asked.listed.person_id)
    fired = [each for each in every if each.waits]
    fired.sort(key=lambda each: each.fired_at or each.rule.created_at, reverse=True)
    for place, alert in enumerate(fired[:NAMED]):
        yield Next(
            "alert",
            "broken",
            f"Answer the alert: {alert.title}",
            alert.words,
            "alerts",
            {"rule": str(alert.rule.id)},
            rank=(place,),
        )
    if rest := fired[NAMED:]:
        more = f"{len(rest)} more alert{'s' if len(rest) > 1 else ''}"
        yield Next(
            "alert",
            "broken",
            f"Answer {more}",
            "They have fired and nobody has acknowledged them",
            "alerts",
            rank=(NAMED,),
        )
