"""Checks of the team: are people there, in their roles, and do they come?"""

from __future__ import annotations

from collections import Counter
from functools import partial

import sqlalchemy as sa

from orchflow.format import quantity
from orchflow.guidance.checks.check import Check, Mend, Outcome, all_of, not_applicable, share_of
from orchflow.guidance.checks.facts import CheckFacts
from orchflow.people.job_roles import job_roles
from orchflow.people.names import email_form
from orchflow.people.permissions import Permission
from orchflow.people.platform_users import read_platform_users
from orchflow.people.tables import Team, TeamMember

LEADERS = ("cto", "ai_lead", "product_owner")
CAME_SHARE = 0.9
AWAY_DAYS = 60
SMALLEST_TEAM = 2
NOBODY_ELSE = "Nobody but the first administrator has an account"
PEOPLE = frozenset({"user_account", "job_role"})

people = partial(Check, flow=2, sees=Permission.PEOPLE_VIEW)


def _leaders(facts: CheckFacts) -> Outcome:
    held = {person.job_role for person in facts.people}
    roles = job_roles(facts.ws.store)
    missing = [roles[role].name for role in LEADERS if role not in held]
    return all_of(len(LEADERS), missing, "leading role", "held by an active person", "")


def _job_roles(facts: CheckFacts) -> Outcome:
    roles = job_roles(facts.ws.store)
    missing = [person.display_name for person in facts.people if person.job_role not in roles]
    return all_of(len(facts.people), missing, "active person", "with a job role", "Nobody has an account")


def _teams(facts: CheckFacts) -> Outcome:
    active = {person.id for person in facts.people}
    members = Counter(
        row.team_id
        for row in facts.stored(sa.select(TeamMember.team_id, TeamMember.user_id))
        if row.user_id in active
    )
    teams = facts.stored(sa.select(Team.id, Team.name, Team.lead_id).order_by(Team.name))
    missing = [
        f"{team.name} ({quantity(members[team.id], 'member')}{'' if team.lead_id in active else ', no lead'})"
        for team in teams
        if members[team.id] < SMALLEST_TEAM or team.lead_id not in active
    ]
    return all_of(len(teams), missing, "team", "with two members and a lead", "There is no team yet")


def _signed_in(facts: CheckFacts) -> Outcome:
    if len(facts.people) < 2:
        return not_applicable(NOBODY_ELSE)
    missing = [person.display_name for person in facts.people if person.last_sign_in_at is None]
    return share_of(
        len(facts.people), missing, "active account", "signed in at least once", "", least=CAME_SHARE
    )


def _active(facts: CheckFacts) -> Outcome:
    if len(facts.people) < 2:
        return not_applicable(NOBODY_ELSE)
    since = facts.before(AWAY_DAYS)
    away = [
        person.display_name
        for person in facts.people
        if (person.last_sign_in_at or person.created_at) < since
    ]
    return all_of(len(facts.people), away, "active account", f"used in the last {AWAY_DAYS} days", "")


def _linked(facts: CheckFacts) -> Outcome:
    users = [user for user in read_platform_users(facts.ws.warehouse) if not user.service]
    if not users:
        return not_applicable("No users of the platform are loaded yet")
    by_address: dict[str, set[str]] = {}
    for user in users:
        if address := email_form(user.email):
            by_address.setdefault(address, set()).add(user.user_id)
    missing = [
        person.display_name
        for person in facts.people
        if person.platform_user_id not in by_address.get(person.email or "", ())
    ]
    good = "linked to the platform's user of its address"
    return all_of(len(facts.people), missing, "active account", good, "Nobody has an account")


CHECKS = (
    people(
        key="leaders-named", question="Are CTO, AI Lead and Product Owner each held by an active person?",
        step="team-creation", level=1, evaluate=_leaders, follows=PEOPLE,
        mend=Mend("Give the job role that is missing to the person who holds it.", "people"),
    ),
    people(
        key="job-roles-complete", question="Does every active person have a job role?",
        step="role-definition", level=1, evaluate=_job_roles, follows=PEOPLE,
        mend=Mend("Fill the column Job role of each person that is named.", "people"),
    ),
    people(
        key="teams-staffed", question="Has every team at least two members and a lead?",
        step="team-creation", level=1, evaluate=_teams, follows=PEOPLE | {"team", "team_member"},
        mend=Mend("Add members and choose a lead, or delete the team.", "people"),
    ),
    people(
        key="people-signed-in", question="Did 90 % of active people sign in at least once?",
        step="team-creation", level=2, unit="percent", evaluate=_signed_in, follows=PEOPLE,
        mend=Mend("Send those who are named the address and how to sign in; call them if that does not help.", "people"),
    ),
    people(
        key="people-active", question="Did no active person stay away for 60 days?",
        step="communication-setup", level=3, evaluate=_active, follows=PEOPLE,
        mend=Mend("Ask what keeps them away; disable the accounts of those who have left.", "people"),
    ),
    people(
        key="people-linked", question="Is every active person linked to the platform's user of the same address?",
        step="team-creation", level=2, evaluate=_linked, follows=PEOPLE | {"platform"},
        mend=Mend("Give each person that is named the e-mail address that the platform knows, and load the users again.", "people"),
    ),
)  # fmt: skip
