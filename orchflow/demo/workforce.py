"""Puts the people of the simulation into the plan store, through the functions that screens and commands use."""

from __future__ import annotations

from orchflow.demo.organisation import TEAMS, Person
from orchflow.demo.simulation import Simulation
from orchflow.people.credentials import set_password
from orchflow.people.job_roles import SHIPPED
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.passwords import one_time_password
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.teams import add_team
from orchflow.people.users import list_users, update_user
from orchflow.store.engine import Store

LEADS = ("cto", "engineering_manager", "product_manager", "product_owner", "business_analyst")


def add_workforce(store: Store, simulation: Simulation) -> list[str]:
    """Add everyone with their teams; returns the sign-ins of those who got a password, a line each.

    Hashing a password takes a quarter of a second, so the others have none. An `admin` made by the first start
    becomes the simulated administrator.
    """
    known = {user.username: user for user in list_users(store, SYSTEM)}
    people = simulation.people
    newcomers = [person for person in people if person.username not in known]
    added = add_people(store, SYSTEM, [_newcomer(person) for person in newcomers])
    ids = {person.username: user_id for person, user_id in zip(newcomers, added, strict=True)}
    for person in people:
        if (user := known.get(person.username)) is not None:
            names = ("display_name", "email", "job_role", "platform_user_id")
            changes = {name: getattr(_newcomer(person), name) for name in names}
            update_user(store, SYSTEM, user.id, user.version, changes)
            ids[person.username] = user.id
    for team in TEAMS:
        members = [person for person in people if person.team == team.name]
        leads = [person for role in LEADS for person in members if person.job_role == role]
        add_team(
            store, SYSTEM, name=team.name, description=team.description,
            lead_id=ids[leads[0].username] if leads else None,
            member_ids=[ids[person.username] for person in members],
        )  # fmt: skip
    sign_ins = []
    by_role = {person.sign_in: person for person in people}
    for role in reversed(Role):
        person, password = by_role[role.value], one_time_password()
        set_password(store, SYSTEM, ids[person.username], password, must_change=False)
        job = SHIPPED[person.job_role].name
        sign_ins.append(f"{person.username:<9} {password}   {person.display_name}, {job}")
    return sign_ins


def _newcomer(person: Person) -> Newcomer:
    return Newcomer(
        username=person.username, display_name=person.display_name, email=person.email, role=person.role,
        job_role=person.job_role, platform_user_id=person.platform_id, active=not person.left,
    )  # fmt: skip
