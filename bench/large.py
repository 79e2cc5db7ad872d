"""The organisation that speeds are promised for: the simulated one with more agents and people, a plan of any size and bills.

Its models, bills, hours and entries of costs are in one workspace, so that Cost and Ledger read all four parts.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import cycle
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

import duckdb
import sqlalchemy as sa

from bench.bill_rows import write_bill
from bench.plan_rows import PEOPLE, fill_plan
from orchflow import clock
from orchflow.config.sources import FocusFileSettings
from orchflow.demo.agents import Agent, Life
from orchflow.demo.organisation import Person
from orchflow.demo.simulation import Simulation
from orchflow.demo.simulator import fill_with
from orchflow.ingest.run import run_source
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import SYSTEM
from orchflow.planning.tables import Effort, Link, LinkKind, Project
from orchflow.store.engine import Store
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace

BILLS = "large-bills"
"""The source of the large bill."""


@dataclass(frozen=True)
class Organisation:
    """How large it is; `bill_rows` are those of a file in FOCUS over all its days."""

    events: int
    days: int
    agents: int
    people: int
    tasks: int
    bill_rows: int


@dataclass(frozen=True)
class LargeSimulation(Simulation):
    """The simulation with everybody and every agent as often as is needed to be so many."""

    most_agents: int = 0
    most_people: int = 0

    @cached_property
    def people(self) -> list[Person]:
        """Those of the simulation, then others like them, who sign in nowhere."""
        known = super().people
        turns = cycle(known)
        others = (_like(next(turns), position) for position in range(len(known), self.most_people))
        return [*known, *others]

    @cached_property
    def alive(self) -> list[tuple[Agent, Life]]:
        """Those of the simulation, then others like them."""
        known = super().alive
        turns = cycle(known)
        others = []
        for number in range(len(known), self.most_agents if known else 0):
            agent, life = next(turns)
            others.append(
                (replace(agent, slug=f"{agent.slug}-{number}", name=f"{agent.name} {number}"), life)
            )
        return [*known, *others]


def _like(person: Person, position: int) -> Person:
    address = f"person.{position}"
    return replace(
        person, position=position, username=address, display_name=f"{person.display_name} {position}", left=False, sign_in=None,
        email=f"{address}@example.org", platform_id=str(uuid5(NAMESPACE_DNS, address)),
    )  # fmt: skip


def fill_large(ws: Workspace, folder: Path, size: Organisation) -> int:
    """Fill an empty workspace; how many usage events it holds then. Files that it reads are written to `folder`."""
    simulation = LargeSimulation(
        1, size.days, size.events, ws.zone, clock.now(), most_agents=size.agents, most_people=size.people - PEOPLE - 1
    )  # fmt: skip
    report = fill_with(ws, simulation)
    if size.tasks > report.tasks:
        efforts = _efforts(ws.store)
        fill_plan(ws.store, size.tasks - report.tasks, after=efforts)
        _link(ws.store, [agent.slug for agent in simulation.agents], efforts)
    file = folder / "bills.parquet"
    with closing(duckdb.connect()) as connection:
        write_bill(connection, file, size.bill_rows, simulation.start, size.days)
    settings = FocusFileSettings(name=BILLS, kind="focus_file", path=str(file))
    result = run_source(ws, SYSTEM, open_source(settings))
    if result.state != "done":
        raise RuntimeError(f"The bills could not be loaded: {result.error}")
    dispatcher(ws).deliver()
    return report.events


def _efforts(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.max(Effort.number))) or 0


def _link(store: Store, agents: list[str], efforts: int) -> None:
    """Let each agent belong to one or two projects of the plan that was added."""
    with store.unit(SYSTEM) as session:
        projects = session.scalars(
            sa.select(Project.id).join(Effort, Effort.id == Project.effort_id).where(Effort.number > efforts).order_by(Project.id)
        ).all()  # fmt: skip
        for place, agent in enumerate(agents):
            for project in {projects[place % len(projects)], projects[place * 7 % len(projects)]}:
                session.add(Link(entity="project", entity_id=project, kind=LinkKind.AGENT, target=agent))
