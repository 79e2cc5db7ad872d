"""Fills a workspace in a process of its own: `python -m bench.fill FOLDER EVENTS DAYS`; prints what it took as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from bench.workspaces import open_at
from orchflow.demo.simulator import fill


def main() -> None:
    """Fill and report: events, seconds, and the most memory the process ever had."""
    folder, events, days = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    ws = open_at(folder)
    began = time.perf_counter()
    report = fill(ws, days=days, events=events)
    seconds = time.perf_counter() - began
    ws.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"events": report.events, "seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main()
