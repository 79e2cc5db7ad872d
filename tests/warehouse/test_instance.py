"""A database that DuckDB has given up is opened anew: pages go on, and what comes next is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchflow.errors import Unavailable, WarehouseError
from orchflow.warehouse.database import Warehouse
from orchflow.warehouse.instance import Instance


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    opened = Instance(tmp_path / "x.duckdb", "200MB", 1)
    with opened.cursor() as cursor:
        cursor.execute("create table kept as select 1 as n")
    yield opened
    opened.connection.close()


def give_up(instance: Instance) -> None:
    with pytest.raises(duckdb.FatalException), instance.cursor():
        raise duckdb.FatalException("database has been invalidated")


def test_it_is_opened_anew_after_a_fatal_error(instance: Instance) -> None:
    told: list[duckdb.DuckDBPyConnection] = []
    instance.reopened = told.append
    give_up(instance)

    with instance.cursor() as cursor:
        assert cursor.execute("select n from kept").fetchall() == [(1,)]
    assert told == [instance.connection]


def test_while_somebody_still_uses_it_the_others_are_asked_to_wait(instance: Instance) -> None:
    with instance.cursor():
        give_up(instance)
        with pytest.raises(Unavailable, match="opened anew"):
            instance.cursor().__enter__()
    with instance.cursor() as cursor:
        assert cursor.execute("select n from kept").fetchall() == [(1,)]


def test_a_write_that_broke_off_so_is_explained_and_the_next_one_is_kept(warehouse: Warehouse) -> None:
    def broken_off() -> None:
        with warehouse.write():
            raise duckdb.FatalException("FATAL Error: Failed to create checkpoint")

    with pytest.raises(WarehouseError, match="stopped after a failure"):
        broken_off()
    with warehouse.write() as tx:
        tx.execute("versions_raise", {"topics": ["usage"]})
    assert warehouse.rows("versions") == [("usage", 1)]


def test_a_file_of_no_length_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "warehouse.duckdb"
    file.touch()
    Warehouse.open(file).close()
    assert file.stat().st_size
