"""What the platform writes becomes columns of text, exactly as written."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orchflow.ingest.sources.api_history import once
from orchflow.ingest.sources.api_progress import OVERLAP, Progress
from orchflow.ingest.sources.api_rows import (
    LONGEST_ERROR,
    field,
    first,
    milliseconds,
    one_each,
    shortened,
    table,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def column(values: list[Any]) -> list[str | None]:
    found: list[str | None] = (
        table([{"x": value} for value in values], {"x": field("x")}).column("x").to_pylist()
    )
    return found


def test_amounts_stay_as_written() -> None:
    answer = json.loads(
        '[0.12951000, 1e-8, "0.30000000000000004", 12345678901.12345678, 3, null]', parse_float=str
    )
    assert column(answer) == ["0.12951000", "1e-8", "0.30000000000000004", "12345678901.12345678", "3", None]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([], []),
        ([None, None], [None, None]),
        ([1, 2, None], ["1", "2", None]),
        ([True, None], ["true", None]),
        ([1, True], ["1", "true"]),
        (["a", 1], ["a", "1"]),
        ([2**70], [str(2**70)]),
        ([{"a": 1}, "b"], ["(dict)", "b"]),
        ([[1]], ["(list)"]),
        (["\ud800", "b"], ["?", "b"]),
    ],
)
def test_values_of_any_kind_become_text(values: list[Any], texts: list[str | None]) -> None:
    assert column(values) == texts


def test_nested_alternative_cut_and_shortened_values() -> None:
    rows: list[dict[str, Any]] = [
        {"a": {"b": "2026-11-22T09:30:16.329123+00:00"}, "e": "x" * (LONGEST_ERROR + 100)},
        {"a": "no object", "c": "2026-11-22T09:30:16.32+00:00", "e": {"code": 1}},
        {"c": 7, "e": ""},
    ]
    chosen = first(field("a", "b"), field("c"))
    found = table(rows, {"time": milliseconds(chosen), "error": shortened(field("e"))}).to_pydict()
    assert found["time"] == ["2026-11-22T09:30:16.329+00:00", "2026-11-22T09:30:16.32+00:00", "7"]
    assert found["error"] == ["x" * LONGEST_ERROR, "(dict)", None]


def test_the_last_of_each_value_is_kept_and_what_has_none_is_not() -> None:
    rows = [{"c": "a", "n": 1}, {"c": None, "n": 2}, {"c": {"odd": 1}, "n": 3}, {"c": "a", "n": 4}]
    assert [row["n"] for row in one_each(rows, field("c"))] == [4, 3]


def test_copies_of_an_event_are_one_whatever_is_in_them() -> None:
    copies = [{"timestamp": 1, "id": number, "payload": {"model": {"odd": 1}}} for number in (5, 3, 4)]
    assert [row["id"] for row in once([*copies, {"timestamp": 2, "id": 9}])] == [3, 9]


@pytest.mark.parametrize(
    ("times", "newest"),
    [
        (["2026-11-22T09:00:00.000Z", "2026-11-22T10:00:00.000Z", "2026-11-22T08:00:00.000Z"], 10),
        (
            ["2026-11-22T09:00:00.5+00:00", "2026-11-22T10:00:00.123456+00:00", "2026-11-22T10:00:00+00:00"],
            10,
        ),
        (["2026-11-22T11:00:00.000+02:00", "2026-11-22T10:00:00.000+00:00"], 10),
        (["2026-11-22T09:00:00.000+00:00", "2026-11-22T08:00:00.000-02:00"], 10),
        (["2026-11-22T10:00:00.000Z", "2026-11-22T20:00:00.000Z", None, "no time", {}], 10),
        ([1795341600000, 1795338000000, 1795377600000, True], 10),
        (["2026-11-22T09:00:00.000Z", 1795341600000], 10),
    ],
)
def test_the_newest_time_is_noted_whatever_its_form(times: list[Any], newest: int) -> None:
    progress = Progress(None, NOW)
    progress.note("stream", times[:1])
    progress.note("stream", times[1:])
    mark = progress.watermark()
    assert mark is not None
    known = Progress(mark, NOW).since("stream")
    assert known is not None
    assert timedelta() <= known + OVERLAP - NOW.replace(hour=newest) < timedelta(seconds=1)
