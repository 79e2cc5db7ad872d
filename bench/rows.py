"""Usage rows to load: those of the simulated organisation, in the loader's staging columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from orchflow.demo.facts import Facts
from orchflow.demo.simulation import Simulation


def simulation(events: int, days: int, seed: int) -> Simulation:
    """A simulation that ends now, so that none of its rows lie ahead."""
    return Simulation(seed, days, events, ZoneInfo("UTC"), datetime.now(UTC))


def usage_chunks(events: int, days: int, *, seed: int, rows: int) -> Iterator[pa.Table]:
    """Tables of at least `rows` usage events, together about `events`."""
    facts = Facts(simulation(events, days, seed))
    gathered: list[pa.Table] = []
    for day in range(1, days + 1):
        gathered += facts.usage(day)
        if day == days or sum(table.num_rows for table in gathered) >= rows:
            yield pa.concat_tables(gathered).combine_chunks()
            gathered = []
