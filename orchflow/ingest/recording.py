"""Days on which agents ran and no call to a model was recorded: what they cost is not known, which is not nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from orchflow.format import quantity
from orchflow.ingest.record import query
from orchflow.ingest.source import Check
from orchflow.warehouse.database import Warehouse

REMEDY = (
    "Orchestrator AI records what calls cost only with LLM_PROVIDER=openrouter or fine_control; with azure_foundry, vertex_ai "
    "or simplified it records nothing. Set one of the first two there, or load the provider's invoice as files of usage."
)
NOT_RECORDED = "Not recorded: agents ran, but the platform kept no call"
RECORDED = "cost is recorded"
"""The name under which a check tells of it."""
LATELY = 28
"""Days that a look at a source goes back."""


@dataclass(frozen=True)
class Recording:
    """Of the days on which agents completed runs, `silent` had no call of any source; `runs` were completed on these.

    `runs` is None where it is not told, as those of few people are not.
    """

    days: int
    silent: int
    runs: int | None

    @property
    def nothing(self) -> bool:
        """Whether agents ran and nothing at all was recorded."""
        return 0 < self.days == self.silent

    @property
    def words(self) -> str:
        """What is missing, in a sentence; empty where nothing is."""
        if not self.silent:
            return ""
        runs = "" if self.runs is None else f" ({quantity(self.runs, 'run')})"
        return f"On {self.silent} of {self.days} days with runs no call to a model was recorded{runs}: what they cost is not known"


def check_days(ran: Collection[date], used: Collection[date]) -> Check:
    """Whether calls were recorded on the days on which agents ran, as a source shows these now."""
    silent = set(ran) - set(used)
    if not silent:
        return Check(
            RECORDED, True, "Calls to models are recorded on every day with runs" if ran else "No runs lately"
        )
    words = f"On {len(silent)} of the {len(set(ran))} days with runs that were looked at no call to a model was recorded"
    return Check(RECORDED, None, f"{words}: what they cost is not known", REMEDY)


def recording(warehouse: Warehouse, start: date, end: date, sources: Sequence[str] = ()) -> Recording:
    """Runs of `sources` (none: of all) without a call on the same day, between two days of the workspace, both included."""
    asked = {"start": start, "end": end, "sources": list(sources) or None}
    (found,) = warehouse.query(query("recording"), asked).to_pylist()
    return Recording(**found)
