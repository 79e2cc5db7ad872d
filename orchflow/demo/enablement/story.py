"""How people kept trainings, skills, seats and champions: written week by week as it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from orchflow.demo.organisation import Person
from orchflow.demo.plan.events import Event
from orchflow.demo.plan.scene import Scene
from orchflow.demo.rows import rows
from orchflow.people.job_roles import SHIPPED

TOLD: Final[dict[str, Any]] = rows("enablement/story.yaml")
DAYS: Final = frozenset({"valid_from", "valid_to", "renews_on"})
EVERYBODY: Final = "everybody"
WEEK: Final = timedelta(7)


class EnablementStory:
    """Tells it; what lies ahead of the simulation's today is told as well and never happens."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._simulation = scene.simulation
        self._people = [person for person in scene.simulation.people if not person.left]

    def events(self) -> list[Event]:
        """All of it, in no order."""
        return [*self._trainings(), *self._completions(), *self._skills(), *self._seats(), *self._champions()]

    def _on(self, day: date, later: float = 0.2) -> float:
        return self._scene.rhythm.first(day) + later

    def _trainings(self) -> Iterator[Event]:
        told = TOLD["trainings"]
        when, by = self._on(self._simulation.date_of(told["written"])), self._holder(told["by"])
        for name, minutes in told["minutes"].items():
            yield Event(when, by, "training", name, {"name": name, "minutes": minutes})
        yield Event(when, by, "training", EVERYBODY, told["everybody"] | {"everybody": True})

    def _completions(self) -> Iterator[Event]:
        """Who did what is written down at the end of each week, by whoever keeps it."""
        rng = np.random.default_rng([self._simulation.seed, 31])
        by = self._holder(TOLD["trainings"]["by"])
        began = self._simulation.date_of(TOLD["trainings"]["written"])
        for person in self._people:
            for training in (*SHIPPED[person.job_role].training, EVERYBODY):
                does, took, fails = rng.random(), rng.exponential(TOLD["took"]), rng.random()
                if does >= TOLD["completed"][person.habit]:
                    continue
                day = max(person.joined, began) + timedelta(days=1 + int(took))
                if fails < TOLD["failed"]:
                    yield self._done(by, person, training, day, "failed")
                    day += 2 * WEEK
                yield self._done(by, person, training, day, "passed")

    def _done(self, by: str, person: Person, training: str, day: date, result: str) -> Event:
        friday = day + timedelta(days=(4 - day.weekday()) % 7)
        values = {"training_id": training, "person_id": person.username, "day": day, "result": result}
        return Event(self._on(friday, 0.8), by, "training_completion", "", values)

    def _skills(self) -> Iterator[Event]:
        told = TOLD["skills"]
        when, by = self._on(self._simulation.date_of(told["written"])), self._holder(told["by"])
        for skill, roles in told["needed"].items():
            for role, level in roles.items():
                values = {"skill": skill, "job_role": role, "level": level}
                yield Event(when, by, "skill_requirement", f"{skill} {role}", values)
        rng = np.random.default_rng([self._simulation.seed, 32])
        for each in told["rounds"]:
            day = self._simulation.date_of(each["day"])
            missing = rng.choice(
                len(each["missing"]), size=(len(self._people), len(told["needed"])), p=each["missing"]
            )
            took_part = rng.random(len(self._people)) < each["share"]
            for place, person in enumerate(self._people):
                for column, (skill, roles) in enumerate(told["needed"].items()):
                    if took_part[place] and person.job_role in roles:
                        level = max(roles[person.job_role] - int(missing[place, column]), 0)
                        values = {
                            "skill": skill, "person_id": person.username, "level": level, "day": day, "assessed_by": each["assessed_by"],
                        }  # fmt: skip
                        yield Event(self._on(day, 0.9), by, "skill_assessment", "", values)

    def _seats(self) -> Iterator[Event]:
        for row in TOLD["seat_purchase"]:
            by = self._holder(row["by"])
            told = {
                name: value for name, value in row.items() if name not in ("written", "by", "key", "then")
            }
            yield Event(
                self._on(self._simulation.date_of(row["written"]), 0.3),
                by,
                "seat_purchase",
                row["key"],
                self._dated(told),
            )
            if change := row.get("then"):
                when = self._on(self._simulation.date_of(change["written"]))
                ends = {name: value for name, value in change.items() if name != "written"}
                yield Event(when, by, "seat_purchase", row["key"], self._dated(ends))

    def _champions(self) -> Iterator[Event]:
        for row in TOLD["champions"]:
            person = self._scene.cast.of_role(row["role"])[row["place"]]
            when = self._on(self._simulation.date_of(row["day"]), 0.5)
            yield Event(when, person.username, "champion", "", {"helps_with": row["helps_with"]})

    def _dated(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self._simulation.date_of(value) if name in DAYS else value for name, value in values.items()
        }

    def _holder(self, role: str) -> str:
        return self._scene.cast.holder(role).username
