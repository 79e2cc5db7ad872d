"""Adding, listing, editing and disabling people."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from orchflow import clock
from orchflow.config.settings import SecuritySettings
from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound, OrchflowError
from orchflow.people import passwords, teams, users
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.sign_in import SignInRefused, actor_for_token, verify_password
from orchflow.people.tables import User
from orchflow.store.engine import Store
from orchflow.store.tables import Change
from tests.people.conftest import PASSWORD, AddPerson

SECURITY = SecuritySettings()


@pytest.fixture
def ada(add_person: AddPerson) -> Actor:
    return add_person("ada", Role.ADMIN, email="ada@example.com")


def problems(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {problem.field: problem.message for problem in refused.value.problems}


def test_a_new_person_signs_in_with_the_password_that_was_handed_over(store: Store, ada: Actor) -> None:
    bob, password = users.add_user(
        store,
        ada,
        username=" Bob ",
        display_name="Bob B.",
        email="Bob@Example.com",
        role="manager",
        job_role="cto",
    )
    assert (bob.username, bob.email, bob.role, bob.must_change_password) == (
        "bob",
        "bob@example.com",
        Role.MANAGER,
        True,
    )
    signed_in = verify_password(store, "BOB", password, "", SECURITY)
    assert signed_in.must_change_password
    assert signed_in.actor.user_id == bob.id


def test_every_refused_value_is_named(store: Store, ada: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        users.add_user(
            store,
            ada,
            username="no spaces",
            display_name="x" * 121,
            email="nobody",
            role="king",
            job_role="jester",
            password="short",
        )
    assert problems(refused).keys() == {"username", "display_name", "email", "role", "job_role", "password"}
    assert len(users.list_users(store, ada)) == 1


@pytest.mark.parametrize("name", ["system", "ünicode", "x" * 65, "two words", "-dash", "a/b"])
def test_usernames_that_are_not_are_refused(store: Store, ada: Actor, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        users.add_user(store, ada, username=name)
    assert problems(refused).keys() == {"username"}


def test_a_username_is_made_where_none_is_given(store: Store, ada: Actor) -> None:
    def made(name: str, email: str | None = None) -> str:
        return users.add_user(store, SYSTEM, display_name=name, email=email)[0].username

    assert made("Zoë  Ångström") == "zoe.angstrom"
    assert made("Zoë Ångström") == "zoe.angstrom2"
    assert made("Whoever", "B.Smith@example.com") == "b.smith"
    assert made("System") == "system2", "the product's own name is nobody's"
    assert made("王") == "person"


def test_a_person_needs_a_username(store: Store, ada: Actor) -> None:
    with pytest.raises(Invalid, match="username"):
        users.add_user(store, ada, username=" ")


def test_what_postgresql_cannot_keep_is_taken_out(store: Store, ada: Actor) -> None:
    row, _ = users.add_user(store, ada, username="b\x00ob", display_name=" Bo\x00b\x07 ")
    assert (row.username, row.display_name) == ("bob", "Bob")


def test_names_and_addresses_that_are_taken_are_refused_in_any_case(store: Store, ada: Actor) -> None:
    with pytest.raises(Invalid, match="already") as refused:
        users.add_user(store, ada, username="ADA", email="ADA@example.com")
    assert problems(refused).keys() == {"username", "email"}


def test_the_same_name_added_twice_at_once_is_one_person_and_one_refusal(store: Store, ada: Actor) -> None:
    outcomes: list[str] = []

    def add() -> None:
        try:
            users.add_user(store, ada, username="bob", password="a long password")
            outcomes.append("added")
        except Invalid:
            outcomes.append("refused")

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "refused", "refused"]


def test_the_list_names_teams_and_costs_the_same_however_many_people(
    store: Store, ada: Actor, add_person: AddPerson
) -> None:
    assert ada.user_id is not None
    teams.add_team(store, ada, name="Engines", member_ids=[ada.user_id])
    teams.add_team(store, ada, name="Analysis", member_ids=[ada.user_id])
    (row,) = users.list_users(store, ada)
    assert row.teams == ("Analysis", "Engines")

    def statements() -> int:
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement.lower().startswith("select"):
                seen.append(statement)

        event.listen(sa.Engine, "before_cursor_execute", note)
        users.list_users(store, ada)
        event.remove(sa.Engine, "before_cursor_execute", note)
        return len(seen)

    few = statements()
    for number in range(20):
        add_person(f"person{number}")
    assert statements() == few == 2


def test_the_list_can_be_of_active_people(store: Store, ada: Actor, add_person: AddPerson) -> None:
    add_person("gone", active=False)
    assert [row.username for row in users.list_users(store, ada, active=True)] == ["ada"]
    assert [row.username for row in users.list_users(store, ada, active=False)] == ["gone"]


def test_two_editors_of_different_fields_merge(store: Store, ada: Actor, add_person: AddPerson) -> None:
    bob = users.user_named(store, add_person("bob").username)
    users.update_user(store, ada, bob.id, bob.version, {"email": "bob@example.com"})
    saved = users.update_user(store, SYSTEM, bob.id, bob.version, {"job_role": "ai_engineer"})
    assert saved.merged
    assert (saved.user.email, saved.user.job_role, saved.user.version) == (
        "bob@example.com",
        "ai_engineer",
        3,
    )


def test_two_editors_of_one_field_conflict(store: Store, ada: Actor, add_person: AddPerson) -> None:
    bob = users.user_named(store, add_person("bob").username)
    users.update_user(store, ada, bob.id, bob.version, {"role": "manager"})
    with pytest.raises(ConflictError) as conflict:
        users.update_user(store, SYSTEM, bob.id, bob.version, {"role": "analyst"})
    (found,) = conflict.value.conflicts
    assert (found.base, found.theirs, found.mine) == (Role.MEMBER, Role.MANAGER, Role.ANALYST)


def test_refused_values_of_an_edit_are_named_with_their_row(store: Store, ada: Actor) -> None:
    assert ada.user_id is not None
    changes = {"email": "x", "role": "king", "active": "perhaps", "password_hash": "x", "username": "eve"}
    with pytest.raises(Invalid) as refused:
        users.update_user(store, ada, ada.user_id, 1, changes)
    assert problems(refused).keys() == changes.keys()
    assert {problem.row for problem in refused.value.problems} == {ada.user_id}


def test_an_edit_of_nobody_is_not_found(store: Store, ada: Actor) -> None:
    with pytest.raises(NotFound, match="There is no user 99"):
        users.update_user(store, ada, 99, 1, {"display_name": "Nobody"})
    with pytest.raises(NotFound, match="no user 'nobody'"):
        users.user_named(store, "nobody")


@pytest.mark.parametrize(
    "changes",
    [{"role": "viewer"}, {"active": False}, {"active": False, "role": "viewer", "display_name": "X"}],
)
def test_the_last_active_administrator_stays_one(
    store: Store, ada: Actor, add_person: AddPerson, changes: dict[str, Any]
) -> None:
    assert ada.user_id is not None
    add_person("disabled", Role.ADMIN, active=False)
    with pytest.raises(Invalid, match="last active administrator"):
        users.update_user(store, ada, ada.user_id, 1, changes)
    with pytest.raises(Invalid, match="last active administrator"):
        users.disable_user(store, SYSTEM, ada.user_id)
    assert users.get_user(store, ada, ada.user_id).version == 1


def test_two_administrators_cannot_remove_each_other_at_once(
    store: Store, ada: Actor, add_person: AddPerson
) -> None:
    bob = add_person("bob", Role.ADMIN)
    refused: list[BaseException] = []

    def remove(actor: Actor, other: Actor) -> None:
        try:
            users.disable_user(store, actor, other.user_id or 0)
        except Forbidden as error:
            refused.append(error)

    threads = [threading.Thread(target=remove, args=pair) for pair in ((ada, bob), (bob, ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(users.list_users(store, SYSTEM, active=True)) == 1


@pytest.mark.parametrize("changes", [{"role": "viewer"}, {"active": False}])
def test_another_role_or_being_disabled_ends_the_sessions(
    store: Store, ada: Actor, add_person: AddPerson, changes: dict[str, Any]
) -> None:
    bob = add_person("bob")
    issued_at = clock.now()
    assert actor_for_token(store, "bob", issued_at) is not None
    users.update_user(store, ada, bob.user_id or 0, 1, changes)
    assert actor_for_token(store, "bob", issued_at) is None


def test_another_name_does_not_end_the_sessions(store: Store, ada: Actor, add_person: AddPerson) -> None:
    bob = add_person("bob")
    issued_at = clock.now()
    users.update_user(store, ada, bob.user_id or 0, 1, {"display_name": "Robert", "role": "member"})
    assert actor_for_token(store, "bob", issued_at) == Actor(bob.user_id, "bob", "Robert", Role.MEMBER)


def test_who_lacks_the_permission_is_refused_inside_every_function(
    store: Store, add_person: AddPerson
) -> None:
    member, viewer = add_person("member"), add_person("viewer", Role.VIEWER)
    other = member.user_id or 0
    for forbidden in (
        lambda: users.list_users(store, viewer),
        lambda: users.get_user(store, viewer, other),
        lambda: users.add_user(store, member, username="eve"),
        lambda: users.update_user(store, viewer, other, 1, {"display_name": "Eve"}),
        lambda: users.update_user(store, member, other, 1, {"role": "admin"}),
        lambda: users.update_user(
            store, member, other, 1, {"display_name": "Me", "email": "ceo@example.com"}
        ),
        lambda: users.disable_user(store, member, viewer.user_id or 0),
        lambda: users.reset_password(store, member, other),
        lambda: users.set_password(store, viewer, other, "a password of mine"),
        lambda: teams.list_teams(store, viewer),
        lambda: teams.add_team(store, member, name="Mine"),
        lambda: teams.update_team(store, member, 1, 1, {}, join=[other]),
        lambda: users.update_user(store, member, member.user_id or 0, 1, {}, join=[1]),
        lambda: teams.update_team(store, member, 1, 1, {"name": "Mine"}),
        lambda: teams.delete_team(store, member, 1, 1),
    ):
        with pytest.raises(Forbidden):
            forbidden()
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.max(User.version))) == 1


def test_people_may_change_their_own_name_and_look_at_themselves(store: Store, add_person: AddPerson) -> None:
    viewer = add_person("viewer", Role.VIEWER)
    saved = users.update_user(store, viewer, viewer.user_id or 0, 1, {"display_name": "Vera"})
    assert saved.user == users.get_user(store, viewer, viewer.user_id or 0)
    assert saved.user.display_name == "Vera"


def test_ones_own_password_needs_the_present_one_and_ends_the_sessions(
    store: Store, add_person: AddPerson
) -> None:
    bob = add_person("bob")
    issued_at = clock.now()
    for current in (None, "not that"):
        with pytest.raises(Forbidden, match="current password is wrong"):
            users.set_password(store, bob, bob.user_id or 0, "a better password", current=current)
    users.set_password(store, bob, bob.user_id or 0, "a better password", current=PASSWORD)
    assert actor_for_token(store, "bob", issued_at) is None
    assert not verify_password(store, "bob", "a better password", "", SECURITY).must_change_password


def test_guessing_the_present_password_is_locked_out(store: Store, add_person: AddPerson) -> None:
    bob = add_person("bob")
    strict = SecuritySettings(lockout_attempts=1)
    for message in ("current password is wrong", "Too many failed attempts"):
        with pytest.raises(OrchflowError, match=message):
            users.set_password(
                store, bob, bob.user_id or 0, "a better password", current="no", security=strict
            )


def test_a_one_time_password_is_replaced_without_being_typed_again(
    store: Store, add_person: AddPerson
) -> None:
    newcomer = add_person("newcomer", must_change_password=True)
    with pytest.raises(Invalid, match="is the one you have now"):
        users.set_password(store, newcomer, newcomer.user_id or 0, PASSWORD)
    users.set_password(store, newcomer, newcomer.user_id or 0, "one of my own")
    assert not users.get_user(store, newcomer, newcomer.user_id or 0).must_change_password


def test_a_password_set_by_someone_else_must_be_replaced(
    store: Store, ada: Actor, add_person: AddPerson
) -> None:
    bob = add_person("bob")
    users.set_password(store, ada, bob.user_id or 0, "chosen by ada")
    assert users.get_user(store, ada, bob.user_id or 0).must_change_password
    users.set_password(store, ada, bob.user_id or 0, "chosen by ada", must_change=False)
    assert not users.get_user(store, ada, bob.user_id or 0).must_change_password


def test_a_reset_hands_over_a_one_time_password_and_ends_the_sessions(
    store: Store, ada: Actor, add_person: AddPerson
) -> None:
    bob = add_person("bob")
    issued_at = clock.now()
    password = users.reset_password(store, ada, bob.user_id or 0)
    assert actor_for_token(store, "bob", issued_at) is None
    assert verify_password(store, "bob", password, "", SECURITY).must_change_password


def test_a_reset_lifts_the_lockout(store: Store, ada: Actor, add_person: AddPerson) -> None:
    bob, strict = add_person("bob"), SecuritySettings(lockout_attempts=1)
    for _ in range(2):
        with pytest.raises(SignInRefused):
            verify_password(store, "bob", "not the password", "", strict)
    password = users.reset_password(store, ada, bob.user_id or 0)
    assert verify_password(store, "bob", password, "", strict).actor.username == "bob"


def test_a_password_that_is_refused_changes_nothing(store: Store, ada: Actor, add_person: AddPerson) -> None:
    bob = add_person("bob")
    with pytest.raises(Invalid, match="at least 10"):
        users.set_password(store, ada, bob.user_id or 0, "short")
    with pytest.raises(NotFound):
        users.reset_password(store, ada, 99)
    assert users.get_user(store, ada, bob.user_id or 0).version == 1


def test_no_password_reaches_the_history(store: Store, ada: Actor) -> None:
    _, password = users.add_user(store, ada, username="bob")
    with store.read() as session:
        kept = session.scalar(sa.select(User.password_hash).where(User.username == "bob"))
        values = [*session.scalars(sa.select(Change.new)), *session.scalars(sa.select(Change.old))]
    assert kept is not None
    assert passwords.matches(password, kept)
    assert password not in values
    assert kept not in values
