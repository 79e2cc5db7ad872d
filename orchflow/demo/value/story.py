"""How people kept use cases, baselines, benefits and assumptions: from the first idea to what Finance Control verified."""

from __future__ import annotations

from typing import Any

from orchflow.demo.input_story import InputStory
from orchflow.demo.plan.events import Event
from orchflow.demo.rows import rows

TOLD: dict[str, Any] = rows("value/story.yaml")
KINDS = ("use_case", "work_baseline", "assumption", "benefit")


class ValueStory(InputStory):
    """Tells it."""

    days = frozenset({"day", "due", "starts", "ends", "valid_from", "valid_to", "evidence_day"})
    people = frozenset({"owner_id", "approver_id", "measured_by_id"})

    def events(self) -> list[Event]:
        """All of it, in no order."""
        return [event for kind in KINDS for row in TOLD[kind] for event in self._row(kind, row)]
