"""How fast usage is priced from the prices of its moment, and how much memory that takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bench.figures import Figure
from bench.sizes import Sizes


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Price usage without an amount, then all of it again, then take that back; in a process of its own."""
    home = folder / "pricing"
    home.mkdir()
    ran = subprocess.run(
        [sys.executable, "-m", "bench.reprice", str(home), str(sizes.priced_rows)], capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(ran.stdout)
    note = f"{sizes.priced_rows:,} rows, six models"
    return [
        Figure("a dry run of pricing", told["looked"], "s", 30, "less", note),
        Figure("usage without an amount priced", told["priced"], "s", 30, "less", note),
        Figure("all usage priced again", told["repriced"], "s", 30, "less", note),
        Figure("that taken back", told["undone"], "s", 30, "less", note),
        Figure("most memory of the process", told["peak_mb"], "MB", 1000, "less"),
    ]
