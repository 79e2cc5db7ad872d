"""Fills a workspace in a process of its own: `python -m bench.fill FOLDER ORGANISATION`; prints what it took as JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from bench.large import Organisation, fill_large
from bench.workspaces import open_at


def main() -> None:
    """Fill and report: events, seconds, and the most memory the process ever had."""
    folder, size = Path(sys.argv[1]), Organisation(**json.loads(sys.argv[2]))
    ws = open_at(folder)
    began = time.perf_counter()
    events = fill_large(ws, folder, size)
    seconds = time.perf_counter() - began
    ws.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"events": events, "seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main()
