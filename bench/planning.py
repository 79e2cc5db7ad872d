"""The plan at ten thousand tasks with a year of history, against a tenth of it.

The functions behind the screens are called as the screens call them; the Plan page is asked for over the websocket as
a browser would, by new tabs: with the plan as the server knows it, and after somebody changed it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

from bench.figures import Figure, median_seconds
from bench.plan_rows import VISITOR, Filled, fill_plan
from bench.sizes import Sizes
from bench.visitor import Visitor
from bench.workspaces import open_at, settings_of
from orchflow import clock
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.days import Days
from orchflow.planning.flow.cumulative_flow import cumulative_flow, flow_report
from orchflow.planning.flow.forecasts import forecast_report
from orchflow.planning.flow.scope import EVERYTHING, flow_steps
from orchflow.planning.sprints.burndown import burndown_report
from orchflow.planning.work.tasks import Edit, SaveReport, list_tasks, save_tasks
from orchflow.store.engine import Store, open_store
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace, store_url
from tests.serving import Server

EDITED = 50
YEAR = timedelta(days=365)
AIMS = {"plan page, new tab": 300, "plan page after a change": 300, "save of 50 rows": 150, "burndown": 50,
        "cumulative flow of a year": 100, "forecast, 10,000 trials": 100}  # fmt: skip
SAVE_AIM = 500


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Fill two workspaces; time the same on both, and on the larger one twenty people at once."""
    small = _measured(folder / "small", sizes.plan_small, sizes)
    large = _measured(folder / "large", sizes.plan_large, sizes)
    figures = []
    for name, aim in AIMS.items():
        at = f"{large.filled.tasks:,} tasks with {large.filled.changes:,} changes"
        note = f"median of {sizes.plan_repeats}; {small.seconds[name] * 1000:.1f} ms at {small.filled.tasks:,} tasks"
        if name in large.cpu:
            note += f"; {large.cpu[name] * 1000:.0f} ms of CPU"
        figures.append(Figure(f"{name}, {at}", large.seconds[name] * 1000, "ms", aim, "less", note))
        growth = large.growing(name) / small.growing(name)
        linear = large.filled.tasks / small.filled.tasks
        figures.append(
            Figure(f"growth of {name}", growth, "×", linear, "less", f"{linear:.0f} would be linear")
        )
    whole = large.seconds["flow metrics, whole report"] * 1000
    figures.append(
        Figure("flow metrics, whole report", whole, "ms", note="with cycle times, ageing and titles")
    )
    return figures + _together(folder / "large", large.filled, sizes)


class _Measured:
    """The seconds of each thing at one size; of what runs in this process also those of the CPU."""

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        self.seconds: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    def growing(self, name: str) -> float:
        """What growth is told from: the CPU's time where it is known, which other work on the machine leaves alone."""
        return self.cpu.get(name, self.seconds[name])

    def take(self, name: str, work: Callable[[], object], times: int) -> None:
        """Measure `work`, once it has run."""
        work()
        cpu = []

        def counted() -> None:
            began = time.process_time()
            work()
            cpu.append(time.process_time() - began)

        self.seconds[name] = median_seconds(counted, times)
        self.cpu[name] = statistics.median(cpu)


def _measured(folder: Path, tasks: int, sizes: Sizes) -> _Measured:
    ws = open_at(folder)
    try:
        found = _Measured(fill_plan(ws.store, tasks))
        dispatcher(ws).start()  # as in the server: what is saved is followed while the next is saved
        for name, work in _works(ws, found.filled).items():
            found.take(name, work, sizes.plan_repeats)
    finally:
        ws.close()
    home = folder / "home"
    # A store of its own, so that the server has to find out that the plan is another one.
    store = open_store(store_url(settings_of(folder)), backups=folder)
    change = _saver(store, SYSTEM, 3, 1)
    with Server(home, config=folder / "orchflow.yaml") as server:

        def visit() -> float:
            with Visitor(server.address, home, VISITOR) as visitor:
                return visitor.open("plan").seconds

        def after_a_change() -> float:
            change()
            return visit()

        visit()
        found.seconds["plan page, new tab"] = _median(visit, sizes.plan_repeats)
        found.seconds["plan page after a change"] = _median(after_a_change, sizes.plan_repeats)
    store.dispose()
    return found


