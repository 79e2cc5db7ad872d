"""How fast Arrow tables become facts: staged, matched, inserted, rolled up and committed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.figures import Figure
from bench.rows import usage_chunks
from bench.sizes import Sizes
from orchflow import clock
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.load import load_batch

CHUNK_ROWS = 250_000


def measure(sizes: Sizes) -> list[Figure]:
    """Load prepared tables into an empty warehouse, one transaction each; then the same again, which changes nothing."""
    chunks = list(usage_chunks(sizes.arrow_rows, sizes.days, seed=11, rows=min(CHUNK_ROWS, sizes.arrow_rows)))
    count = sum(chunk.num_rows for chunk in chunks)
    first, again = [], []
    for _ in range(sizes.repeats):
        with tempfile.TemporaryDirectory() as folder:
            warehouse = Warehouse.open(Path(folder) / "warehouse.duckdb", memory_limit="700MB", threads=2)
            for taken in (first, again):
                began = time.perf_counter()
                for chunk in chunks:
                    with warehouse.write() as tx:
                        load_batch(tx, "usage", "bench", chunk, now=clock.now())
                taken.append(count / (time.perf_counter() - began))
            warehouse.close()
    note = f"{count:,} rows in {len(chunks)} transactions, best of {sizes.repeats}"
    return [
        Figure("load from Arrow", max(first), "rows/s", 200_000, "more", note),
        Figure("load from Arrow, median", sorted(first)[len(first) // 2], "rows/s", 200_000, "more"),
        Figure("the same rows delivered again", max(again), "rows/s", note="nothing changes"),
    ]
