"""The Sources screen: empty, running a source, what was refused, how good the data is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.backups.known import newest
from orchflow.backups.manifest import check
from orchflow.config.settings import Settings
from orchflow.format import plain
from orchflow.ingest.record import JobRecord
from orchflow.ingest.run import progress, run_source
from orchflow.people.permissions import SYSTEM, Role
from orchflow.warehouse import made_anew
from orchflow.warehouse.removal import remove_missing
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace, open_workspace, use_workspace
from tests.pages.conftest import Browser, figures, headings

HEADER = "event_id,occurred_at,agent,provider,cost\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three weeks of calls, one day of the second missing, one row with a bad amount."""
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=n) for n in range(21) if n != 8]
    rows = [f"{day.date()},{day.isoformat()},writer,openai,0.5" for day in days]
    path = tmp_path / "usage.csv"
    path.write_text(HEADER + "\n".join([*rows, f"bad,{today.isoformat()},writer,openai,a lot"]) + "\n")
    return path


@pytest.fixture
def connected(make_settings: Callable[..., Settings], file: Path) -> Iterator[Browser]:
    """A browser on a workspace with one source of files."""
    ws = open_workspace(make_settings(sources=[{"name": "files", "kind": "usage_file", "path": str(file)}]))
    before = use_workspace(ws)
    yield Browser(ws)
    use_workspace(before)
    ws.close()


def words(shown: AppTest) -> str:
    return " ".join(
        str(element.value) for element in [*shown.markdown, *shown.caption, *shown.error, *shown.success]
    )


def wait_until_done(ws: Workspace, name: str) -> None:
    """The run goes on in a thread that is named after its source."""
    for thread in threading.enumerate():
        if thread.name == f"ingest-{name}":
            thread.join(60)
    assert progress(ws, name) is None
    assert ws.warehouse.version("ingest")


def test_without_a_source_an_administrator_connects_one_or_reads_what_the_settings_hold(
    browser: Browser,
) -> None:
    shown = browser.visit("sources", browser.person(Role.ADMIN))

    assert not shown.exception
    assert "No source yet" in words(shown)
    assert "Connect Orchestrator AI" in [button.label for button in shown.button]
    assert "By hand: what orchflow.yaml may hold" in [fold.label for fold in shown.expander]


def test_who_is_no_administrator_is_not_offered_the_form(browser: Browser) -> None:
    shown = browser.open("sources", browser.person(Role.ANALYST))

    assert "An administrator connects one" in words(shown).replace("\\", "")
    assert "Connect Orchestrator AI" not in [button.label for button in shown.button]


def test_a_new_source_has_never_run_and_can_be_run_and_checked(connected: Browser) -> None:
    shown = connected.open("sources", connected.person(Role.ADMIN))

    assert not shown.exception
    assert headings(shown) == ["Sources", "files"]
    assert "no run yet" in words(shown)
    assert {button.label for button in shown.button} >= {"Check", "Run now"}


def test_a_source_tells_when_it_is_next_compared_and_read_again(
    make_settings: Callable[..., Settings],
) -> None:
    schedules = {"full_schedule": "0 4 1 1 *", "reconcile_schedule": "30 3 1 1 *"}
    database = {"name": "db", "kind": "orchestrator_db", "url": "postgresql://nowhere/x", **schedules}
    ws = open_workspace(make_settings(sources=[database]))
    before = use_workspace(ws)
    try:
        record = JobRecord("db", "reconcile", "schedule", None, kind="reconcile")
        record.begin(ws.warehouse)
        record.end(ws.warehouse, "partial", hint="usage not compared")
        JobRecord("db", "usage", "schedule", None).begin(ws.warehouse)
        with ws.warehouse.write() as tx:
            tx.execute(Query.of("done", "update ingest_runs set state = 'done' where state = 'running'"))
        shown = Browser(ws).open("sources", Browser(ws).person(Role.ANALYST))
    finally:
        use_workspace(before)
        ws.close()

    year = clock.today(ws.zone).year + 1
    assert not shown.exception
    told = words(shown).replace("\\", "")
    assert f"never read again from the beginning, next 1 Jan {year}, 04:00" in told
    assert f", next 1 Jan {year}, 03:30" in told
    assert "The last comparison was not whole: usage not compared" in shown.warning[-1].value.replace(
        "\\", ""
    )


