"""What a measurement came to, beside its aim; the table and the file of a run."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured value. `aim` None: it is there for comparison; `better` says on which side of the aim is good."""

    name: str
    value: float
    unit: str
    aim: float | None = None
    better: Literal["more", "less"] = "less"
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the aim was reached; 1 or more is good."""
        if self.aim is None or not self.value:
            return None
        return self.value / self.aim if self.better == "more" else self.aim / self.value

    @property
    def met(self) -> bool | None:
        """Whether the aim was reached."""
        if self.aim is None:
            return None
        return self.value >= self.aim if self.better == "more" else self.value <= self.aim

    def document(self) -> dict[str, Any]:
        """The figure as JSON values."""
        return {**asdict(self), "ratio": self.ratio, "met": self.met}


def median_seconds(work: Callable[[], object], times: int) -> float:
    """The median wall time of `work`."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def show(figures: Sequence[Figure]) -> None:
    """Print the table of a run; says so when other work on the machine made it slower than it is."""
    table = Table(
        "measured", "value", "aim", "times the aim", "", "note", title="Orchestrator Flow, measured"
    )
    for column in (1, 2, 3):
        table.columns[column].justify = "right"
    for figure in figures:
        aim = "" if figure.aim is None else f"{'≥' if figure.better == 'more' else '≤'} {_number(figure.aim)}"
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        met = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}[figure.met]
        table.add_row(figure.name, f"{_number(figure.value)} {figure.unit}", aim, ratio, met, figure.note)
    width = None if Console().is_terminal else 180
    console = Console(width=width)
    console.print(table)
    load, cores = os.getloadavg()[1], os.cpu_count() or 1
    if load > 1.5 * cores:
        console.print(
            f"The load of the machine was {load:.1f} on {cores} cores: the figures are too slow by about that."
        )


def write(figures: Sequence[Figure], folder: Path, *, quick: bool, seconds: float) -> Path:
    """Write the figures of a run with what they were measured on; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.json"
    document = {
        "quick": quick,
        "seconds": round(seconds, 1),
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "figures": [figure.document() for figure in figures],
    }
    file.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return file


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}".rstrip("0").rstrip(".")
