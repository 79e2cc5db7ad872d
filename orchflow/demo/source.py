"""The simulation as a source: what a connector to a real installation would read, through the same ingestion.

It has what no real platform lacks: rows that cannot be read, and rows delivered again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from orchflow.demo import directory
from orchflow.demo.facts import Facts
from orchflow.demo.journey import journey
from orchflow.demo.simulation import Simulation
from orchflow.ingest.source import PLATFORM_JOBS, Batch, Check, Watermark

NAME = "demo"
KIND = "simulation"
BATCH_ROWS = 50_000
"""Days are gathered, and large ones cut, to about this many rows: the ingestion joins batches as it needs them."""

DAYS_BETWEEN_UNREADABLE = 5
REPEATED_AT_ONCE, REPEATED_LATER = 2, 12
"""Rows of a delivery that come twice in it, and that come again with the next one."""
DELIVERIES_PER_REPEAT = 40
"""One in so many deliveries has repeats: what they cost to recognise must not hide how fast the rest loads."""
BROKEN = (
    ("event_id", None), ("occurred_at", "yesterday"), ("input_tokens", "many"), ("cost", "n/a"),
    ("occurred_at", "1970-01-01T00:00:00Z"), ("output_tokens", "12k"),
)  # fmt: skip

Daily = Callable[[int], pa.Table]


class SimulatedSource:
    """Reads a simulation until the end of day number `until` (today by default).

    The watermark of the daily jobs is `{"day": "2026-05-01"}`, the last day read; it is read once more, as an
    overlap. Satisfies `orchflow.ingest.source.Source`.
    """

    name = NAME
    kind = KIND

    def __init__(self, simulation: Simulation, until: int | None = None) -> None:
        self.simulation = simulation
        self.until = simulation.days if until is None else until
        self._facts = Facts(simulation)

    def jobs(self) -> Sequence[str]:
        """Return every job there is."""
        return PLATFORM_JOBS

    def check(self) -> list[Check]:
        """Say that nothing can be wrong with a simulation."""
        return [Check("simulation", True, f"{self.simulation.days} days until {self.simulation.today}")]

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield what `job` delivers; the daily ones from the day of the watermark on."""
        first = 1
        if watermark and not full:
            first = max((date.fromisoformat(watermark["day"]) - self.simulation.start).days + 1, 1)
        match job:
            case "conversations":
                yield from self._daily(first, {"conversations": self._facts.conversations})
            case "usage":
                yield from self._usage(first)
            case "runs":
                yield from self._daily(
                    first, {"run_events": self._facts.run_events, "tasks": self._facts.tasks}
                )
            case _:
                for dataset, rows in self._snapshots(job).items():
                    yield Batch(dataset, rows, snapshot=True)

    def _snapshots(self, job: str) -> Mapping[str, pa.Table]:
        match job:
            case "organizations":
                return {"organizations": directory.organizations()}
            case "users":
                return {
                    "users": directory.users(self.simulation),
                    "roles": directory.roles(self.simulation),
                    "teams": directory.teams(),
                    "team_members": directory.team_members(self.simulation),
                }
            case "agents":
                return {"agents": directory.agents(self.simulation)}
            case "journey":
                return journey(self.simulation)
        raise ValueError(f"not a job: {job!r}")

    def _gathered(
        self, first: int, datasets: Mapping[str, Daily]
    ) -> Iterator[tuple[dict[str, pa.Table], Watermark]]:
        """Yield the tables of some days together, with how far they go."""
        days: list[dict[str, pa.Table]] = []
        for day in range(first, self.until + 1):
            days.append({dataset: table_of(day) for dataset, table_of in datasets.items()})
            if day == self.until or sum(t.num_rows for tables in days for t in tables.values()) >= BATCH_ROWS:
                together = {name: pa.concat_tables([tables[name] for tables in days]) for name in datasets}
                days = []
                yield together, {"day": str(self.simulation.date_of(day))}

    def _daily(self, first: int, datasets: Mapping[str, Daily]) -> Iterator[Batch]:
        for tables, read_until in self._gathered(first, datasets):
            *others, (last, rows) = tables.items()
            yield from (Batch(dataset, table) for dataset, table in others)
            yield Batch(last, rows, watermark=read_until)

    def _usage(self, first: int) -> Iterator[Batch]:
        """Yield usage as the platform would deliver it: out of two places, with repeats and unreadable rows."""
        late: pa.Table | None = None
        daily: dict[str, Daily] = {
            "usage": lambda day: pa.concat_tables(self._facts.usage(day)),
            "unreadable": self._unreadable,
        }
        for delivery, (tables, read_until) in enumerate(self._gathered(first, daily)):
            rows = tables.pop("usage")
            delivered = rows if late is None else pa.concat_tables([late, rows])
            late = None
            if delivery % DELIVERIES_PER_REPEAT == 0:
                delivered = pa.concat_tables([delivered, delivered.slice(0, REPEATED_AT_ONCE)])
                copied = np.arange(max(rows.num_rows - REPEATED_LATER, 0), rows.num_rows)
                late = rows.take(copied)
            del rows
            for start in range(0, delivered.num_rows, BATCH_ROWS):
                yield Batch("usage", delivered.slice(start, BATCH_ROWS))
            del delivered
            yield Batch("usage", tables["unreadable"], watermark=read_until)

    def _unreadable(self, day: int) -> pa.Table:
        """The rows of `day` that cannot be read, all as text: one on every fifth day."""
        rng = np.random.default_rng([self.simulation.seed, 10, day])
        today = self.simulation.date_of(day)
        row = {
            "event_id": f"damaged-{today:%Y%m%d}", "occurred_at": f"{today}T{int(rng.integers(8, 18)):02}:17:00Z",
            "caller": "direct_call", "provider": "openai", "model": "gpt-5-mini", "status": "completed",
            "input_tokens": str(int(rng.integers(200, 3000))), "output_tokens": str(int(rng.integers(20, 900))),
            "cost": "0.00140000", "currency": "USD",
        }  # fmt: skip
        turn, rest = divmod(day, DAYS_BETWEEN_UNREADABLE)
        broken = row | dict([BROKEN[turn % len(BROKEN)]])
        return pa.Table.from_pylist(
            [] if rest else [broken], schema=pa.schema(dict.fromkeys(row, pa.string()))
        )
