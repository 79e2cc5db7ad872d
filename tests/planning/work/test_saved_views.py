"""Saved views: one's own and the shared ones, replaced by name, shared and deleted by those who may."""

from __future__ import annotations

import pytest

from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.users import add_user
from orchflow.planning.work.saved_views import delete_view, list_views, save_view
from orchflow.store.engine import Store


@pytest.fixture
def people(store: Store) -> dict[Role, Actor]:
    found = {}
    for role in (Role.MANAGER, Role.MEMBER, Role.VIEWER):
        user, _ = add_user(store, SYSTEM, username=role.value, display_name=role.value, role=role)
        found[role] = Actor(user.id, user.username, user.display_name, role)
    return found


def test_one_sees_ones_own_views_and_the_shared_ones(store: Store, people: dict[Role, Actor]) -> None:
    save_view(store, people[Role.MANAGER], "Steering", "{}", shared=True)
    save_view(store, people[Role.MANAGER], "Private", "{}")
    save_view(store, people[Role.VIEWER], "mine", "{}")

    assert [view.name for view in list_views(store, people[Role.VIEWER])] == ["mine", "Steering"]


def test_the_same_name_replaces_the_view(store: Store, people: dict[Role, Actor]) -> None:
    save_view(store, people[Role.VIEWER], "mine", '{"level": "task"}')
    save_view(store, people[Role.VIEWER], " mine ", '{"level": "goal"}')

    (view,) = list_views(store, people[Role.VIEWER])
    assert view.query == '{"level": "goal"}'


def test_only_managers_share_and_a_name_is_needed(store: Store, people: dict[Role, Actor]) -> None:
    with pytest.raises(Forbidden):
        save_view(store, people[Role.MEMBER], "Ours", "{}", shared=True)
    with pytest.raises(Invalid, match="must not be empty"):
        save_view(store, people[Role.MEMBER], "  ", "{}")


def test_a_shared_view_is_deleted_by_its_owner_or_a_manager(store: Store, people: dict[Role, Actor]) -> None:
    shared = save_view(store, people[Role.MANAGER], "Steering", "{}", shared=True)
    private = save_view(store, people[Role.MEMBER], "mine", "{}")

    with pytest.raises(Forbidden):
        delete_view(store, people[Role.MEMBER], shared.id)
    with pytest.raises(NotFound):
        delete_view(store, people[Role.MANAGER], private.id)
    delete_view(store, people[Role.MANAGER], shared.id)
    assert list_views(store, people[Role.MANAGER]) == []
