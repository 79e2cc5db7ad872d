"""`make bench` measures everything it promises; how fast the machine of a test is says nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figures import Figure

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_quick_run_measures_every_aim_and_writes_it_down(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (file,) = tmp_path.glob("*.json")
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["quick"]
    with_aim = {figure["aim"] for figure in document["figures"] if figure["aim"] is not None}
    planning = {300, 150, 50, 100, 500, 3.0}
    assert (
        with_aim == {200_000, 20_000, 20, 1.5, 1000, 80, 30, 15, 1.25, 2.0, 40, 60, 1.0, 1.1, 0.1} | planning
    )
    assert all(figure["value"] >= 0 for figure in document["figures"])
    assert "load from Arrow" in done.stdout


@pytest.mark.parametrize(
    ("figure", "ratio", "met"),
    [
        (Figure("rate", 300.0, "rows/s", 200.0, "more"), 1.5, True),
        (Figure("rate", 100.0, "rows/s", 200.0, "more"), 0.5, False),
        (Figure("time", 300.0, "ms", 150.0, "less"), 0.5, False),
        (Figure("time", 100.0, "ms", 150.0, "less"), 1.5, True),
        (Figure("time", 100.0, "ms"), None, None),
    ],
)
def test_a_figure_says_how_many_times_its_aim_was_reached(
    figure: Figure, ratio: float | None, met: bool | None
) -> None:
    assert (figure.ratio, figure.met) == (ratio, met)
