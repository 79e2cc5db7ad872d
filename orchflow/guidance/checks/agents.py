"""Checks of the agents themselves: is what the platform says of them sound, are they owned and used?"""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa

from orchflow.guidance.checks.check import Check, Mend, Outcome, all_of
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.metrics.read import lines
from orchflow.people.permissions import Permission
from orchflow.planning.tables import Goal, Link, LinkKind, Project

NO_AGENTS = "No agent is loaded yet"
NO_ACTIVE_AGENT = "No agent is switched on"
USED_DAYS = 30

AGENTS = frozenset({"agents"})
OWNED = AGENTS | {"link", "goal", "project"}

agents = partial(Check, flow=3, sees=Permission.INSIGHTS_VIEW)


def _status_agrees(facts: CheckFacts) -> Outcome:
    told = [agent for agent in facts.agents if agent.column_status is not None and agent.status is not None]
    missing = [
        f"{agent.slug} (column {agent.column_status}, runs as {agent.status})"
        for agent in told
        if agent.column_status != agent.status
    ]
    none = "The platform tells no second status" if facts.agents else NO_AGENTS
    return all_of(len(told), missing, "agent", "with one status", none)


def _rows_whole(facts: CheckFacts) -> Outcome:
    missing = [f"{agent.slug} ({agent.fault})" for agent in facts.agents if agent.fault]
    return all_of(len(facts.agents), missing, "agent", "with a whole row", NO_AGENTS)


def _linked(facts: CheckFacts) -> Outcome:
    owners = _owners(facts)
    missing = [slug for slug in facts.active_agents if slug not in owners]
    return all_of(
        len(facts.active_agents), missing, "active agent", "linked to a project or goal", NO_ACTIVE_AGENT
    )


def _owned(facts: CheckFacts) -> Outcome:
    owners, people = _owners(facts), {person.id for person in facts.people}
    missing = [slug for slug in facts.active_agents if not owners.get(slug, set()) & people]
    return all_of(
        len(facts.active_agents), missing, "active agent", "with an owner who is here", NO_ACTIVE_AGENT
    )


def _owners(facts: CheckFacts) -> dict[str, set[int | None]]:
    """By each agent that is linked to a project or goal who answers for these; a goal without an owner has its project's."""
    owners: dict[str, set[int | None]] = {}
    of_goal = sa.func.coalesce(Goal.owner_id, Project.owner_id)
    linked = (
        sa.select(Link.target, of_goal)
        .join(Goal, sa.and_(Link.entity == "goal", Goal.id == Link.entity_id))
        .join(Project, Project.id == Goal.project_id),
        sa.select(Link.target, Project.owner_id).join(
            Project, sa.and_(Link.entity == "project", Project.id == Link.entity_id)
        ),
    )
    for statement in linked:
        for slug, owner in facts.stored(statement.where(Link.kind == LinkKind.AGENT)):
            owners.setdefault(slug, set()).add(owner)
    return owners


def _used(facts: CheckFacts) -> Outcome:
    ran = {line["value"] for line in lines(facts.days(USED_DAYS), ("runs",), by="agent") if line["runs"]}
    missing = [slug for slug in facts.active_agents if slug not in ran]
    return all_of(
        len(facts.active_agents),
        missing,
        "active agent",
        f"used in the last {USED_DAYS} days",
        NO_ACTIVE_AGENT,
    )


CHECKS = (
    agents(
        key="agent-status-agrees", question="Do column and run-time status of every agent agree?",
        step="agent-development", level=1, may_lack=True, evaluate=_status_agrees, follows=AGENTS,
        mend=Mend("Set the column status of each agent that is named to what its metadata say.", "agents"),
    ),
    agents(
        key="agent-rows-whole", question="Has every agent's row a status and, if it is active, a context?",
        step="agent-development", level=1, evaluate=_rows_whole, follows=AGENTS,
        mend=Mend("Correct the row of each agent that is named; one broken row hides every other of its list.", "agents"),
    ),
    agents(
        key="agents-linked", question="Is every active agent linked to a project or goal?",
        step="integration", level=1, evaluate=_linked, follows=OWNED,
        mend=Mend("Open the project or goal that the agent serves, and add a link to the agent.", "plan"),
    ),
    agents(
        key="agents-owned", question="Has every active agent an owner who is an active person?",
        step="integration", level=1, evaluate=_owned, follows=OWNED | {"user_account"},
        mend=Mend("Give the project or goal that the agent is linked to an owner.", "plan"),
    ),
    agents(
        key="agents-used", question="Did every active agent run in the last 30 days?",
        flow=5, step="implementation", level=2, evaluate=_used, follows=AGENTS | {"runs"},
        mend=Mend("Switch off what nobody needs; ask the department of the others what is in the way.", "agents"),
    ),
)  # fmt: skip
