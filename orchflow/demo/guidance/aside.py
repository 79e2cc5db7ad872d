"""What happened beside the flows: self-checks, exemptions, a campaign, what people thought of pages, and who left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orchflow.demo.guidance.leaver import leaver_of
from orchflow.demo.guidance.story import TOLD
from orchflow.demo.plan.events import Event
from orchflow.demo.plan.scene import DAY, Scene

EARLIEST_AGO = 171
"""An exemption holds for a year at most, so the one that is in force was not asked for before that many days ago."""


class AsideStory:
    """Tells it; days lie before today by `ago`, else they are days of the journey."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._cast = scene.cast

    def events(self) -> list[Event]:
        """All of it, in no order."""
        return [
            *self._checks(), *self._flapping(), *self._exemptions(), *self._campaign(), *self._opinions(), *self._left(),
        ]  # fmt: skip

    def _ago(self, days: float) -> float:
        return max(self._scene.rhythm.first(self._scene.simulation.today - DAY * days), 0) + 0.3

    def _on(self, day: int) -> float | None:
        """The morning of a day of the journey; None when it lies ahead."""
        return None if day > self._scene.simulation.days else self._scene.first(day) + 0.15

    def _checks(self) -> Iterator[Event]:
        for key, changes in TOLD["checks"].items():
            for day, state, words in changes:
                if (when := self._on(day)) is not None:
                    yield Event(when, "", "checks", key, {"state": state, "words": words})

    def _flapping(self) -> Iterator[Event]:
        for key, changes in TOLD["flapping"].items():
            for place, told in enumerate(changes):
                values = {"state": told["state"], "words": told["words"]}
                yield Event(self._ago(told["ago"]) + place / 100, "", "checks", key, values)

    def _exemptions(self) -> Iterator[Event]:
        today, days = self._scene.simulation.today, self._scene.simulation.days
        for told in TOLD["exemptions"]:
            when = (
                self._ago(told["ago"]) if "ago" in told else self._on(max(told["day"], days - EARLIEST_AGO))
            )
            if when is None or days <= told.get("ago", 0):
                continue
            asked = {"reason": told["reason"], "expires": today - DAY * told["expires_ago"]}
            yield Event(when, self._cast.holder(told["by"]).username, "ask", told["key"], asked)
            if "approved_by" in told:
                yield Event(
                    when + 0.5, self._cast.holder(told["approved_by"]).username, "approve", told["key"]
                )

    def _campaign(self) -> Iterator[Event]:
        told = TOLD["campaign"]
        if self._scene.simulation.days <= told["ago"]:
            return
        values: dict[str, Any] = {
            "name": told["name"], "reason": told["reason"],
            "deadline": self._scene.simulation.today - DAY * told["deadline_ago"],
            "owners": {key: self._cast.holder(role).username for key, role in told["owners"].items()},
        }  # fmt: skip
        yield Event(self._ago(told["ago"]), self._cast.holder(told["by"]).username, "campaign", "", values)

    def _opinions(self) -> Iterator[Event]:
        for page, role, day, useful, word in TOLD["opinions"]:
            if (when := self._on(day)) is not None:
                values = {"useful": useful, "word": word}
                yield Event(when + 0.3, self._cast.holder(role).username, "opinion", page, values)

    def _left(self) -> Iterator[Event]:
        if self._scene.simulation.days > TOLD["leaver"]["ago"]:
            when = self._ago(TOLD["leaver"]["ago"]) + 0.4
            yield Event(when, self._cast.lead.username, "leave", leaver_of(self._scene).username)
