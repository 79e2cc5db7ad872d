"""Two people edit one row: other fields merge, the same field is a conflict, nothing is overwritten unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from orchflow import clock
from orchflow.errors import ConflictError, FieldConflict, Invalid, NotFound
from orchflow.people.permissions import Role
from orchflow.people.tables import Team, User
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.merge import delete_row, save_changes, save_many
from orchflow.store.settings import get_setting, put_setting
from orchflow.store.tables import Change, Setting
from tests.store.authors import ADA, BOB, Writer


@pytest.fixture
def team(store: Store) -> int:
    with store.unit(ADA) as session:
        row = Team(name="Engines", description="Builds them")
        session.add(row)
        session.flush()
        return row.id


def save(store: Store, actor: Writer, team_id: int, base: int, **changes: object) -> tuple[int, bool]:
    with store.unit(actor) as session:
        saved = save_changes(session, Team, team_id, base, changes)
        return saved.row.version, saved.merged


def stored(store: Store, team_id: int) -> tuple[str, str, int]:
    with store.read() as session:
        row = session.get_one(Team, team_id)
        return row.name, row.description, row.version


def together(*work: Callable[[], object]) -> list[BaseException]:
    """Do all of it at the same moment, each in a thread of its own; returns what went wrong."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(work))

    def run(one: Callable[[], object]) -> None:
        start.wait()
        try:
            one()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_an_edit_of_what_was_read_is_stored(store: Store, team: int) -> None:
    assert save(store, ADA, team, 1, name="Engine room") == (2, False)
    assert stored(store, team) == ("Engine room", "Builds them", 2)


def test_edits_of_different_fields_merge(store: Store, team: int) -> None:
    save(store, ADA, team, 1, name="Engine room")
    assert save(store, BOB, team, 1, description="Runs them") == (3, True)
    assert stored(store, team) == ("Engine room", "Runs them", 3)


def test_edits_of_the_same_field_conflict_and_write_nothing(store: Store, team: int) -> None:
    save(store, ADA, team, 1, name="Engine room")
    save(store, ADA, team, 2, name="Boiler room")
    with pytest.raises(ConflictError, match="changed name") as conflict:
        save(store, BOB, team, 1, name="Motors", description="Runs them")
    assert conflict.value.conflicts == [
        FieldConflict("name", base="Engines", theirs="Boiler room", mine="Motors")
    ]
    assert [each.by for each in conflict.value.conflicts] == [ADA.username]
    assert stored(store, team) == ("Boiler room", "Builds them", 3)


def test_the_base_of_a_conflict_has_the_type_of_its_column(store: Store) -> None:
    with store.unit(ADA) as session:
        user = User(username="eve", display_name="Eve", role=Role.VIEWER, sessions_valid_from=clock.now())
        session.add(user)
        session.flush()
        user_id = user.id
    for actor, role in ((ADA, Role.MEMBER), (BOB, Role.ANALYST)):
        with store.unit(actor) as session:
            if actor is ADA:
                save_changes(session, User, user_id, 1, {"role": role})
                continue
            with pytest.raises(ConflictError) as conflict:
                save_changes(session, User, user_id, 1, {"role": role})
    (found,) = conflict.value.conflicts
    assert found == FieldConflict("role", Role.VIEWER, Role.MEMBER, Role.ANALYST)
    assert isinstance(found.base, Role)


def test_the_same_new_value_is_no_conflict(store: Store, team: int) -> None:
    save(store, ADA, team, 1, name="Engine room")
    assert save(store, BOB, team, 1, name="Engine room") == (2, True)


def test_a_field_sent_back_as_it_was_read_keeps_the_others_change(store: Store, team: int) -> None:
    save(store, ADA, team, 1, name="Engine room")
    save(store, BOB, team, 1, name="Engines", description="Runs them")
    assert stored(store, team) == ("Engine room", "Runs them", 3)


def test_what_was_changed_at_the_version_that_was_read_is_known_to_who_read_it(
    store: Store, team: int
) -> None:
    save(store, ADA, team, 1, name="Engine room")
    save(store, ADA, team, 2, description="Runs them")
    assert save(store, BOB, team, 2, name="Motors") == (4, True)
    assert stored(store, team) == ("Motors", "Runs them", 4)


def test_each_of_many_edits_is_merged_from_the_version_it_was_read_at(store: Store, team: int) -> None:
    """The history is read once for all of them, from the oldest version on."""
    with store.unit(ADA) as session:
        other = Team(name="Boilers", description="Heats")
        session.add(other)
        session.flush()
        other_id = other.id
    save(store, ADA, other_id, 1, description="Heats them")
    save(store, ADA, team, 1, name="Engine room")
    save(store, ADA, team, 2, description="Runs them")
    with store.unit(BOB) as session:
        edits = [Edit(other_id, 1, {"name": "Boiler room"}), Edit(team, 2, {"name": "Motors"})]
        assert [outcome.conflicts for outcome in save_many(session, Team, edits)] == [(), ()]
    assert stored(store, team) == ("Motors", "Runs them", 4)
    assert stored(store, other_id) == ("Boiler room", "Heats them", 3)