def _median(work: Callable[[], float], times: int) -> float:
    return statistics.median(work() for _ in range(times))


def _works(ws: Workspace, filled: Filled) -> dict[str, Callable[[], object]]:
    now = clock.now()
    today = now.astimezone(ws.zone).date()

    def flow_of_a_year() -> object:
        with ws.store.read() as session:
            steps = flow_steps(session, EVERYTHING)
        return cumulative_flow(steps, Days.between(today - YEAR, today, ws.zone))

    return {
        "save of 50 rows": _saver(ws.store, SYSTEM, 0, EDITED),
        "burndown": lambda: burndown_report(ws, SYSTEM, filled.sprint_id),
        "cumulative flow of a year": flow_of_a_year,
        "flow metrics, whole report": lambda: flow_report(ws, SYSTEM, today - YEAR, today),
        "forecast, 10,000 trials": lambda: forecast_report(ws, SYSTEM),
    }


def _saver(store: Store, actor: Actor, first: int, count: int) -> Callable[[], SaveReport]:
    """Each call changes three fields of the same rows, as a manager who edited them in the grid."""
    ids = [task.id for task in list_tasks(store, SYSTEM, after=0, limit=first + count)][first:]
    versions = {task.id: task.version for task in list_tasks(store, SYSTEM, ids=ids)}
    turn = 0

    def save() -> SaveReport:
        nonlocal turn
        turn += 1
        values = {"title": f"Edited {turn} times", "points": turn % 13, "labels": ["bench", f"turn {turn}"]}
        report = save_tasks(store, actor, [Edit(task, versions[task], values) for task in ids])
        for outcome in report.outcomes:
            if outcome.row is None or outcome.outcome != "saved":
                raise RuntimeError(f"an edit was not saved: {outcome}")
            versions[outcome.row.id] = outcome.row.version
        return report

    return save


def _together(folder: Path, filled: Filled, sizes: Sizes) -> list[Figure]:
    """Twenty people save different rows at the same moments, again and again; then everything is read back."""
    ws = open_at(folder)
    dispatcher(ws).start()
    people, taken = filled.people, []
    faults: list[str] = []
    try:
        rows = [task.id for task in list_tasks(ws.store, SYSTEM, after=0, limit=len(people))]
        savers = [_saver(ws.store, person, place, 1) for place, person in enumerate(people)]
        together = Barrier(len(people))

        def person(place: int) -> list[float]:
            mine = []
            for _ in range(sizes.plan_rounds):
                together.wait()
                began = time.perf_counter()
                try:
                    savers[place]()
                except Exception as error:  # whatever goes wrong is counted, and shown
                    faults.append(str(error))
                mine.append(time.perf_counter() - began)
            return mine

        with ThreadPoolExecutor(len(people)) as pool:
            for mine in pool.map(person, range(len(people))):
                taken += mine
        kept = list_tasks(ws.store, SYSTEM, ids=rows)
        lost = sum(task.title != f"Edited {sizes.plan_rounds} times" for task in kept)
    finally:
        ws.close()
    p95 = statistics.quantiles(taken, n=20)[-1]
    name = f"{len(people)} people saving at once"
    stored = 100 * (1 - (len(faults) + lost) / len(taken))
    return [
        Figure(f"{name}, P95", p95 * 1000, "ms", SAVE_AIM, "less", f"{len(taken)} saves of different rows"),
        Figure(f"{name}, stored", stored, "%", 100, "more", f"{len(faults)} errors, {lost} lost"),
    ]
