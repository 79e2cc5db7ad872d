"""Which rows of usage files are the same row, and what becomes of them when files or settings change."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orchflow.errors import SourceError
from orchflow.ingest.run import SourceResult, check_source, run_source
from orchflow.ingest.sources.file_reading import FileReading
from orchflow.ingest.sources.identity import CutLine, KnownFile, KnownFiles
from orchflow.ingest.sources.row_values import Rows
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

Run = Callable[..., tuple[Workspace, SourceResult]]


@pytest.fixture
def run(open_with: Callable[..., Workspace], admin: Actor, folder: Path) -> Run:
    """Writes files, each a second after the one before, and runs a source over all there are."""
    opened: list[Workspace] = []
    written: list[str] = []

    def deliver(files: dict[str, str], full: bool = False, **settings: Any) -> tuple[Workspace, SourceResult]:
        for name, text in files.items():
            written.append(name)
            (folder / name).write_text(text, encoding="utf-8")
            os.utime(folder / name, (1_790_000_000 + len(written),) * 2)
        while opened:
            opened.pop().close()
        opened.append(
            open_with({"name": "f", "kind": "usage_file", "path": str(folder / "*.csv"), **settings})
        )
        return opened[-1], run_source(opened[-1], admin, "f", full=full)

    return deliver


def total(ws: Workspace) -> tuple[Any, ...]:
    query = Query.of(
        "total", "select count(*), sum(cost), (select sum(cost) from usage_daily) from usage_events"
    )
    rows, cost, rolled = ws.warehouse.rows(query)[0]
    assert cost == rolled
    return rows, cost


HEAD = "occurred_at,model,cost\n"
DAY = "2026-05-01,m,3.10\n"


def test_a_running_day_exported_again_is_counted_once(run: Run) -> None:
    run({"usage-9.csv": HEAD + DAY})
    ws, result = run({"usage-10.csv": HEAD + "2026-05-01,m,8.4\n"})
    assert total(ws) == (1, Decimal("8.4"))
    assert (result.jobs[0].new, result.jobs[0].changed) == (0, 1)
    ws, result = run({}, full=True)
    assert total(ws) == (1, Decimal("8.4"))
    assert (result.jobs[0].unchanged + result.jobs[0].superseded, result.jobs[0].changed) == (2, 0)


def test_a_column_of_ours_added_later_is_no_other_row(run: Run) -> None:
    run({"a.csv": HEAD + DAY})
    ws, _ = run({"b.csv": "occurred_at,model,provider,cost\n2026-05-01,m,x,3.10\n"})
    assert total(ws) == (1, Decimal("3.10"))


def test_a_file_written_again_with_fewer_rows_loses_them_within_its_time(run: Run) -> None:
    run({"u.csv": HEAD + "2026-04-01,m,1\n" + DAY + DAY + "2026-05-02,m,1\n"})
    ws, result = run({"u.csv": HEAD + DAY + "2026-05-02,m,1\n"})
    assert total(ws) == (3, Decimal("5.10"))
    assert result.jobs[0].gone == 1


@pytest.mark.parametrize("change", [{"key": ["model"]}, {"mapping": {"provider": "model"}}, {"decimal": "."}])
def test_changed_settings_are_said_and_read_every_file_anew(run: Run, change: dict[str, Any]) -> None:
    ws, _ = run({"a.csv": HEAD + DAY, "b.csv": HEAD + "2026-05-01,m,5\n2026-05-03,n,1\n"})
    before = total(ws)
    ws, _ = run({})
    assert not [check for check in check_source(ws, "f") if check.name == "identity"]
    ws, result = run({}, **change)
    assert total(ws) == before == (2, Decimal(6))
    assert "read again" in str(result.jobs[0].hint)
    assert run({}, **change)[1].jobs[0].read == 0


@pytest.mark.parametrize("full", [False, True])
def test_what_was_set_aside_of_a_file_is_settled_when_it_is_written_again(run: Run, full: bool) -> None:
    run({"a.csv": HEAD + DAY + "2026-05-02,m,x\n2026-05-03,m,y\n"})
    ws, result = run({"a.csv": HEAD + DAY + "2026-05-02,m,2\n2026-05-03,m,y\n"}, full=full)
    assert (result.state, result.jobs[0].rejected, total(ws)) == ("done", 1, (2, Decimal("5.10")))
    waiting = Query.of("waiting", "select raw ->> 'cost' from rejects where resolved_at is null")
    assert ws.warehouse.rows(waiting) == [("y",)]


def test_what_fails_altogether_is_not_done_and_is_tried_again(run: Run) -> None:
    for _ in range(2):
        _, result = run({"a.csv": HEAD + "yesterday,m,1\n"})
        assert result.state == "failed"
        assert "line 2: occurred_at is not a time" in str(result.error)


@pytest.mark.parametrize(
    ("settings", "costs", "kept"),
    [
        ({}, ["0,05", "1.234", "1.234,50"], ["0.05", "1234", "1234.50"]),
        ({"decimal": "."}, ["1.234"], ["1.234"]),
        ({}, ["1.234", "2"], ["2"]),
        ({}, ["$0.04", "(3.00)", "1", "Included"], ["0.04", "-3", "1"]),
        ({"words": {"Included": 0}}, ["Included", "2.5"], ["0", "2.5"]),
        ({"credits": "refuse"}, ["-2.5", "3.5"], ["3.5"]),
    ],
)
def test_numbers_are_read_or_refused(
    run: Run, settings: dict[str, Any], costs: list[str], kept: list[str]
) -> None:
    rows = "".join(f"{n};2026-05-01T10:00:00Z;{cost}\n" for n, cost in enumerate(costs))
    ws, result = run({"a.csv": "event_id;occurred_at;cost\n" + rows}, **settings)
    stored = ws.warehouse.rows(Query.of("costs", "select cost from usage_events order by event_id"))
    assert [cost for (cost,) in stored] == [Decimal(cost) for cost in kept]
    assert result.jobs[0].rejected == len(costs) - len(kept)


@pytest.mark.parametrize(
    ("settings", "times", "kept"),
    [
        ({}, ["24/11/2026", "05/11/2026 10:30"], ["2026-11-05 10:30", "2026-11-24 00:00"]),
        ({}, ["11/24/2026", "11/5/2026 1:30 PM"], ["2026-11-05 13:30", "2026-11-24 00:00"]),
        ({}, ["11/05/2026", "12/05/2026", "11/11/2026"], ["2026-11-11 00:00"]),
        ({"dates": "dmy"}, ["11/05/2026", "12-05-2026T10:00:00Z"], ["2026-05-11 00:00", "2026-05-12 10:00"]),
        ({"dates": "mdy"}, ["24/05/2026", "11/05/2026"], ["2026-11-05 00:00"]),
        ({}, ["24/11/2026", "11/24/2026", "11/05/2026"], ["2026-11-24 00:00", "2026-11-24 00:00"]),
    ],
)
def test_the_order_of_day_and_month_is_found_or_asked_for(
    run: Run, settings: dict[str, Any], times: list[str], kept: list[str]
) -> None:
    rows = "".join(f"{n},{time},1\n" for n, time in enumerate(times))
    ws, result = run({"a.csv": "event_id,occurred_at,cost\n" + rows}, **settings)
    stored = ws.warehouse.rows(
        Query.of("times", "select strftime(occurred_at, '%Y-%m-%d %H:%M') from usage_events order by 1")
    )
    assert [time for (time,) in stored] == kept
    assert result.jobs[0].rejected == len(times) - len(kept)
    if not settings and len(kept) < len(times):
        assert "say in sources.f.dates which (dmy or mdy)" in str(result.jobs[0].hint)


def test_what_one_column_shows_holds_for_all_that_show_nothing(run: Run) -> None:
    ws, result = run(
        {
            "a.csv": "event_id;occurred_at;recorded_at;cost;input_tokens;output_tokens;cached_input_tokens\n"
            "1;24/11/2026;05/11/2026;1.234,56;12.000;1.500;1.000\n"
        }
    )
    assert result.state == "done", result
    assert ws.warehouse.rows(
        Query.of("read", "select cost, input_tokens, output_tokens, cached_input_tokens from usage_events")
    ) == [(Decimal("1234.56"), 12_000, 1_500, 1_000)]


def test_quotes_behind_a_backslash_are_read(run: Run) -> None:
    models = [r'"say \"hi, you\""', r'"C:\dir\"', r'"a\\b \"x\""', '"q ""r"""']
    ws, result = run({"a.csv": HEAD + "".join(f"2026-05-01,{model},1\n" for model in models)})
    assert result.jobs[0].rejected == 0
    assert ws.warehouse.rows(Query.of("models", "select model from usage_events order by 1")) == [
        ("C:\\dir\\",), ('a\\b "x"',), ('q "r"',), ('say "hi, you"',),
    ]  # fmt: skip


