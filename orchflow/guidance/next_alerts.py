"""What is next beside a person's items: alerts of their rules that fired and that nobody has acknowledged, one for each cause."""

from __future__ import annotations

from collections.abc import Iterator

from orchflow.alerts.folds import raised_folds
from orchflow.alerts.standings import list_alerts
from orchflow.format import quantity
from orchflow.guidance.next_entry import Asked, Next
from orchflow.people.permissions import Permission

NAMED = 3
"""So many alerts are told one by one."""


def next_alerts(asked: Asked) -> Iterator[Next]:
    """The alerts of the person's rules, the newest first, as far as the reader may see them."""
    if not asked.actor.may(Permission.INSIGHTS_VIEW):
        return
    every = list_alerts(asked.ws.store, asked.actor, owner_id=asked.listed.person_id)
    waiting = [fold for fold in raised_folds(asked.ws, asked.actor, every) if fold.waits]
    for place, fold in enumerate(waiting[:NAMED]):
        also = f"With {quantity(len(fold.others), 'more alert')} of the same cause: " if fold.others else ""
        yield Next(
            "alert",
            "broken",
            f"Answer the alert: {fold.head.title}",
            also + fold.head.words,
            "alerts",
            {} if fold.others else {"rule": str(fold.head.rule.id)},
            rank=(place,),
        )
    if rest := sum(len(fold.alerts) for fold in waiting[NAMED:]):
        yield Next(
            "alert",
            "broken",
            f"Answer {quantity(rest, 'more alert')}",
            "They have fired and nobody has acknowledged them",
            "alerts",
            rank=(NAMED,),
        )
