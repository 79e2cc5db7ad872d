"""The change history: every insert, update and delete, by whom, in the same transaction."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.errors import ConflictError, StoreError
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.tables import Team, TeamMember, User
from orchflow.store.engine import Store
from orchflow.store.tables import Change
from tests.store.authors import ADA


def add_user(store: Store, username: str = "ada") -> int:
    with store.unit(SYSTEM) as session:
        user = User(
            username=username,
            display_name=username.title(),
            password_hash="$2b$12$abc",
            role=Role.MEMBER,
            sessions_valid_from=clock.now(),
        )
        session.add(user)
        session.flush()
        return user.id


def changes(store: Store, *columns: Any, entity: str = "user_account", after: int = 0) -> list[Any]:
    with store.read() as session:
        found = sa.select(*columns).where(Change.entity == entity, Change.id > after).order_by(Change.id)
        return [tuple(row) for row in session.execute(found)]


def last_change(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.max(Change.id))) or 0


def test_an_insert_is_recorded_field_by_field_without_secrets(store: Store) -> None:
    user_id = add_user(store)
    recorded = changes(
        store, Change.entity_id, Change.action, Change.field, Change.old, Change.new, Change.version
    )
    assert (user_id, "insert", "display_name", None, "Ada", 1) in recorded
    assert (user_id, "insert", "role", None, "member", 1) in recorded
    assert (user_id, "insert", "password_hash", None, "(not recorded)", 1) in recorded
    assert "sessions_valid_from" not in {field for _, _, field, *_ in recorded}


def test_an_update_records_old_and_new_who_when_and_for_which_request(store: Store) -> None:
    user_id = add_user(store)
    seen, before = last_change(store), clock.now()
    with store.unit(ADA, request="req-7") as session:
        user = session.get_one(User, user_id)
        user.display_name = "Ada L."
        user.role = Role.MANAGER
    rows = changes(
        store, Change.field, Change.old, Change.new, Change.actor, Change.request, Change.version, after=seen
    )
    assert rows == [
        ("display_name", "Ada", "Ada L.", "ada", "req-7", 2),
        ("role", "member", "manager", "ada", "req-7", 2),
    ]
    ((occurred_at,), _) = changes(store, Change.occurred_at, after=seen)
    assert before <= occurred_at <= clock.now()
    with store.read() as session:
        user = session.get_one(User, user_id)
        assert user.version == 2
        assert user.updated_at == occurred_at > user.created_at


def test_the_old_value_is_recorded_even_when_nobody_had_read_it(store: Store) -> None:
    user_id, seen = add_user(store), last_change(store)
    with store.unit(ADA) as session:
        user = session.get_one(User, user_id)
        session.expire(user, ["display_name"])
        user.display_name = "Countess"
    assert changes(store, Change.old, Change.new, after=seen) == [("Ada", "Countess")]


def test_a_value_written_as_it_was_is_no_change(store: Store) -> None:
    user_id, seen, version = add_user(store), last_change(store), store.version("people")
    with store.unit(ADA) as session:
        session.get_one(User, user_id).display_name = "Ada"
    assert changes(store, Change.field, after=seen) == []
    assert store.version("people") == version


def test_a_value_written_as_it_was_is_no_change_also_when_nobody_had_read_it(store: Store) -> None:
    user_id, seen, version = add_user(store), last_change(store), store.version("people")
    with store.unit(ADA) as session:
        user = session.get_one(User, user_id)
        session.expire(user, ["display_name"])
        user.display_name = "Ada"
    assert changes(store, Change.field, after=seen) == []
    assert store.version("people") == version


def test_what_is_not_edited_by_people_moves_neither_version_nor_history(store: Store) -> None:
    user_id, seen, version = add_user(store), last_change(store), store.version("people")
    with store.unit(ADA) as session:
        session.get_one(User, user_id).sessions_valid_from = clock.now()
    assert changes(store, Change.field, after=seen) == []
    assert store.version("people") == version
    with store.read() as session:
        assert session.get_one(User, user_id).version == 1


def test_rows_deleted_with_their_parent_are_recorded_too(store: Store) -> None:
    user_id = add_user(store)
    with store.unit(ADA) as session:
        session.add(Team(name="Engines", members=[TeamMember(user_id=user_id)]))
    with store.unit(ADA) as session:
        session.delete(session.scalars(sa.select(Team)).one())
    deleted = [
        changes(store, Change.field, Change.old, Change.new, Change.version, entity=entity)[-1]
        for entity in ("team", "team_member")
    ]
    assert deleted == [("description", "", None, 2), ("user_id", user_id, None, 2)]


def test_a_member_taken_off_the_list_is_recorded_as_deleted(store: Store) -> None:
    user_id = add_user(store)
    with store.unit(ADA) as session:
        session.add(Team(name="Engines", members=[TeamMember(user_id=user_id)]))
    with store.unit(ADA) as session:
        team = session.scalars(sa.select(Team)).one()
        team.members.clear()
    assert changes(store, Change.action, entity="team_member")[-1] == ("delete",)


def test_the_number_of_a_deleted_row_is_not_used_again(store: Store) -> None:
    numbers = []
    for name in ("first", "second"):
        with store.unit(ADA) as session:
            team = Team(name=name)
            session.add(team)
            session.flush()
            numbers.append(team.id)
        with store.unit(ADA) as session:
            session.delete(session.get_one(Team, numbers[-1]))
    assert numbers[0] < numbers[1]


def test_a_unit_that_fails_leaves_no_trace(store: Store) -> None:
    seen, version = last_change(store), store.version("people")

    def write_and_fail() -> None:
        with store.unit(ADA) as session:
            session.add(Team(name="Never"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert last_change(store) == seen
    assert store.version("people") == version


def test_what_a_savepoint_undid_is_not_recorded(store: Store) -> None:
    with store.unit(ADA) as session:
        session.add(Team(name="Kept"))
        session.flush()
        savepoint = session.begin_nested()
        session.add(Team(name="Undone"))
        session.flush()
        savepoint.rollback()
    assert [new for (new,) in changes(store, Change.new, entity="team")] == ["Kept", ""]


def test_each_commit_moves_the_topic_once_and_no_other_topic(store: Store) -> None:
    before = store.version("people")
    with store.unit(ADA) as session:
        session.add(Team(name="One"))
        session.flush()
        session.add(Team(name="Two"))
    assert store.version("people") == before + 1
    assert store.version("settings") == 0


def test_bulk_statements_on_recorded_rows_are_refused(store: Store) -> None:
    user_id = add_user(store)
    for statement in (
        sa.update(User).values(role=Role.ADMIN),
        sa.delete(Team),
        sa.insert(Team).values(name="Silent"),
        sa.update(User.__table__).values(role=Role.ADMIN),
    ):
        with pytest.raises(RuntimeError, match="keeps a history"), store.unit(ADA) as session:
            session.execute(statement)
    with store.read() as session:
        assert session.get_one(User, user_id).role == Role.MEMBER


def test_a_reading_session_cannot_write(store: Store) -> None:
    user_id = add_user(store)
    with pytest.raises(StoreError, match="plan store"), store.read() as session:
        session.execute(sa.text("delete from user_account"))
    with store.read() as session:
        assert session.get(User, user_id) is not None


def test_a_reading_session_sees_one_state(store: Store) -> None:
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Team)) == 0
        with store.unit(ADA) as writing:
            writing.add(Team(name="Meanwhile"))
        assert session.scalar(sa.select(sa.func.count()).select_from(Team)) == 0


def test_a_unit_inside_a_unit_is_a_mistake(store: Store) -> None:
    with store.unit(ADA), pytest.raises(RuntimeError, match="already open"), store.unit(ADA):
        pass


def test_a_row_that_moved_on_is_not_overwritten(store: Store) -> None:
    user_id = add_user(store)
    with store.read() as session:
        stale = session.get_one(User, user_id)
    with store.unit(ADA) as session:
        session.get_one(User, user_id).display_name = "Theirs"
    stale.display_name = "Mine"
    with pytest.raises(ConflictError, match="this row"), store.unit(ADA) as session:
        session.add(stale)
    with store.read() as session:
        assert session.get_one(User, user_id).display_name == "Theirs"


def test_instants_come_back_in_utc_and_need_a_zone(store: Store) -> None:
    user_id = add_user(store)
    with store.read() as session:
        offset = session.get_one(User, user_id).created_at.utcoffset()
    assert offset is not None
    assert not offset
    with pytest.raises(sa.exc.StatementError, match="time zone"), store.unit(ADA) as session:
        session.get_one(User, user_id).sessions_valid_from = clock.now().replace(tzinfo=None)
