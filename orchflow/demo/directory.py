"""What the platform knows of Northwind Claims by name: organisations, users, roles, teams and agents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_DNS, uuid5

import pyarrow as pa

from orchflow.demo import models
from orchflow.demo.organisation import DOMAIN, ORGANIZATIONS, TEAMS
from orchflow.demo.simulation import Simulation

PLATFORM_ROLES = {
    "cto": "admin", "ai_lead": "super-admin", "engineering_manager": "manager", "product_manager": "manager",
    "product_owner": "manager",
}  # fmt: skip
OUTSIDERS: tuple[tuple[str, str, str, bool], ...] = (
    ("flow-sync", "Orchestrator Flow service user", f"flow-sync@{DOMAIN}", True),
    ("claims-bridge", "Claims bridge", "svc-claims-bridge@service-principal.local", True),
    ("reviewer", "External reviewer", "reviewer@brightwork-audit.example", False),
)
"""Platform accounts of nobody in the organisation: two services and one guest who matches no person."""

Row = dict[str, object]


def stable_id(kind: str, name: str) -> str:
    """Return the identifier of something that the platform names by a UUID; always the same."""
    return str(uuid5(NAMESPACE_DNS, f"{kind}.{name}.{DOMAIN}"))


def at(simulation: Simulation, day: int, hour: int = 9) -> datetime:
    """Return an instant of day number `day`, never later than now."""
    moment = datetime.combine(simulation.date_of(day), time(hour), tzinfo=simulation.zone)
    return min(moment.astimezone(UTC), simulation.now)


def organizations() -> pa.Table:
    """Return one row per organisation."""
    return pa.Table.from_pylist([{"slug": slug, **names} for slug, names in ORGANIZATIONS.items()])


def users(simulation: Simulation) -> pa.Table:
    """Return one row per account of the platform: everyone, two services and a guest."""
    rows: list[Row] = [
        {
            "user_id": person.platform_id, "email": person.email, "display_name": person.display_name,
            "organization": person.organization, "status": "inactive" if person.left else "active",
            "created_at": at(simulation, (person.joined - simulation.start).days + 1), "service": False,
        }
        for person in simulation.people
    ]  # fmt: skip
    rows += [
        {
            "user_id": stable_id("user", key), "email": email, "display_name": name, "status": "active",
            "created_at": at(simulation, 1), "service": service,
        }
        for key, name, email, service in OUTSIDERS
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def roles(simulation: Simulation) -> pa.Table:
    """Return one row per role that a user holds in an organisation."""
    held = [
        (person.platform_id, person.organization, PLATFORM_ROLES.get(person.job_role, "member"))
        for person in simulation.people
    ]
    held += [(stable_id("user", key), "*", "admin") for key, *_ in OUTSIDERS[:2]]
    return _table(("user_id", "organization", "role"), held)


def teams() -> pa.Table:
    """Return one row per team."""
    rows = [(stable_id("team", team.name), team.organization, team.name, team.description) for team in TEAMS]
    return _table(("team_id", "organization", "name", "description"), rows)


def team_members(simulation: Simulation) -> pa.Table:
    """Return one row per person and team."""
    leads = ("engineering_manager", "product_manager")
    rows = [
        (stable_id("team", person.team), person.platform_id, "lead" if person.job_role in leads else "member")
        for person in simulation.people
    ]
    return _table(("team_id", "user_id", "role"), rows)


def agents(simulation: Simulation) -> pa.Table:
    """Return one row per agent as it is today."""
    rows: list[Row] = []
    for agent, life in zip(simulation.agents, simulation.lives, strict=True):
        model = models.MODELS[models.INDEX[agent.main_model(simulation.days)]]
        migrated = agent.migration[0] if agent.migration and simulation.days >= agent.migration[0] else 0
        changed = max(min(max(life.pilot, migrated), simulation.days), life.created)
        rows.append(
            {
                "slug": agent.slug, "name": agent.name, "description": agent.description,
                "agent_type": agent.kind, "department": agent.organization,
                "organizations": [agent.organization], "status": life.status, "model": model.name,
                "provider": model.provider, "created_at": at(simulation, life.created),
                "updated_at": at(simulation, changed) + timedelta(minutes=20),
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows) if rows else pa.table({"slug": pa.array([], type=pa.string())})


def _table(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])
