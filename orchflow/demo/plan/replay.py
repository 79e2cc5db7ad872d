"""Lets people do what happened, in the order in which it happened, through the functions that screens use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any

from orchflow.costs import entities as of_costs
from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.demo.guidance.acts import GuidanceActs
from orchflow.demo.plan.events import Event
from orchflow.demo.working_days import Rhythm
from orchflow.enablement import entities as of_enablement
from orchflow.guidance import entities as of_guidance
from orchflow.guidance.entities import GUIDANCE
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.tables import Team, User
from orchflow.planning.sprints.sprints import close_sprint, start_sprint
from orchflow.planning.work.tasks import TASKS, Edit
from orchflow.risks import entities as of_risks
from orchflow.store.retelling import Retelling
from orchflow.value import entities as of_value

ENTITIES = (
    of_guidance.ENTITIES
    | of_costs.ENTITIES
    | of_enablement.ENTITIES
    | of_risks.ENTITIES
    | of_value.ENTITIES
    | {entity.key: entity for entity in (TARGETS, CHART_NOTES)}
)
LAID_OUT = {
    "effort": "effort {0.number}", "project": "{0.number}", "sprint": "sprint {0.number}",
    "goal": "{0.external_id}", "task": "{0.external_id}",
}  # fmt: skip
"""By which keys the story knows what the journey laid out."""


class Replay:
    """Acts in a past; `people` are actors by username, `teams` ids by name."""

    def __init__(
        self,
        past: Retelling,
        rhythm: Rhythm,
        people: Mapping[str, Actor],
        teams: Mapping[str, int],
        home: Path,
    ) -> None:
        self._past = past
        self._rhythm = rhythm
        self._people = people
        self._ids: dict[Any, Mapping[str, int | None]] = {
            User: {name: actor.user_id for name, actor in people.items()},
            Team: teams,
        }
        self._rows: dict[str, dict[str, Any]] = {kind: self._laid_out(kind) for kind in ENTITIES}
        self._acts = GuidanceActs(past, home, people, self._rows).acts

    def _laid_out(self, kind: str) -> dict[str, Any]:
        rows = ENTITIES[kind].list(self._past, SYSTEM) if kind in LAID_OUT else []
        return {LAID_OUT[kind].format(row): row for row in rows}

    def run(self, events: Iterable[Event], until: datetime) -> None:
        """Do everything that happened by `until`; what one person does at one moment to rows of a kind is one save."""
        timed = sorted(((self._rhythm.at(event.when), event) for event in events), key=lambda each: each[0])
        past = takewhile(lambda each: each[0] <= until, timed)
        for (at, by, what), together in groupby(past, key=lambda each: (each[0], each[1].by, each[1].what)):
            self._past.at(at)
            actor, acts = self._people[by], [event for _, event in together]
            if what in ENTITIES:
                self._save(actor, what, acts)
            elif what in self._acts:
                self._acts[what](actor, acts)
            for event in acts:
                if what == "start":
                    sprint = self._rows["sprint"][event.key]
                    self._rows["sprint"][event.key] = start_sprint(
                        self._past, actor, sprint.id, early=True
                    ).sprint
                elif what == "close":
                    self._close(actor, event)

    def _save(self, actor: Actor, kind: str, events: list[Event]) -> None:
        if kind in GUIDANCE:
            self._read_anew(kind, events)
        edits = [self._edit(kind, event) for event in events]
        report = ENTITIES[kind].save(self._past, actor, edits)
        for event, outcome in zip(events, report.outcomes, strict=True):
            row = outcome.stored_row()
            if event.key:
                self._rows[kind][event.key] = row

    def _read_anew(self, kind: str, events: Iterable[Event]) -> None:
        """The rows as they are now: days, tasks and self-checks have changed them as well."""
        rows = self._rows[kind]
        keys = {rows[event.key].id: event.key for event in events if event.key in rows}
        rows |= {keys[row.id]: row for row in ENTITIES[kind].list(self._past, SYSTEM, ids=list(keys))}

    def _edit(self, kind: str, event: Event) -> Edit:
        row, fields = self._rows[kind].get(event.key), ENTITIES[kind].fields
        changes = {
            name: self._id(fields[name].target, value) if isinstance(value, str) else value
            for name, value in event.values.items()
        }
        if anchor := changes.get("entity_id"):
            on = changes.setdefault("entity", "task")
            changes["entity_id"] = self._rows[on][anchor].id
        if changes.get("subject_kind") == "entry":
            changes["subject"] = str(self._rows["cost_entry"][changes["subject"]].id)
        return Edit(row.id if row else None, row.version if row else None, changes)

    def _id(self, target: Any, key: str) -> Any:
        """The id of the row that a reference names; anything else as it is."""
        if target is None:
            return key
        return self._ids[target][key] if target in self._ids else self._rows[target.__tablename__][key].id

    def _close(self, actor: Actor, event: Event) -> None:
        """Close a sprint; what is not done goes to the next one and is due by its end."""
        tasks, sprints = self._rows["task"], self._rows["sprint"]
        following = sprints.get(event.values["next"])
        target = following.id if following else None
        carried = set(close_sprint(self._past, actor, sprints[event.key].id, target, early=True).tasks)
        keys = {row.id: key for key, row in tasks.items() if row.id in carried}
        tasks |= {keys[row.id]: row for row in TASKS.list(self._past, actor, ids=keys)}
        if following:
            late = [key for key in keys.values() if tasks[key].due and tasks[key].due < following.end]
            due = {"due": following.end}
            self._save(actor, "task", [Event(event.when, event.by, "task", key, due) for key in late])
