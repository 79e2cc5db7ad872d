"""An entity is declared once: a kind of row that only this test knows gets everything that one can do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.people.users import add_user
from orchflow.reports.plan_datasets import dataset_of
from orchflow.store.acts import Act, ActRepeated
from orchflow.store.columns import field, text_enum
from orchflow.store.edits import Edit, NewRow
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.store.tables import Change, Tracked


class Weight(StrEnum):
    """How heavy a stone is."""

    LIGHT = "light"
    HEAVY = "heavy"


class Wall(DeclarativeBase):
    """Tables of this test alone."""


class Stone(Tracked, Wall):
    """A stone of a wall, on top of another one."""

    __tablename__ = "test_stone"
    __topic__ = "test"

    name: Mapped[str] = mapped_column(sa.String(20), unique=True, info=field("Name"))
    weight: Mapped[Weight] = mapped_column(
        text_enum(Weight), default=Weight.LIGHT, info=field("Weight", own=True)
    )
    cost: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 2), info=field("Cost", least=0, most=100))
    laid: Mapped[date | None] = mapped_column(info=field("Laid"))
    dry: Mapped[date | None] = mapped_column(info=field("Dry"))
    mason_id: Mapped[int | None] = mapped_column(info=field("Mason"))
    under_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("test_stone.id"), info=field("Under", on_delete="with")
    )


STONES: Entity[Stone] = Entity(
    Stone,
    row_type("StoneRow", Stone, __name__),
    "Stones of the wall.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT,
    owner="mason_id",
    span=("laid", "dry"),
)


@pytest.fixture
def wall(store: Store) -> Store:
    """The store with a table for stones."""
    with store.unit(SYSTEM) as session:
        Wall.metadata.create_all(session.connection())
    return store


def test_rows_are_added_listed_and_read(wall: Store) -> None:
    stone = STONES.create(wall, SYSTEM, name="Corner", cost="2,50", weight="Heavy")

    assert (stone.version, stone.cost, stone.weight) == (1, Decimal("2.50"), Weight.HEAVY)
    assert STONES.get(wall, SYSTEM, stone.id) == stone
    assert (
        STONES.list(wall, SYSTEM, weight=["heavy"]) == STONES.list(wall, SYSTEM, under_id="none") == [stone]
    )
    assert STONES.list(wall, SYSTEM, weight=["light"]) == []


def test_every_refused_value_is_named(wall: Store) -> None:
    with pytest.raises(Invalid) as refused:
        STONES.create(wall, SYSTEM, cost=101, laid="2026-05-04", dry="2026-05-01", under_id=99, colour="red")
    assert {problem.field: problem.message for problem in refused.value.problems} == {
        "cost": "must be from 0 to 100, not 101",
        "colour": "cannot be changed",
        "dry": "2026-05-01 is before the start, 2026-05-04",
    }
    with pytest.raises(Invalid, match="name: must not be empty"):
        STONES.create(wall, SYSTEM, cost=1)
    with pytest.raises(Invalid, match="under_id: there is no test stone 99"):
        STONES.create(wall, SYSTEM, name="A", under_id=99)
    first = STONES.create(wall, SYSTEM, name="A")
    with pytest.raises(Invalid, match=f"A is the test stone with id {first.id} already"):
        STONES.create(wall, SYSTEM, name="A")


def test_what_was_refused_whole_is_done_by_another_attempt_at_the_same_act(
    wall: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(SYSTEM), "act", lambda actor: Act("k"))
    with pytest.raises(Invalid, match="name: must not be empty"):
        STONES.create(wall, SYSTEM, cost=1)
    made = STONES.create(wall, SYSTEM, name="A", cost=1)
    with pytest.raises(ActRepeated):
        STONES.create(wall, SYSTEM, name="B", cost=1)
    assert STONES.list(wall, SYSTEM) == [made]


def test_edits_of_different_fields_merge_and_of_the_same_conflict(wall: Store) -> None:
    stone = STONES.create(wall, SYSTEM, name="A")
    STONES.update(wall, SYSTEM, stone.id, 1, {"cost": 1})

    saved = STONES.update(wall, SYSTEM, stone.id, 1, {"weight": "heavy"})

    assert saved.merged
    assert (saved.row.cost, saved.row.weight) == (Decimal(1), Weight.HEAVY)
    with pytest.raises(ConflictError, match="cost"):
        STONES.update(wall, SYSTEM, stone.id, 1, {"cost": 2})


def test_many_edits_are_one_save_in_which_new_rows_point_to_new_ones(wall: Store) -> None:
    stone = STONES.create(wall, SYSTEM, name="A")

    report = STONES.save(
        wall,
        SYSTEM,
        [
            Edit(None, None, {"name": "top", "under_id": NewRow("b")}, "t"),
            Edit(None, None, {"name": "base"}, "b"),
            Edit(stone.id, 1, {"cost": -1}, "a"),
            Edit(None, None, {"name": "base"}, "again"),
        ],
    )

    top, base, refused, twice = report.outcomes
    assert top.row is not None
    assert base.row is not None
    assert top.row.under_id == base.row.id
    assert [problem.message for problem in refused.problems] == ["must be from 0 to 100, not -1"]
    assert [(problem.row, problem.field) for problem in twice.problems] == [("again", "name")]
    assert {row.name for row in STONES.list(wall, SYSTEM)} == {"A", "top", "base"}


def test_what_stands_on_a_deleted_row_goes_with_it(wall: Store) -> None:
    base = STONES.create(wall, SYSTEM, name="base")
    top = STONES.create(wall, SYSTEM, name="top", under_id=base.id)

    request = STONES.delete(wall, SYSTEM, base.id, base.version)

    assert STONES.list(wall, SYSTEM) == []
    with pytest.raises(NotFound):
        STONES.get(wall, SYSTEM, top.id)
    with wall.read() as session:
        changes = sa.select(Change.entity_id).where(Change.request == request, Change.field == "name")
        assert set(session.scalars(changes)) == {base.id, top.id}


def test_a_member_changes_own_fields_of_own_rows_only(wall: Store) -> None:
    mia, _ = add_user(wall, SYSTEM, username="mia", must_change_password=False)
    member = Actor(mia.id, mia.username, mia.display_name, mia.role)
    own = STONES.create(wall, SYSTEM, name="own", mason_id=member.user_id)
    other = STONES.create(wall, SYSTEM, name="other")

    assert STONES.update(wall, member, own.id, 1, {"weight": "heavy"}).row.weight is Weight.HEAVY
    for row_id, version, changes in ((own.id, 2, {"cost": 1}), (other.id, 1, {"weight": "heavy"})):
        with pytest.raises(Forbidden):
            STONES.update(wall, member, row_id, version, changes)
    with pytest.raises(Forbidden):
        STONES.create(wall, member, name="new")
    with pytest.raises(Forbidden):
        STONES.delete(wall, member, own.id)


def test_its_endpoints_and_its_dataset_follow() -> None:
    api = FastAPI()
    api.include_router(entity_router(STONES, models_of(STONES, {"new": {"name": "A"}})))
    document: dict[str, Any] = api.openapi()

    assert set(document["paths"]) == {"/test_stones", "/test_stones/{test_stone_id}"}
    new = document["components"]["schemas"]["NewTestStone"]
    assert new["required"] == ["name"]
    assert new["properties"]["name"]["maxLength"] == 20
    assert new["properties"]["cost"]["anyOf"][0] == {"type": "number", "minimum": 0.0, "maximum": 100.0}
    columns = [column.name for column, _ in dataset_of(STONES).sources]
    assert columns[:4] == ["id", "version", "name", "weight"]
    assert {"mason_id", "under_id", "under", "created_at"} <= set(columns)