def test_deleting_at_the_version_that_was_read_is_no_conflict(store: Store, team: int) -> None:
    save(store, ADA, team, 1, name="Engine room")
    with store.unit(BOB) as session:
        delete_row(session, Team, team, 2)
    with store.read() as session:
        assert session.get(Team, team) is None


def test_a_change_that_was_taken_back_is_no_conflict(store: Store, team: int) -> None:
    save(store, ADA, team, 1, name="Engine room")
    save(store, ADA, team, 2, name="Engines")
    assert save(store, BOB, team, 1, name="Motors") == (4, False)


def test_deleting_what_was_read_is_recorded(store: Store, team: int) -> None:
    with store.unit(BOB) as session:
        delete_row(session, Team, team, 1)
    with store.read() as session:
        assert session.get(Team, team) is None
        found = sa.select(Change.field, Change.old).where(Change.action == "delete").order_by(Change.id)
        assert [tuple(row) for row in session.execute(found)] == [
            ("name", "Engines"),
            ("description", "Builds them"),
        ]


def test_deleting_what_someone_edited_meanwhile_conflicts(store: Store, team: int) -> None:
    save(store, ADA, team, 1, name="Engine room")
    with pytest.raises(ConflictError) as conflict, store.unit(BOB) as session:
        delete_row(session, Team, team, 1)
    assert conflict.value.conflicts == [FieldConflict("name", "Engines", "Engine room", None)]
    assert stored(store, team)[0] == "Engine room"


def test_editing_what_someone_deleted_says_who_and_when(store: Store, team: int) -> None:
    with store.unit(BOB) as session:
        delete_row(session, Team, team, 1)
    with pytest.raises(NotFound, match=r"bob deleted this team on \d{4}-\d\d-\d\d at \d\d:\d\d UTC"):
        save(store, ADA, team, 1, name="Motors")


def test_a_row_that_never_was_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="no team 99"):
        save(store, ADA, 99, 1, name="Motors")


def test_what_the_store_keeps_itself_cannot_be_sent(store: Store, team: int) -> None:
    with pytest.raises(Invalid) as refused:
        save(store, ADA, team, 1, version=9, colour="red", name="Motors")
    assert [problem.field for problem in refused.value.problems] == ["version", "colour"]
    assert stored(store, team) == ("Engines", "Builds them", 1)


def test_a_base_version_from_the_future_is_refused(store: Store, team: int) -> None:
    with pytest.raises(Invalid, match="later than the stored 1"):
        save(store, ADA, team, 2, name="Motors")


def test_saves_of_different_fields_at_the_same_moment_all_arrive(store: Store, team: int) -> None:
    errors = together(
        lambda: save(store, ADA, team, 1, name="Engine room"),
        lambda: save(store, BOB, team, 1, description="Runs them"),
    )
    assert errors == []
    assert stored(store, team) == ("Engine room", "Runs them", 3)


def test_of_saves_of_one_field_at_the_same_moment_one_wins_and_the_rest_are_told(
    store: Store, team: int
) -> None:
    names = [f"Name {n}" for n in range(6)]
    errors = together(*(lambda name=name: save(store, ADA, team, 1, name=name) for name in names))
    assert [type(error) for error in errors] == [ConflictError] * 5
    assert stored(store, team)[2] == 2


def test_threads_that_append_to_one_field_lose_nothing(store: Store) -> None:
    put_setting(store, ADA, "visitors", [])

    def sign_ten_times(name: str) -> None:
        signed = 0
        while signed < 10:
            with store.read() as session:
                row = session.scalars(sa.select(Setting).where(Setting.key == "visitors")).one()
            try:
                with store.unit(ADA) as session:
                    signature = f"{name} {signed}"
                    save_changes(session, Setting, row.id, row.version, {"value": [*row.value, signature]})
                signed += 1
            except ConflictError:
                continue

    names = "abcde"
    assert together(*(lambda name=name: sign_ten_times(name) for name in names)) == []
    assert sorted(get_setting(store, "visitors")) == [f"{name} {n}" for name in names for n in range(10)]
    assert store.version("settings") == 51


def test_threads_that_add_rows_at_the_same_moment_each_move_the_data_version(store: Store) -> None:
    def add(name: str) -> None:
        with store.unit(ADA) as session:
            session.add(Team(name=name))

    assert together(*(lambda n=n: add(f"Team {n}") for n in range(12))) == []
    assert store.version("people") == 12
