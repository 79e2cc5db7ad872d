"""Adding a whole organisation at once: everybody or nobody."""

from __future__ import annotations

import pytest

from orchflow.errors import Forbidden, Invalid
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import get_user, list_users
from orchflow.store.engine import Store


def test_everybody_is_added_without_a_password_in_the_given_order(store: Store) -> None:
    ids = add_people(
        store, SYSTEM, [Newcomer("Zoe.Abara", "Zoe Abara", "Zoe@Example.org"), Newcomer("amir", "Amir")]
    )
    zoe, amir = (get_user(store, SYSTEM, user_id) for user_id in ids)
    assert (zoe.username, zoe.email, amir.username) == ("zoe.abara", "zoe@example.org", "amir")
    assert not zoe.has_password
    assert not zoe.must_change_password


def test_one_refused_value_keeps_everybody_out_and_is_named_with_its_place(store: Store) -> None:
    with pytest.raises(Invalid) as refused:
        add_people(store, SYSTEM, [Newcomer("ada", "Ada"), Newcomer("bad name", "B", "not-an-address")])
    assert {(problem.row, problem.field) for problem in refused.value.problems} == {
        (1, "username"),
        (1, "email"),
    }
    assert list_users(store, SYSTEM) == []


def test_two_newcomers_with_one_username_are_refused(store: Store) -> None:
    with pytest.raises(Invalid):
        add_people(store, SYSTEM, [Newcomer("ada", "Ada"), Newcomer("ADA", "Another Ada")])
    assert list_users(store, SYSTEM) == []


def test_it_needs_the_permission(store: Store) -> None:
    with pytest.raises(Forbidden):
        add_people(store, Actor(None, "viewer", "A viewer", Role.VIEWER), [Newcomer("ada", "Ada")])
