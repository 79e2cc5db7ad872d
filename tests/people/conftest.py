"""People to test with, added straight to the table: hashing a password takes a quarter of a second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.tables import User
from orchflow.store.engine import Store

PASSWORD = "correct horse battery"
PASSWORD_HASH = "$2b$04$wvdSoB3fsS6jpmh99IMFZ./lUiDhQ38Y2Lzwv2/fDf/hOCooes7vK"
"""As cheap as bcrypt allows."""

AddPerson = Callable[..., Actor]


@pytest.fixture
def add_person(store: Store) -> AddPerson:
    """Adds a user with PASSWORD and returns the actor they are."""

    def add(username: str, role: Role = Role.MEMBER, **values: object) -> Actor:
        with store.unit(SYSTEM) as session:
            user = User(
                **{
                    "username": username,
                    "display_name": username.title(),
                    "role": role,
                    "password_hash": PASSWORD_HASH,
                    "sessions_valid_from": clock.now(),
                    **values,
                }
            )
            session.add(user)
        return Actor(user.id, user.username, user.display_name, user.role)

    return add


class Time:
    """The clock of a test: stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = clock.now()

    def now(self) -> datetime:
        return self.moment

    def forward(self, **amount: float) -> datetime:
        self.moment += timedelta(**amount)
        return self.moment


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """Takes over the product's clock."""
    still = Time()
    monkeypatch.setattr(clock, "now", still.now)
    return still
