"""Job roles edited by administrators: what ships is changed and brought back, others are added; nobody is raised silently."""

from __future__ import annotations

import pytest

from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.people import users
from orchflow.people.job_role_changes import (
    JOB_ROLE_CHANGES,
    access_offers,
    remove_job_role,
    save_job_role,
    take_access,
)
from orchflow.people.job_roles import SHIPPED, job_roles
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.permissions import Actor, Role
from orchflow.planning.undo.undo import undo
from orchflow.store.engine import Store
from tests.people.conftest import AddPerson


@pytest.fixture
def ada(add_person: AddPerson) -> Actor:
    return add_person("ada", Role.ADMIN, job_role="ai_lead")


def steward(store: Store, ada: Actor) -> str:
    return JOB_ROLE_CHANGES.create(
        store, ada, name="Data Steward", access="analyst", training="Data quality"
    ).key


def test_what_was_changed_stands_in_the_place_of_what_ships(store: Store, ada: Actor) -> None:
    save_job_role(store, ada, "cto", {"training": "- Reading the figures\n\n- Law"})
    cto = job_roles(store)["cto"]
    assert cto.training == ("Reading the figures", "Law")
    assert (cto.name, cto.responsibilities, cto.own) == ("CTO", SHIPPED["cto"].responsibilities, False)
    assert list(job_roles(store)) == list(SHIPPED)


def test_a_second_change_keeps_the_first_and_each_is_undone(store: Store, ada: Actor) -> None:
    save_job_role(store, ada, "cto", {"access": "viewer"}, request="first")
    save_job_role(store, ada, "cto", {"name": "Chief Technologist"}, request="second")
    assert (job_roles(store)["cto"].name, job_roles(store)["cto"].access) == (
        "Chief Technologist",
        Role.VIEWER,
    )
    undo(store, ada, "second")
    assert job_roles(store)["cto"].name == "CTO"
    save_job_role(store, ada, "ai_lead", {"access": "viewer"}, request="third")
    undo(store, ada, "third")
    assert job_roles(store)["ai_lead"] == SHIPPED["ai_lead"]


def test_a_role_is_brought_back_to_what_ships(store: Store, ada: Actor) -> None:
    save_job_role(store, ada, "cto", {"name": "Boss"})
    remove_job_role(store, ada, "cto")
    assert job_roles(store)["cto"] == SHIPPED["cto"]
    with pytest.raises(Invalid, match="as it ships"):
        remove_job_role(store, ada, "cto")


def test_a_role_of_ones_own_is_given_by_key_or_name(store: Store, ada: Actor) -> None:
    assert steward(store, ada) == "data_steward"
    bob, _ = users.add_user(store, ada, username="bob", job_role="data steward")
    assert (bob.job_role, bob.role) == ("data_steward", Role.ANALYST)
    saved = users.update_user(store, ada, bob.id, bob.version, {"job_role": "AI Engineer"})
    assert (saved.user.job_role, saved.user.role) == ("ai_engineer", Role.ANALYST)


def test_a_role_that_somebody_has_stays(store: Store, ada: Actor) -> None:
    key = steward(store, ada)
    add_people(store, ada, [Newcomer("bob", "Bob", job_role=key)])
    with pytest.raises(Invalid, match="Bob"):
        remove_job_role(store, ada, key)
    with pytest.raises(Invalid, match="Bob"):
        JOB_ROLE_CHANGES.delete(store, ada, job_roles(store)[key].row_id or 0)


def test_an_unknown_role_and_a_name_that_is_taken_are_refused(store: Store, ada: Actor) -> None:
    with pytest.raises(Invalid, match="job_role"):
        users.add_user(store, ada, username="bob", job_role="wizard")
    with pytest.raises(Invalid, match="wizard"):
        add_people(store, ada, [Newcomer("bob", "Bob", job_role="wizard")])
    with pytest.raises(Invalid, match="already"):
        JOB_ROLE_CHANGES.create(store, ada, name="ai  engineer")
    with pytest.raises(Invalid, match="like data_steward"):
        JOB_ROLE_CHANGES.create(store, ada, key="Data/Steward", name="Data Steward")
    with pytest.raises(NotFound, match="wizard"):
        save_job_role(store, ada, "wizard", {})
    with pytest.raises(Invalid, match="at most 300"):
        save_job_role(store, ada, "cto", {"training": "x" * 301})


@pytest.mark.parametrize("role", [Role.MANAGER, Role.MEMBER])
def test_only_administrators_change_job_roles(
    store: Store, ada: Actor, add_person: AddPerson, role: Role
) -> None:
    other = add_person("mo", role)
    with pytest.raises(Forbidden):
        save_job_role(store, other, "cto", {"access": "admin"})
    with pytest.raises(Forbidden):
        JOB_ROLE_CHANGES.create(store, other, key="cto", access="admin")
    save_job_role(store, ada, "cto", {"access": "viewer"}, request="first")
    with pytest.raises(Forbidden):
        undo(store, other, "first")


def test_people_start_with_the_access_of_their_role_unless_somebody_decides(store: Store, ada: Actor) -> None:
    given = [
        users.add_user(store, ada, username="a", job_role="cto")[0],
        users.add_user(store, ada, username="b", job_role="cto", role="viewer")[0],
        users.add_user(store, ada, username="c")[0],
    ]
    assert [user.role for user in given] == [Role.MANAGER, Role.VIEWER, Role.MEMBER]


def test_a_change_of_access_is_offered_and_nobody_is_raised_by_it(store: Store, ada: Actor) -> None:
    bob, _ = users.add_user(store, ada, username="bob", job_role="ai_engineer")
    save_job_role(store, ada, "ai_engineer", {"access": "manager"})
    assert users.get_user(store, ada, bob.id).role is Role.MEMBER
    [offer] = access_offers(store, ada, "ai_engineer")
    assert (offer.person_id, offer.role, offer.offered) == (bob.id, Role.MEMBER, Role.MANAGER)
    assert take_access(store, ada, "ai_engineer", [bob.id]) == 1
    assert users.get_user(store, ada, bob.id).role is Role.MANAGER
    assert access_offers(store, ada, "ai_engineer") == []


def test_the_last_administrator_stays_one(store: Store, ada: Actor) -> None:
    save_job_role(store, ada, "ai_lead", {"access": "manager"})
    assert ada.user_id is not None
    with pytest.raises(Invalid, match="last active administrator"):
        take_access(store, ada, "ai_lead", [ada.user_id])
    assert users.get_user(store, ada, ada.user_id).role is Role.ADMIN


def test_nobody_of_another_job_role_gets_the_access(store: Store, ada: Actor) -> None:
    bob, _ = users.add_user(store, ada, username="bob", job_role="cto")
    with pytest.raises(Invalid, match="not all of them"):
        take_access(store, ada, "ai_lead", [bob.id])
