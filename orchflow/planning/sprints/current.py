"""Which sprint is meant where nobody names one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar

import sqlalchemy as sa

from orchflow.people.small_groups import not_of
from orchflow.planning.tables import Sprint
from orchflow.store.engine import Store


class Ending(Protocol):
    """What is known of a sprint that runs."""

    @property
    def id(self) -> int: ...
    @property
    def team_id(self) -> int | None: ...
    @property
    def end(self) -> date | None: ...


AnySprint = TypeVar("AnySprint", bound=Ending)


def nearest_first(running: Iterable[AnySprint], mine: Collection[int] = ()) -> list[AnySprint]:
    """Sprints that run: those of the teams `mine` first, then those with the nearest end."""
    return sorted(running, key=lambda sprint: (sprint.team_id not in mine, sprint.end or date.max, sprint.id))


def current_sprint(store: Store, now: datetime, withheld: frozenset[int]) -> int | None:
    """The sprint with the nearest end that ran at `now`, else the one closed last; None while none has started.

    Those of the teams `withheld` are left out.
    """
    begun = sa.select(Sprint.id, Sprint.team_id, Sprint.end, Sprint.closed_at).where(
        Sprint.started_at <= now, not_of(Sprint.team_id, withheld)
    )
    with store.read() as session:
        sprints = session.execute(begun).all()
    if running := [sprint for sprint in sprints if sprint.closed_at is None or sprint.closed_at > now]:
        return int(nearest_first(running)[0].id)
    return int(max(sprints, key=lambda sprint: (sprint.closed_at, sprint.id)).id) if sprints else None