def test_damaged_lines_are_refused_alone(run: Run) -> None:
    text = 'a report\n"event_id",occurred_at,cost,note\n1,2026-05-01,1,"not closed\n2,2026-05-01,1,"two\nlines"\n3,2026-05-01\n'
    ws, result = run({"a.csv": text + "4,2026-05-01,1,x\n"})
    assert total(ws) == (2, Decimal(2))
    assert "line 3: the line has a quote that is not closed" in str(result.jobs[0].hint)
    assert "line 6: the line has 2 values, but the heading has 4" in str(result.jobs[0].hint)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "latin-1", "utf-8-sig"])
def test_any_encoding_is_read(run: Run, folder: Path, encoding: str) -> None:
    (folder / "a.csv").write_bytes("occurred_at,model,cost\n2026-05-01,é,1\n".encode(encoding))
    ws, _ = run({})
    assert ws.warehouse.rows(Query.of("model", "select model from usage_events")) == [("é",)]


def test_rows_without_any_key_are_refused_rather_than_taken_for_one(run: Run) -> None:
    rows = "2026-05-01,a,,1\n2026-05-01,,x,2\n2026-05-01,,,3\n2026-05-01,,,4\n"
    ws, result = run({"a.csv": "occurred_at,invoice,line,cost\n" + rows}, key=["invoice", "line"])
    assert total(ws) == (2, Decimal(3))
    assert "line 4: every column of its key is empty" in str(result.jobs[0].hint)


