"""/datasets and /snapshot: the list, pages by cursor, whole files, permission, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from orchflow.disk.takeaway import FOLDER
from orchflow.reports.datasets import DATASETS
from orchflow.table_files import writers
from tests.api.conftest import Client, Place
from tests.metrics.facts import TODAY, SmallFacts


@pytest.fixture
def place(place: Place) -> Place:
    facts = SmallFacts(place.ws.warehouse)
    facts.calls(*(facts.call(TODAY, f"0.{n}5", provider="openai" if n else "xai") for n in range(3)))
    return place


@pytest.fixture
def analyst(place: Place) -> Client:
    return place.client("analyst", scope="read")


def test_the_list_tells_columns_with_meaning_and_unit(analyst: Client) -> None:
    items = {item["name"]: item for item in analyst.get("/datasets").json()["items"]}
    assert items.keys() == DATASETS.keys() - {"hourly_rates"}  # which tell what people cost
    columns = {column["name"]: column for column in items["usage_events"]["columns"]}
    assert (columns["duration_ms"]["unit"], columns["provider"]["filter"], columns["cost"]["filter"]) == (
        "ms",
        True,
        False,
    )
    assert items["usage_events"]["dated"]


def test_pages_follow_each_other_by_cursor(analyst: Client) -> None:
    rows: list[Any] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = analyst.get("/datasets/usage_events", limit=1, **cursor).json()
        rows += page["items"]
        cursor = {"cursor": page["next"]}
    assert cursor == {"cursor": None}
    assert [row["cost"] for row in rows] == [0.05, 0.15, 0.25]
    assert rows[0]["occurred_at"] == "2026-11-20T12:00:00Z"


def test_filters_and_days_narrow_pages_and_files(analyst: Client) -> None:
    narrowed = {"where": ["provider=openai"], "from": "2026-11-20", "to": "2026-11-20"}
    assert len(analyst.get("/datasets/usage_events", **narrowed).json()["items"]) == 2
    csv = analyst.get("/datasets/usage_events", format="csv", **narrowed)
    assert csv.headers["content-disposition"] == 'attachment; filename="usage_events.csv"'
    assert csv.text.count("openai") == 2
    assert "xai" not in csv.text


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "json"])
def test_the_whole_is_a_file_in_every_format_and_none_is_left(
    place: Place, analyst: Client, form: str
) -> None:
    answer = analyst.get("/datasets/usage_events", format=form)
    assert answer.status_code == 200
    match form:
        case "parquet":
            assert pq.read_table(io.BytesIO(answer.content)).num_rows == 3
        case "xlsx":
            assert openpyxl.load_workbook(io.BytesIO(answer.content)).active.max_row == 4
            assert answer.headers["x-texts-cut-off"] == "0"
        case "json":
            assert [row["cost"] for row in answer.json()] == [0.05, 0.15, 0.25]
        case _:
            assert len(answer.text.splitlines()) == 4
    assert list((place.ws.settings.home / FOLDER).glob("*")) == []


@pytest.mark.parametrize(
    ("path", "parameters", "status"),
    [
        ("/datasets/nothing", {}, 404),
        ("/datasets/nothing", {"format": "csv"}, 404),
        ("/datasets/usage_events", {"cursor": "x"}, 422),
        ("/datasets/usage_events", {"limit": 10_001}, 422),
        ("/datasets/usage_events", {"format": "pdf"}, 422),
        ("/datasets/usage_events", {"where": "provider"}, 422),
        ("/datasets/usage_events", {"where": "cost=1", "format": "parquet"}, 400),
        ("/datasets/usage_events", {"from": "2026-11-31"}, 422),
        ("/datasets/usage_events", {"limit": 5, "format": "csv"}, 422),
        ("/datasets/agents", {"from": "2026-11-20"}, 400),
        ("/datasets/usage_events", {"provider": "openai"}, 422),
        ("/snapshot/file", {"max_age": -1}, 422),
    ],
)
def test_what_cannot_be_answered_is_refused(
    analyst: Client, path: str, parameters: dict[str, Any], status: int
) -> None:
    answer = analyst.get(path, **parameters)
    assert answer.status_code == status, answer.text
    assert answer.json()["hint"]


@pytest.mark.parametrize(
    "path", ["/datasets", "/datasets/agents", "/datasets/agents?format=csv", "/snapshot", "/snapshot/file"]
)
def test_whoever_may_not_export_gets_nothing(place: Place, path: str) -> None:
    assert place.client("viewer").get(path).status_code == 403


def test_more_rows_than_a_sheet_holds_are_refused_at_once(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "EXCEL_ROWS", 2)
    answer = analyst.get("/datasets/usage_events", format="xlsx")
    assert (answer.status_code, "at most 2 rows" in answer.json()["detail"]) == (400, True)


def test_the_snapshot_is_told_taken_away_and_made_anew_when_it_is_old(
    place: Place, analyst: Client, tmp_path: Path
) -> None:
    before = analyst.get("/snapshot").json()
    assert (before["made_at"], before["tables"]) == (None, [])
    assert before["queries"]
    file = analyst.get("/snapshot/file")
    (tmp_path / "taken.duckdb").write_bytes(file.content)
    with duckdb.connect(str(tmp_path / "taken.duckdb"), read_only=True) as taken:
        assert taken.execute("select count(*) from usage_events").fetchall() == [(3,)]
    made = analyst.get("/snapshot").json()["made_at"]
    analyst.get("/snapshot/file")
    assert analyst.get("/snapshot").json()["made_at"] == made
    analyst.get("/snapshot/file", max_age=0)
    assert analyst.get("/snapshot").json()["made_at"] > made
    assert list((place.ws.settings.home / FOLDER).glob("*")) == []
