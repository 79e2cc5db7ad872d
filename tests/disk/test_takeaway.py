"""Files that leave by a browser have an address for a while, for who may have them, and none of their bytes in memory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette

from orchflow.disk import takeaway
from orchflow.errors import Forbidden
from tests.asgi import ask

APP = Starlette(routes=takeaway.takeaway_routes())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = takeaway.new_folder(tmp_path) / "rows.csv"
    made.write_text("a,b\n")
    return made


def offered(file: Path, may: bool = True) -> str:
    def confirm() -> None:
        if not may:
            raise Forbidden("The account of Ada is disabled", "Ask an administrator.")

    return takeaway.offer(file, "rows of ö.csv", "text/csv", confirm)


def test_a_file_leaves_under_its_name(file: Path) -> None:
    answer = ask(APP, "GET", offered(file))
    assert (answer.status_code, answer.text) == (200, "a,b\n")
    assert "rows%20of%20%C3%B6.csv" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_who_may_no_longer_have_it_is_told_so(file: Path) -> None:
    answer = ask(APP, "GET", offered(file, may=False))
    assert (answer.status_code, answer.text) == (403, "The account of Ada is disabled. Ask an administrator.")


def test_a_look_whether_it_is_there_sends_nothing_of_it(file: Path) -> None:
    answer = ask(APP, "GET", offered(file), headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("ticket", ["", "x", "../../etc/passwd", "%00"])
def test_an_address_that_was_not_given_out_leads_nowhere(ticket: str) -> None:
    assert ask(APP, "GET", takeaway.PREFIX + ticket).status_code == 404


def test_an_address_ends_and_so_does_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeaway, "OFFERED", -1.0)
    assert ask(APP, "GET", offered(file)).status_code == 404
    os.utime(file.parent, (0, 0))
    kept = takeaway.new_folder(tmp_path)
    assert list((tmp_path / takeaway.FOLDER).iterdir()) == [kept]