def test_an_empty_bucket_that_fills_is_a_call(run: Run) -> None:
    calls = Query.of(
        "calls", "select (select sum(calls) from usage_events), (select sum(calls) from usage_daily)"
    )
    ws, _ = run({"a.csv": HEAD + "2026-05-01,m,0\n"})
    assert ws.warehouse.rows(calls) == [(0, 0)]
    ws, _ = run({"a.csv": HEAD + DAY})
    assert ws.warehouse.rows(calls) == [(1, 1)]
    ws, _ = run({"a.csv": HEAD + "2026-05-01,m,0.00\n"})
    assert ws.warehouse.rows(calls) == [(0, 0)]


def test_agents_of_files_read_again_stay_known(run: Run) -> None:
    known = Query.of(
        "agents", "select caller, agent, a.slug from callers left join agents a on a.slug = agent order by 1"
    )
    head, row = "occurred_at,agent,cost\n", "2026-05-01T10:00:00Z,{},1\n"
    files = {f"{name}.csv": head + row.format(name) for name in ("ada", "bo", "cy")}
    run(files)
    ws, _ = run({}, decimal=".")
    assert ws.warehouse.rows(known) == [(name, name, name) for name in ("ada", "bo", "cy")]
    ws, _ = run({"ada.csv": head + row.format("dee")}, decimal=".")
    assert ws.warehouse.rows(known) == [(name, name, name) for name in ("bo", "cy", "dee")]
    assert ws.warehouse.rows(Query.of("all", "select slug from agents order by 1")) == [
        ("bo",),
        ("cy",),
        ("dee",),
    ]


