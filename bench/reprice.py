"""Prices usage in a process of its own: `python -m bench.reprice FOLDER`; prints what it took as JSON."""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import psutil

from bench.workspaces import open_at
from orchflow.costs.price_runs import price_runs
from orchflow.costs.repricing import price_usage, undo_pricing
from orchflow.people.permissions import SYSTEM


class Memory:
    """The most memory that this process has while it is watched, in MB."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._watching = True
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        process = psutil.Process()
        while self._watching:
            self.peak = max(self.peak, process.memory_info().rss / 2**20)
            time.sleep(0.02)

    def end(self) -> float:
        """What it was."""
        self._watching = False
        return self.peak


def main() -> None:
    """Look what pricing all usage again would change, do it, and take it back."""
    told: dict[str, float] = {}
    with closing(open_at(Path(sys.argv[1]))) as ws:
        memory = Memory()
        for name, act in (
            ("looked", lambda: price_usage(ws, SYSTEM, everything=True, dry_run=True)),
            ("priced", lambda: price_usage(ws, SYSTEM, everything=True)),
            ("undone", lambda: undo_pricing(ws, SYSTEM, price_runs(ws, SYSTEM)[0].run)),
        ):
            began, cpu = time.perf_counter(), time.process_time()
            done = act()
            told |= {name: time.perf_counter() - began, f"{name}_cpu": time.process_time() - cpu}
            told["rows"] = done if isinstance(done, int) else done.rows
    print(json.dumps(told | {"peak_mb": memory.end()}))


if __name__ == "__main__":
    main()
