"""The simulation as a source: what a connector to a real installation would read, through the same ingestion."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pyarrow as pa

from orchflow.demo import directory
from orchflow.demo.facts import Facts
from orchflow.demo.flaws import DELIVERIES_PER_REPEAT, delivered_again, late_copies, unreadable
from orchflow.demo.journey import journey
from orchflow.demo.simulation import Simulation
from orchflow.ingest.source import JOBS, Batch, Check, Watermark

NAME = "demo"
KIND = "simulation"
BATCH_ROWS = 50_000
"""Days are gathered, and large ones cut, to about this many rows: the ingestion joins batches as it needs them."""

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
        return JOBS

    def check(self) -> list[Check]:
        """Say that nothing can be wrong with a simulation."""
        return [Check("simulation", True, f"{self.simulation.days} days until {self.simulation.today}")]

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def read(self, job: str, watermark: Watermark | None, full: bool) -> Iterator[Batch]:
        """Yield what `job` delivers; the daily ones from the day of the watermark on."""
        first = 1
        if watermark and not full:
            read_until = str(watermark["day"])
            first = next(
                (d for d in range(1, self.until + 1) if str(self.simulation.date_of(d)) == read_until), 1
            )
        match job:
            case "organizations":
                yield Batch("organizations", directory.organizations(), snapshot=True)
            case "users":
                yield Batch("users", directory.users(self.simulation), snapshot=True)
                yield Batch("roles", directory.roles(self.simulation), snapshot=True)
                yield Batch("teams", directory.teams(), snapshot=True)
                yield Batch("team_members", directory.team_members(self.simulation), snapshot=True)
            case "agents":
                yield Batch("agents", directory.agents(self.simulation), snapshot=True)
            case "conversations":
                yield from self._daily(first, [("conversations", self._facts.conversations)])
            case "usage":
                yield from self._usage(first)
            case "runs":
                yield from self._daily(
                    first, [("run_events", self._facts.run_events), ("tasks", self._facts.tasks)]
                )
            case "journey":
                for dataset, rows in journey(self.simulation).items():
                    yield Batch(dataset, rows, snapshot=True)
            case _:
                raise ValueError(f"not a job: {job!r}")

    def _daily(self, first: int, datasets: list[tuple[str, Daily]]) -> Iterator[Batch]:
        gathered: dict[str, list[pa.Table]] = {dataset: [] for dataset, _ in datasets}
        for day in range(first, self.until + 1):
            for dataset, table_of in datasets:
                gathered[dataset].append(table_of(day))
            if (
                day == self.until
                or sum(t.num_rows for tables in gathered.values() for t in tables) >= BATCH_ROWS
            ):
                *others, (last, tables) = gathered.items()
                yield from (Batch(dataset, pa.concat_tables(some)) for dataset, some in others)
                yield Batch(last, pa.concat_tables(tables), watermark=self._read(day))
                gathered = {dataset: [] for dataset, _ in datasets}

    def _usage(self, first: int) -> Iterator[Batch]:
        """Yield usage as the platform would deliver it: out of two places, with repeats and unreadable rows."""
        gathered: list[pa.Table] = []
        damaged: list[pa.Table] = []
        late: pa.Table | None = None
        deliveries = 0
        for day in range(first, self.until + 1):
            gathered += self._facts.usage(day)
            damaged.append(unreadable(self.simulation, day))
            if day == self.until or sum(table.num_rows for table in gathered) >= BATCH_ROWS:
                rows = pa.concat_tables(gathered)
                delivered = rows if late is None else pa.concat_tables([late, rows])
                repeats = deliveries % DELIVERIES_PER_REPEAT == 0
                if repeats:
                    delivered = delivered_again(delivered)
                late, gathered, deliveries = late_copies(rows) if repeats else None, [], deliveries + 1
                del rows
                for start in range(0, delivered.num_rows, BATCH_ROWS):
                    yield Batch("usage", delivered.slice(start, BATCH_ROWS))
                del delivered
                yield Batch("usage", pa.concat_tables(damaged), watermark=self._read(day))
                damaged = []

    def _read(self, day: int) -> Watermark:
        return {"day": str(self.simulation.date_of(day))}
