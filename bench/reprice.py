"""Prices usage in a process of its own: `python -m bench.reprice FOLDER ROWS`; prints what it took as JSON."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import psutil

from bench.workspaces import open_at
from orchflow.costs.repricing import price_usage, undo_pricing
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.rollups import rebuild_all
from orchflow.warehouse.sql import load_query


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
    """Make rows without an amount, look what pricing would change, price them, price all of them again, take that back."""
    ws = open_at(Path(sys.argv[1]))
    with ws.warehouse.write() as tx:
        tx.execute(load_query("bench", "unpriced_usage"), {"rows": int(sys.argv[2])})
    rebuild_all(ws.warehouse)
    ws.warehouse.checkpoint()
    told: dict[str, float] = {}
    memory = Memory()
    for name, act in (
        ("looked", lambda: price_usage(ws, SYSTEM, dry_run=True)),
        ("priced", lambda: price_usage(ws, SYSTEM)),
        ("repriced", lambda: price_usage(ws, SYSTEM, everything=True)),
        ("undone", lambda: undo_pricing(ws, SYSTEM, 2)),
    ):
        began = time.perf_counter()
        act()
        told[name] = time.perf_counter() - began
    ws.close()
    print(json.dumps(told | {"peak_mb": memory.end()}))


if __name__ == "__main__":
    main()
