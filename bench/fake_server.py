"""The fake Orchestrator AI in a process of its own: `python -m bench.fake_server VERSION CALLS SECONDS SECONDS_PER_MB`.

Prints its address; for every line on its standard input it prints the paths asked for since the last one, as JSON.
"""

from __future__ import annotations

import json
import sys

from tests.contract.fake_dataset import Dataset
from tests.contract.fake_orchestrator import FakeOrchestrator


def main() -> None:
    """Serve until the standard input ends."""
    version, calls, delay, per_megabyte = (
        sys.argv[1],
        int(sys.argv[2]),
        float(sys.argv[3]),
        float(sys.argv[4]),
    )
    with FakeOrchestrator("v2" if version == "v2" else "enterprise", Dataset(calls=calls)) as fake:
        fake.faults.delay, fake.faults.delay_per_megabyte = delay, per_megabyte
        print(fake.url, len(fake.dataset.truth.costs), flush=True)
        for _ in sys.stdin:
            print(json.dumps({"paths": fake.paths, "busy": fake.busy_seconds}), flush=True)
            fake.paths.clear()
            fake.busy_seconds = 0.0


if __name__ == "__main__":
    main()
