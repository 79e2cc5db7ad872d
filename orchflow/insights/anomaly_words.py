"""Anomalies in words, and what somebody says of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from orchflow import format as fmt
from orchflow.costs.anomaly_opinions import ANOMALY_OPINIONS, AnomalyOpinionRow
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.spending.anomalies import Anomaly, Episode
from orchflow.metrics.spending.anomaly_folds import Fold
from orchflow.metrics.spending.anomaly_scopes import WORKSPACE
from orchflow.metrics.spending.opinions import Opinion
from orchflow.people.permissions import Actor
from orchflow.store.engine import Store

SCOPES = {
    WORKSPACE: "Workspace", "agent": "Agent", "model": "Model", "provider": "Provider", "organization": "Organisation",
    "part": "Part", "service": "Service", "team": "Team",
}  # fmt: skip
VERDICTS = {"expected": "Expected", "planned": "Planned", "not_useful": "Not useful"}


def days_of(episode: Episode) -> str:
    """The day, or the first and last of several."""
    return period_in_words(episode.days[0].day, episode.days[-1].day)


def came_of(of: Anomaly) -> str:
    """What a day mostly came of: "agent Writer (97 %), the new model gpt-next (97 %)"; empty where it is not known."""
    return ", ".join(
        f"{'the new ' if part.is_new else ''}{SCOPES[part.dimension].lower()} {part.label}"
        f"{f' ({fmt.percent(part.share, digits=0)})' if part.share < 1 else ''}"
        for part in of.parts
    )


def verdict_of(fold: Fold) -> str:
    """What was said of it; empty while it is open."""
    if fold.open:
        return ""
    said = said_of(fold.head)
    return VERDICTS[said.verdict] if said is not None else ""


def said_of(episode: Episode) -> Opinion | None:
    """What was said of its worst day, or of its last."""
    return episode.worst.opinion or episode.days[-1].opinion


def scope_of(episode: Episode) -> str:
    """The scope in words: "Agent Writer", "Everything"."""
    of = episode.worst
    return of.label if of.dimension == WORKSPACE else f"{SCOPES[of.dimension]} {of.label}"


def say_of_each(
    store: Store, actor: Actor, episodes: Iterable[Episode], verdict: str, note: str = "", *, request: str | None = None
) -> list[AnomalyOpinionRow]:  # fmt: skip
    """Keep what `actor` says of all days of some episodes. Forbidden without the permission, Invalid for an unknown verdict."""
    return [say(store, actor, episode, verdict, note, request=request) for episode in episodes]


def say(
    store: Store, actor: Actor, episode: Episode, verdict: str, note: str = "", *, request: str | None = None
) -> AnomalyOpinionRow:
    """Keep what `actor` says of all days of an episode. Forbidden without the permission, Invalid for an unknown verdict."""
    of = episode.worst
    return ANOMALY_OPINIONS.create(
        store, actor, request=request, scope=of.dimension, value=of.value or None, valid_from=episode.days[0].day,
        valid_to=episode.days[-1].day + timedelta(days=1), verdict=verdict, note=note or None,
    )  # fmt: skip


def take_back(store: Store, actor: Actor, fold: Fold, *, request: str | None = None) -> None:
    """Forget what was said of the days of all scopes of a cause, which is open again. What is gone already is passed over."""
    said = {day.opinion.id for each in fold.episodes for day in each.days if day.opinion is not None}
    ANOMALY_OPINIONS.delete_many(store, actor, said, request)
