"""Adding many people at once: a whole organisation, or the rows of an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.people import user_rules
from orchflow.people.permissions import Actor, Permission, Role
from orchflow.people.tables import TOPIC, User
from orchflow.store.engine import Store
from orchflow.store.field import fields_of, read_changes
from orchflow.store.rules import read_among


@dataclass(frozen=True)
class Newcomer:
    """A person to add, without a password: they sign in through the identity provider or are given one later.

    Without a `role` they get the access of their job role.
    """

    username: str
    display_name: str
    email: str | None = None
    role: Role | None = None
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
    roles: dict[str, Mapping[str, str]] = {}
    with store.unit(actor, alone=TOPIC) as session:
        for place, newcomer in enumerate(newcomers):
            values, refused = read_changes(
                fields_of(User),
                {name: value for name, value in vars(newcomer).items() if name != "role" or value}
                | {"display_name": newcomer.display_name or newcomer.username},
                place,
                new=True,
            )
            if refused:
                problems += refused
                continue
            refused = read_among(session, fields_of(User), values, roles)
            if refused:
                problems += [replace(problem, row=place) for problem in refused]
                continue
            user_rules.starting_role(session, values)
            user_rules.refuse_taken(session, None, values)
            users.append(User(**values, must_change_password=False, sessions_valid_from=clock.now()))
        if problems:
            raise Invalid(problems)
        with user_rules.sent(session, None):
            session.add_all(users)
        return [user.id for user in users]
