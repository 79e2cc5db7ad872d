"""Adding many people at once: a whole organisation, or the rows of an import."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.people import user_rules
from orchflow.people.names import email_form, plain, username_form
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.people.tables import TOPIC, User
from orchflow.store.engine import Store


@dataclass(frozen=True)
class Newcomer:
    """A person to add, without a password: they sign in through the identity provider or are given one later."""

    username: str
    display_name: str
    email: str | None = None
    role: Role = Role.MEMBER
    job_role: str | None = None
    platform_user_id: str | None = None
    active: bool = True


def add_people(store: Store, actor: Actor, newcomers: Sequence[Newcomer]) -> list[int]:
    """Add everyone in one transaction; returns their ids in the same order.

    Invalid names every refused value with its place in `newcomers`, and then nobody is added.
    """
    actor.require(Permission.PEOPLE_MANAGE)
    users: list[User] = []
    problems: list[Problem] = []
    with store.unit(actor, alone=TOPIC) as session:
        for place, newcomer in enumerate(newcomers):
            name = username_form(newcomer.username)
            values = {
                "display_name": plain(newcomer.display_name) or name,
                "email": email_form(newcomer.email),
                "role": newcomer.role,
                "job_role": newcomer.job_role or None,
                "platform_user_id": plain(newcomer.platform_user_id) or None,
                "active": newcomer.active,
            }
            found = user_rules.username_problems(name) + user_rules.problems(place, values)
            if found:
                problems += [Problem(place, problem.field, problem.message) for problem in found]
                continue
            user_rules.refuse_taken(session, None, {"username": name, **values})
            users.append(
                User(**values, username=name, must_change_password=False, sessions_valid_from=clock.now())
            )
        if problems:
            raise Invalid(problems)
        session.add_all(users)
        user_rules.flush(session, None)
        return [user.id for user in users]