def test_an_analyst_sees_sources_and_cannot_run_them(connected: Browser) -> None:
    shown = connected.open("sources", connected.person(Role.ANALYST))

    assert not shown.exception
    assert not {button.label for button in shown.button} & {"Check", "Run now"}


def test_run_now_loads_the_source_behind_the_page(connected: Browser) -> None:
    shown = connected.open("sources", connected.person(Role.ADMIN))
    shown.button(key="run-files").click().run()
    wait_until_done(connected.ws, "files")
    shown.run()

    assert not shown.exception
    assert "last run" in words(shown)
    assert list(shown.dataframe[0].value["rows_new"]) == [20]
    assert list(shown.dataframe[0].value["rows_rejected"]) == [1]


def test_a_check_tells_what_it_tried(connected: Browser) -> None:
    shown = connected.open("sources", connected.person(Role.ADMIN))
    shown.button(key="check-files").click().run()

    assert "1 found by" in words(shown)


def test_a_failed_run_says_what_to_do(connected: Browser, file: Path) -> None:
    file.unlink()
    run_source(connected.ws, SYSTEM, "files")
    shown = connected.open("sources", connected.person(Role.ADMIN))

    assert "no file is named" in shown.error[0].value
    assert "Put the file there" in shown.error[0].value


def test_rejected_rows_are_listed_with_their_reason_and_can_be_tried_again(connected: Browser) -> None:
    run_source(connected.ws, SYSTEM, "files")
    shown = connected.open("sources", connected.person(Role.ADMIN), **{"sources.view": "Rejected rows"})
    (reason,) = shown.dataframe[0].value["reason"]
    assert reason == "cost is the word a lot; say in sources.files.words what it is worth"

    shown.button(key="retry").click().run()

    assert not shown.exception
    assert "0 kept now, 1 still set aside" in words(shown)


def test_quality_shows_its_figures_and_the_days_with_gaps(connected: Browser) -> None:
    run_source(connected.ws, SYSTEM, "files")
    shown = connected.open("sources", connected.person(Role.ADMIN), **{"sources.view": "Quality"})

    assert not shown.exception
    labels = figures(shown)
    assert labels["Gaps"] == "1"
    assert labels["Rows set aside"] == "1"
    assert len(labels) == 6


def test_what_the_platform_no_longer_has_is_listed(connected: Browser) -> None:
    run_source(connected.ws, SYSTEM, "files")
    with connected.ws.warehouse.write() as tx:
        remove_missing(tx, "usage", "files", pa.table({"event_id": ["another"]}), None, clock.now())
    shown = connected.open("sources", connected.person(Role.ADMIN), **{"sources.view": "Removed"})
    assert not shown.exception
    assert {"Read all again", "Run now"} <= {button.label for button in shown.button}
    assert "Compare" not in {button.label for button in shown.button}
    assert len(shown.dataframe[0].value) == 20


def test_an_admin_makes_a_backup_and_hears_where_it_lies(browser: Browser) -> None:
    shown = browser.visit("sources", browser.person(Role.ADMIN))
    assert "No backup yet" in words(shown)
    shown.button(key="backup").click().run()
    for thread in threading.enumerate():
        if thread.name == "errand":
            thread.join(60)
    shown.run()

    assert not shown.exception
    last = newest(browser.ws.settings.home)
    assert last is not None
    assert plain(last.folder.name) in words(shown)
    assert "Last backup less than an hour ago" in words(shown)
    assert check(last.folder).manifest is not None


def test_others_make_no_backup(browser: Browser) -> None:
    shown = browser.open("sources", browser.person(Role.ANALYST))
    assert "Back up now" not in {button.label for button in shown.button}


def test_a_warehouse_that_was_lost_is_said(browser: Browser) -> None:
    made_anew.note(browser.ws.warehouse)
    shown = browser.open("sources", browser.person(Role.ANALYST))
    assert "The warehouse was missing and was made anew" in shown.warning[0].value