def test_a_change_of_settings_is_told_once(run: Run) -> None:
    for cost in ("1", "2", "3"):
        run({"a.csv": HEAD + f"2026-05-01,m,{cost}\n"})
    ws, result = run({}, decimal=".")
    assert "since 1 of its files were loaded: 1 of them are read again" in str(result.jobs[0].hint)
    assert not [check for check in check_source(ws, "f") if check.name == "identity"]
    assert run({}, decimal=".")[1].jobs[0].hint is None


@pytest.mark.parametrize("recorded", ["2199-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_a_stamp_far_off_stops_no_file(run: Run, recorded: str) -> None:
    head = "event_id,occurred_at,recorded_at,cost\n"
    sound = "1,2026-05-01T10:00:00Z,2026-05-01T10:00:00Z,5\n"
    far = f"2,2026-05-01T10:00:00Z,{recorded},1\n"
    ws, result = run({"a.csv": head + sound + far + far})
    assert result.state == "done"
    assert total(ws) == ((2, Decimal(6)) if recorded.startswith("2199") else (1, Decimal(5)))


@pytest.mark.parametrize(("start", "settings"), [("", {}), ("\ufeff", {}), ("", {"encoding": "UTF8"})])
def test_a_file_cut_off_within_a_letter_loses_its_last_line_alone(
    run: Run, folder: Path, start: str, settings: dict[str, Any]
) -> None:
    text = start + HEAD + "2026-05-01,größe,1\n2026-05-02,größer,2\n2026-05-03,grö"
    (folder / "a.csv").write_bytes(text.encode()[:-1])
    ws, result = run({}, **settings)
    assert total(ws) == (2, Decimal(3))
    assert "line 4" in str(result.jobs[0].hint)


@pytest.mark.parametrize(("age", "cost"), [(-1000, "11.40"), (1000, "6.10")])
def test_of_a_file_with_fewer_columns_the_newest_amount_counts_once(
    run: Run, folder: Path, age: int, cost: str
) -> None:
    run({"b.csv": "occurred_at,model,provider,cost\n2026-05-01,m,x,8.40\n2026-05-02,m,y,1\n"})
    (folder / "a.csv").write_text(HEAD + DAY + "2026-05-03,m,2\n")
    os.utime(folder / "a.csv", (1_790_000_001 + age,) * 2)
    providers = Query.of("providers", "select provider from usage_events order by occurred_at")
    for full in (False, False, True):
        ws, _ = run({}, full=full)
        assert total(ws) == (3, Decimal(cost))
        assert ws.warehouse.rows(providers) == [("x",), ("y",), (None,)]


def test_sums_of_a_file_with_fewer_columns_take_the_place_of_their_parts(run: Run) -> None:
    run({"a.csv": "occurred_at,model,provider,cost\n2026-05-01,m,x,8.40\n2026-05-01,m,y,1\n"})
    for full in (False, True):
        ws, _ = run({} if full else {"b.csv": HEAD + "2026-05-01,m,9.50\n"}, full=full)
        assert total(ws) == (1, Decimal("9.50"))


@pytest.mark.parametrize("name", ["a.csv", "b.csv"])
@pytest.mark.parametrize(
    ("whole", "kept"), [("gpt-5-mini", Decimal(4)), ("gpt-5", Decimal(4)), ("gpt-5\r", Decimal(4))]
)
def test_a_last_line_cut_off_is_the_row_that_comes_whole(
    run: Run, name: str, whole: str, kept: Decimal
) -> None:
    text = f"occurred_at,cost,model\n2026-05-01,1,gpt-4\n2026-05-02,3,{whole}\n"
    run({"a.csv": text[: text.index("-5") + 2]})
    for full in (False, True):
        ws, _ = run({} if full else {name: text}, full=full)
        assert total(ws) == (2, kept)


def test_a_last_line_cut_off_in_a_later_copy_is_no_row(run: Run) -> None:
    text = "occurred_at,cost,model\n2026-05-01,1,gpt-4\n2026-05-02,3,gpt-5-mini\n"
    run({"a.csv": text})
    ws, _ = run({"b.csv": text[:-6]})
    assert total(ws) == (2, Decimal(4))


MODELS = "occurred_at,cost,model\n2026-05-01,1,m\n2026-05-02,3,gpt-5-mini\n"
COSTS = "occurred_at,model,cost\n2026-05-01,m,1\n2026-05-02,gpt-5-mini,3.25\n"
ROUTES = "occurred_at,model,provider,cost\n2026-05-01,m,x,1\n"


@pytest.mark.parametrize(
    ("files", "providers", "cost"),
    [
        ({"a.csv": ROUTES, "b.csv": MODELS, "z.csv": MODELS[:-6]}, ["x", None], "4"),
        ({"a.csv": COSTS, "b.csv": ROUTES + "2026-05-02,gpt-5-mini,y,3.25\n", "z.csv": COSTS[:-4]}, ["x", "y"], "4.25"),
    ],
    ids=["renamed to the rows of an older file", "replaced by a file with more columns"],
)  # fmt: skip
def test_a_copy_cut_off_brings_no_row_of_the_whole_file_back(
    run: Run, files: dict[str, str], providers: list[str | None], cost: str
) -> None:
    stored = Query.of("stored", "select provider from usage_events order by occurred_at")
    for full in (False, True):
        ws, _ = run({} if full else files, full=full)
        assert total(ws) == (2, Decimal(cost))
        assert [provider for (provider,) in ws.warehouse.rows(stored)] == providers


def test_a_row_cut_off_stays_where_the_whole_one_cannot_be_read_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run({"a.csv": COSTS})
    rows = FileReading.rows

    def broken(self: FileReading) -> Iterator[Rows]:
        if self.file.name == "a.csv":
            raise SourceError("a.csv is not whole", "Write it again.")
        return rows(self)

    with monkeypatch.context() as patched:
        patched.setattr(FileReading, "rows", broken)
        ws, result = run({"z.csv": COSTS[:-4]})
        assert (result.state, total(ws)) == ("failed", (2, Decimal(4)))
        assert "a.csv is not whole" in str(result.error)
    ws, _ = run({})
    assert total(ws) == (2, Decimal("4.25"))


@pytest.mark.parametrize(("day", "rows", "cost"), [("01", 1, 2), ("02", 2, 3)])
def test_rows_replaced_by_a_file_with_more_columns_make_no_sum(
    run: Run, day: str, rows: int, cost: int
) -> None:
    finer = f"occurred_at,model,provider,route,cost\n2026-05-{day},m,x,local,1\n"
    for full in (False, True):
        files = {"a.csv": ROUTES, "b.csv": finer, "c.csv": HEAD + "2026-05-01,m,2\n"}
        ws, _ = run({} if full else files, full=full)
        assert total(ws) == (rows, Decimal(cost))
        routes = ws.warehouse.rows(
            Query.of("detail", "select provider, route from usage_events order by route")
        )
        assert ("x", "local") in routes
        assert len(routes) == rows


def test_of_a_path_only_its_newest_last_line_may_be_cut_off() -> None:
    files = KnownFiles([])
    for n in range(3):
        kept = json.dumps({"row": str(n), "text": f"before\ncut {n}"})
        files.add(KnownFile(str(n), "a.csv", None, f"2026-05-0{n + 1}", cut=kept))
    assert files.cut == {"before": {"cut 2": [CutLine("a.csv", "2", "before", "cut 2")]}}
    files.add(KnownFile("3", "a.csv", None, "2026-05-04"))
    assert not files.cut


BEGUN = "occurred_at,cost,model\n2026-05-01,1,gpt-4\n2026-05-02,3,gpt-5"
OTHERS = {f"o{n:02}.csv": f"occurred_at,cost,model\n2026-05-01,1,o{n}\n2026-05-02,3,o{n}" for n in range(12)}


@pytest.mark.parametrize("first", [BEGUN, BEGUN + "-mini\n"], ids=["cut off", "whole"])
def test_a_last_line_cut_off_is_known_however_many_files_without_an_end_come_between(
    run: Run, first: str
) -> None:
    second = BEGUN if first != BEGUN else BEGUN + "-mini\n"
    for full in (False, True):
        ws, _ = run({} if full else {"a.csv": first, **OTHERS, "z.csv": second}, full=full)
        assert total(ws) == (26, Decimal(52))
        assert ("gpt-5-mini",) in ws.warehouse.rows(Query.of("models", "select model from usage_events"))


def test_the_only_line_of_a_file_may_be_cut_off(run: Run) -> None:
    run({"a.csv": "occurred_at,cost,model\n2026-05-01,1,gpt"})
    ws, _ = run({"b.csv": "occurred_at,cost,model\n2026-05-01,1,gpt-5\n"})
    assert total(ws) == (1, Decimal(1))


@pytest.mark.parametrize("older", [False, True])
def test_a_row_told_whole_is_not_lost_where_a_copy_cuts_it_off(run: Run, folder: Path, older: bool) -> None:
    text = "event_id,occurred_at,cost\n1,2026-05-01,1\n2,2026-05-02,3.25\n"
    run({"a.csv": text})
    (folder / "b.csv").write_text(text[:-2])
    os.utime(folder / "b.csv", (1_700_000_000 if older else 1_800_000_000,) * 2)
    for full in (False, True):
        ws, _ = run({}, full=full)
        assert total(ws) == (2, Decimal("4.25"))


def test_sums_take_the_place_of_parts_that_stand_in_several_files(run: Run) -> None:
    head = "occurred_at,model,provider,cost\n"
    run({"a.csv": head + "2026-05-01,m,x,8.40\n", "b.csv": head + "2026-05-01,m,y,1\n2026-07-01,m,y,1\n"})
    for full in (False, True):
        ws, _ = run({} if full else {"c.csv": HEAD + "2026-05-01,m,9.50\n"}, full=full)
        assert total(ws) == (2, Decimal("10.50"))


def test_a_last_line_without_an_end_is_a_row(run: Run) -> None:
    run({"a.csv": HEAD + "2026-05-01,m,1\n2026-05-02,m,1"})
    ws, _ = run({"b.csv": HEAD + "2026-05-01,m,1\n2026-05-02,m,1\n2026-05-02,mm,1"})
    assert total(ws) == (3, Decimal(3))


def test_files_of_one_second_are_told_apart_by_less(run: Run, folder: Path) -> None:
    for name, nanoseconds, cost in (("b.csv", 2_000, "8.4"), ("a.csv", 5_000, "9"), ("c.csv", 1_000, "7")):
        (folder / name).write_text(HEAD + f"2026-05-01,m,{cost}\n")
        os.utime(folder / name, ns=(1_790_000_000_000_000_000 + nanoseconds,) * 2)
    ws, _ = run({})
    assert total(ws) == (1, Decimal(9))
    (folder / "b.csv").unlink()
    (folder / "d.csv").write_text(HEAD + "2026-05-01,m,5\n")
    os.utime(folder / "d.csv", ns=(1_790_000_000_000_004_000,) * 2)
    ws, _ = run({})
    assert total(ws) == (1, Decimal(9))


def test_a_value_said_again_later_is_the_newest(run: Run, folder: Path) -> None:
    run({"a.csv": HEAD + "2026-05-01,m,10\n"})
    run({"x.csv": HEAD + "2026-05-02,m,1\n", "b.csv": HEAD + "2026-05-01,m,10\n"})
    (folder / "c.csv").write_text(HEAD + "2026-05-01,m,20\n")
    os.utime(folder / "c.csv", (1_790_000_002,) * 2)
    ws, _ = run({})
    assert total(ws) == (2, Decimal(11))


def test_a_row_belongs_to_the_newest_file_that_has_it(run: Run) -> None:
    two = HEAD + DAY + "2026-05-02,m,1\n" + "2026-05-03,m,1\n"
    run({"a.csv": two})
    run({"b.csv": two + "2026-05-04,m,1\n"})
    ws, result = run({"a.csv": HEAD + DAY + "2026-05-03,m,1\n"})
    assert total(ws) == (4, Decimal("6.10"))
    assert result.jobs[0].gone == 0
