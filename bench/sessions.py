"""A hundred people at once: signed-in tabs that walk the screens with time to think, and what is left when they are gone."""

from __future__ import annotations

import itertools
import random
import statistics
import threading
import time
from pathlib import Path

import psutil

from bench.figures import Figure
from bench.people import PERSON
from bench.sizes import Sizes
from bench.visitor import Visitor
from bench.workspaces import demo

WALK = ("", "cost", "agents", "plan", "board", "sprints")
THINKING = 2.0


class Walkers:
    """Tabs that each walk the screens in a circle; collects how long every page took and what went wrong."""

    def __init__(self, address: str, home: Path, until: float) -> None:
        self._address = address
        self._home = home
        self._until = until
        self._lock = threading.Lock()
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def walk(self, number: int) -> None:
        """One tab, beginning somewhere in the circle at a moment of its own."""
        chance = random.Random(number)
        time.sleep(chance.uniform(0, THINKING))
        try:
            with Visitor(self._address, self._home, PERSON) as tab:
                tab.open("")
                for page in itertools.islice(itertools.cycle(WALK), number % len(WALK), None):
                    if time.monotonic() > self._until:
                        return
                    taken = tab.open(page).seconds
                    with self._lock:
                        self.seconds.append(taken)
                    time.sleep(THINKING)
        except Exception as error:  # whatever a tab shows counts as an error of the run
            with self._lock:
                self.errors.append(f"{type(error).__name__}: {error}")


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Fill a workspace, let the tabs walk, close them, and look again when the server has forgotten them."""
    workspace = demo(sizes.small, sizes)
    home = workspace.home
    with workspace.serve() as server:
        process = psutil.Process(server.process.pid)
        with Visitor(server.address, home, PERSON) as tab:
            for page in WALK:
                tab.open(page)
        time.sleep(sizes.settling)
        before = process.num_fds(), process.memory_info().rss
        cpu = process.cpu_times()
        walkers = Walkers(server.address, home, time.monotonic() + sizes.walking)
        tabs = [threading.Thread(target=walkers.walk, args=(number,)) for number in range(sizes.tabs)]
        for tab_thread in tabs:
            tab_thread.start()
        for tab_thread in tabs:
            tab_thread.join()
        after = process.cpu_times()
        time.sleep(sizes.settling)
        left = process.num_fds(), process.memory_info().rss
    return _figures(sizes, walkers, before, left, (after.user + after.system) - (cpu.user + cpu.system))


def _figures(
    sizes: Sizes, walkers: Walkers, before: tuple[int, int], left: tuple[int, int], cpu: float
) -> list[Figure]:
    taken = sorted(walkers.seconds)
    wrong = f"{len(walkers.errors)} errors" + (f", first: {walkers.errors[0]}" if walkers.errors else "")
    name = f"{sizes.tabs} tabs, {THINKING:g} s of thinking"
    p95 = statistics.quantiles(taken, n=20)[-1]
    return [
        Figure(f"page, half of them, {name}", statistics.median(taken) * 1000, "ms", 300, note=f"{len(taken):,} pages, {wrong}"),
        Figure(f"page, 95 of 100, {name}", p95 * 1000, "ms", 1000),
        Figure("CPU of a page among many", cpu / len(taken) * 1000, "ms"),
        Figure(
            "descriptors when the tabs are gone", left[0] / before[0], "× before", 1.0,
            note=f"{before[0]} before, {left[0]} {sizes.settling:g} s after",
        ),
        Figure(
            "memory when the tabs are gone", left[1] / before[1], "× before", 1.1,
            note=f"{before[1] / 2**20:,.0f} MB before, {left[1] / 2**20:,.0f} MB after",
        ),
    ]  # fmt: skip
