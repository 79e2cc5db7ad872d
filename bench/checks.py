"""Self-checks on a large workspace: all of them, and those that an event concerns."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from bench.figures import Figure, median_seconds
from bench.sizes import Sizes
from bench.workspaces import demo, open_at
from orchflow.guidance.checks.catalogue import CHECKS, concerned_by
from orchflow.guidance.checks.evaluate import evaluate_checks
from orchflow.guidance.checks.results import list_checks
from orchflow.people.permissions import SYSTEM

MOST_SECONDS = 2.0
EVENTS = {"a task": {"task"}, "a person": {"user_account"}, "a load of runs": {"runs", "ingest"}}


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Evaluate every check, those that an event concerns, and read how all stand."""
    workspace = demo(sizes.large, sizes).copied(folder)
    note = f"{workspace.events:,} events"
    with closing(open_at(workspace.folder)) as ws:
        evaluate_checks(ws)
        told = [
            Figure(
                f"evaluate {len(CHECKS)} checks", median_seconds(lambda: evaluate_checks(ws), sizes.repeats), "s",
                MOST_SECONDS, note=note,
            )
        ]  # fmt: skip
        for event, moved in EVENTS.items():
            keys = concerned_by(moved)
            seconds = median_seconds(lambda keys=keys: evaluate_checks(ws, keys), sizes.repeats)  # type: ignore[misc]
            told.append(Figure(f"{len(keys)} checks after {event}", seconds * 1000, "ms", note=note))
        read = median_seconds(lambda: list_checks(ws, SYSTEM), sizes.repeats)
        return [*told, Figure("read how all checks stand", read * 1000, "ms")]
