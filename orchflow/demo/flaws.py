"""What no real platform delivers cleanly: rows that cannot be read, and rows delivered again."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchflow.demo.simulation import Simulation

DAYS_BETWEEN = 5
REPEATED_AT_ONCE, REPEATED_LATER = 2, 12
"""Rows of a delivery that come twice in it, and that come again with the next one."""
DELIVERIES_PER_REPEAT = 40
"""One in so many deliveries has repeats: what they cost to recognise must not hide how fast the rest loads."""

COLUMNS = (
    "event_id",
    "occurred_at",
    "caller",
    "provider",
    "model",
    "status",
    "input_tokens",
    "output_tokens",
    "cost",
)
BROKEN: tuple[tuple[str, str], ...] = (
    ("event_id", ""),
    ("occurred_at", "yesterday"),
    ("input_tokens", "-412"),
    ("cost", "n/a"),
    ("occurred_at", "1970-01-01T00:00:00Z"),
    ("output_tokens", "12k"),
)


def unreadable(simulation: Simulation, day: int) -> pa.Table:
    """Return the rows of `day` that cannot be read, all as text: one on every fifth day."""
    if day % DAYS_BETWEEN:
        return pa.table({name: pa.array([], type=pa.string()) for name in COLUMNS})
    rng = np.random.default_rng([simulation.seed, 10, day])
    row: dict[str, str | None] = {
        "event_id": f"damaged-{simulation.date_of(day):%Y%m%d}",
        "occurred_at": f"{simulation.date_of(day)}T{int(rng.integers(8, 18)):02}:17:00Z",
        "caller": "direct_call",
        "provider": "openai",
        "model": "gpt-5-mini",
        "status": "completed",
        "input_tokens": str(int(rng.integers(200, 3000))),
        "output_tokens": str(int(rng.integers(20, 900))),
        "cost": "0.00140000",
    }
    column, value = BROKEN[(day // DAYS_BETWEEN) % len(BROKEN)]
    row[column] = value or None
    return pa.table({name: pa.array([row[name]], type=pa.string()) for name in COLUMNS})


def delivered_again(table: pa.Table) -> pa.Table:
    """Return the table as the platform delivers it: its first rows come twice."""
    return pa.concat_tables([table, table.slice(0, REPEATED_AT_ONCE)])


def late_copies(table: pa.Table) -> pa.Table:
    """Return the rows of a delivered table that the next one brings again, copied so that the table can go."""
    return table.take(
        pa.array(range(max(table.num_rows - REPEATED_LATER, 0), table.num_rows), type=pa.int64())
    )
