"""How fast usage is priced from the prices of its moment, and how much memory that takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.figures import Figure
from bench.sizes import Sizes
from bench.workspaces import demo


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Price all usage of the large workspace again, then take that back; in a process of its own."""
    workspace = demo(sizes.large, sizes).copied(folder)
    command = [sys.executable, "-m", "bench.reprice", str(workspace.folder)]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    rows = f"{told['rows']:,} of {workspace.events:,} calls have a price"

    def note(act: str) -> str:
        return f"{rows}; {told[f'{act}_cpu']:.0f} s of CPU"

    return [
        Figure("a dry run of pricing", told["looked"], "s", 30, "less", note("looked")),
        Figure("all usage priced again", told["priced"], "s", 30, "less", note("priced")),
        Figure("that taken back", told["undone"], "s", 30, "less", note("undone")),
        Figure("most memory of the process", told["peak_mb"], "MB", 1000, "less"),
    ]
