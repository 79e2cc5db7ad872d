"""Files of usage: every format, their columns, what is loaded once, and files that are broken."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchflow.config.sources import UsageFileSettings
from orchflow.errors import ConfigError
from orchflow.ingest.run import SourceResult, run_source
from orchflow.ingest.source import Check
from orchflow.ingest.sources import open_source, row_values
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace

Load: TypeAlias = Callable[..., tuple[Workspace, SourceResult]]

CSV = "event_id,occurred_at,agent,provider,cost\n1,2026-05-01T10:00:00Z,writer,openai,0.12345678\n"


@pytest.fixture
def load(open_with: Callable[..., Workspace], admin: Actor) -> Load:
    """Runs a file source called f on a path."""
    opened: list[Workspace] = []

    def run(
        path: Path | str, full: bool = False, decimal: str | None = None, **mapping: str
    ) -> tuple[Workspace, SourceResult]:
        while opened:
            opened.pop().close()
        source = {
            "name": "f",
            "kind": "usage_file",
            "path": str(path),
            "decimal": decimal,
            "mapping": mapping,
        }
        opened.append(open_with(source))
        return opened[-1], run_source(opened[-1], admin, "f", full=full)

    return run


def check(path: Path, **mapping: str) -> list[Check]:
    return open_source(
        UsageFileSettings(name="f", kind="usage_file", path=str(path), mapping=mapping)
    ).check()


def ask(ws: Workspace, text: str) -> list[tuple[Any, ...]]:
    return ws.warehouse.rows(Query.of("question", text))


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def half_a_parquet(folder: Path) -> Path:
    whole = folder / "whole.parquet"
    pq.write_table(
        pa.table({"event_id": ["1"], "occurred_at": ["2026-05-01T10:00:00Z"], "cost": [0.1]}), whole
    )
    content = whole.read_bytes()
    whole.unlink()
    half = folder / "half.parquet"
    half.write_bytes(content[: len(content) // 2])
    return half


def test_a_csv_is_loaded_to_the_last_digit_and_its_agents_are_known(load: Load, folder: Path) -> None:
    ws, result = load(written(folder, "usage.csv", CSV))
    assert result.state == "done"
    assert ask(ws, "select cost, caller from usage_events") == [(Decimal("0.12345678"), "writer")]
    assert ask(ws, "select caller, agent from callers") == [("writer", "writer")]


def test_columns_are_found_by_the_mapping(load: Load, folder: Path) -> None:
    path = written(folder, "theirs.csv", "when;Bot;USD\n2026-05-01T10:00:00Z;writer;1.5\n")
    ws, _ = load(path, occurred_at="when", agent="Bot", cost="USD")
    assert ask(ws, "select cost, caller from usage_events") == [(Decimal("1.5"), "writer")]


def test_json_lines_keep_numbers_as_they_are_written(load: Load, folder: Path) -> None:
    line = '{"event_id": 7, "occurred_at": "2026-05-01T10:00:00Z", "cost": 1234567890.12345678, "input_tokens": 3}\n'
    ws, _ = load(written(folder, "usage.jsonl", line))
    assert ask(ws, "select event_id, cost, input_tokens from usage_events") == [
        ("7", Decimal("1234567890.12345678"), 3)
    ]


def test_parquet_keeps_decimals(load: Load, folder: Path) -> None:
    cost = pa.array([Decimal("0.00000001")], pa.decimal128(18, 8))
    pq.write_table(
        pa.table({"event_id": ["1"], "occurred_at": ["2026-05-01T10:00:00Z"], "cost": cost}),
        folder / "u.parquet",
    )
    ws, _ = load(folder / "u.parquet")
    assert ask(ws, "select cost from usage_events") == [(Decimal("0.00000001"),)]


def test_parquet_keeps_texts_in_whatever_form(load: Load, folder: Path) -> None:
    table = pa.table({
        "event_id": pa.array([b"1", b"2"]),
        "occurred_at": pa.array([datetime(2026, 5, 1, 10, tzinfo=UTC)] * 2, pa.timestamp("ns", "UTC")),
        "cost": pa.array(["1,5", "0,25"], pa.string_view()),
        "model": pa.array(["m ", "NULL"], pa.large_string()),
        "provider": pa.array(["x", "x"]).dictionary_encode(),
        "agent": pa.array([b"\xff", None]),
    })  # fmt: skip
    pq.write_table(table, folder / "usage.parquet")
    ws, result = load(folder / "usage.parquet")
    assert result.state == "done"
    assert ask(ws, "select event_id, cost, model, provider from usage_events order by 1") == [
        ("1", Decimal("1.5"), "m", "x"), ("2", Decimal("0.25"), None, "x"),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [None, ","])
@pytest.mark.parametrize("kind", [pa.float64(), pa.decimal128(9, 3)])
def test_numbers_of_parquet_take_no_decimal_comma_from_texts(
    load: Load, folder: Path, kind: pa.DataType, mark: str | None
) -> None:
    table = pa.table({
        "event_id": ["1"],
        "occurred_at": ["2026-05-01T10:00:00Z"],
        "cost": pa.array([1.234]).cast(kind),
        "input_tokens": ["2.500"],
        "duration_ms": ["2.500,0"],
    })  # fmt: skip
    pq.write_table(table, folder / "usage.parquet")
    ws, result = load(folder / "usage.parquet", decimal=mark)
    assert ask(ws, "select cost, input_tokens, duration_ms from usage_events") == [
        (Decimal("1.234"), 2500, 2500)
    ]
    assert "cost is read with a decimal comma" not in str(result)


@pytest.mark.parametrize("kind", [duckdb.FatalException, duckdb.InternalException])
def test_after_a_fatal_error_files_are_read_again(
    load: Load, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: type[duckdb.Error]
) -> None:
    load(written(folder, "a.csv", CSV))
    ended = row_values._reader()

    class Ended:
        def cursor(self) -> duckdb.DuckDBPyConnection:
            raise kind("database has been invalidated because of a previous fatal error")

    readers = iter([Ended(), ended])
    monkeypatch.setattr(row_values, "_reader", cache(lambda: next(readers)))
    for _ in range(2):
        ws, result = load(folder / "a.csv", full=True)
        assert (result.state, ask(ws, "select count(*) from usage_events")) == ("done", [(1,)])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("e.csv", b"", "is empty"),
        ("e.csv", b"\xef\xbb\xbf\n\n", "is empty"),
        ("e.jsonl", b"", "is empty"),
        ("e.csv.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("e.csv", b"event_id,occurred_at,cost\n", None),
        ("e.json", b"[]", None),
    ],
)
def test_an_empty_file_is_said_to_be_empty_and_one_without_rows_is_read(
    load: Load, folder: Path, name: str, content: bytes, said: str | None
) -> None:
    (folder / name).write_bytes(content)
    _, result = load(folder / name)
    assert result.state == ("failed" if said else "done")
    assert said is None or said in str(result.error)


def test_compressed_text_is_read(load: Load, folder: Path) -> None:
    (folder / "usage.csv.gz").write_bytes(gzip.compress(CSV.encode()))
    ws, _ = load(folder / "usage.csv.gz")
    assert ask(ws, "select count(*) from usage_events") == [(1,)]


def test_a_glob_loads_new_files_and_knows_old_ones_by_their_content(load: Load, folder: Path) -> None:
    written(folder, "may.csv", CSV)
    load(folder / "*.csv")
    (folder / "may.csv").rename(folder / "renamed.csv")
    written(folder, "june.csv", CSV.replace("1,2026-05", "2,2026-06"))
    ws, result = load(folder / "*.csv")
    assert (result.jobs[0].read, result.jobs[0].new) == (1, 1)
    assert ask(ws, "select count(*) from loaded_files") == [(2,)]


def test_a_full_run_reads_every_file_again_and_changes_nothing(load: Load, folder: Path) -> None:
    path = written(folder, "usage.csv", CSV)
    load(path)
    ws, result = load(path, full=True)
    assert (result.jobs[0].new, result.jobs[0].changed) == (0, 0)
    assert ask(ws, "select count(*) from usage_events") == [(1,)]


def test_rows_without_ids_are_loaded_once_even_when_the_file_grows(load: Load, folder: Path) -> None:
    row = "2026-05-01T10:00:00Z,0.5\n"
    path = written(folder, "usage.csv", "occurred_at,cost\n" + row + row)
    load(path)
    path.write_text("occurred_at,cost\n" + row + row + row, encoding="utf-8")
    ws, _ = load(path)
    assert ask(ws, "select count(*), sum(cost) from usage_events") == [(3, Decimal("1.5"))]


def test_a_corrected_mapping_does_not_double_rows_without_ids(load: Load, folder: Path) -> None:
    path = written(folder, "usage.csv", "occurred_at,cost,who\n2026-05-01T10:00:00Z,0.5,openai\n")
    load(path)
    ws, _ = load(path, full=True, provider="who")
    assert ask(ws, "select provider, cost from usage_events") == [("openai", Decimal("0.5"))]


def test_a_caller_beside_an_agent_is_attributed_to_it(load: Load, folder: Path) -> None:
    text = "event_id,occurred_at,agent,caller,cost\n1,2026-05-01T10:00:00Z,writer,step two,1\n"
    ws, _ = load(written(folder, "usage.csv", text))
    assert ask(ws, "select caller, agent from callers") == [("writer:step two", "writer")]


OBJECTS = [f'{{"occurred_at": "2026-05-0{n}", "model": "m {{{n}}}", "cost": {n}.10}}' for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "text",
    [
        f"[{','.join(OBJECTS)}]",
        "[\n  " + ",\n  ".join(OBJECTS) + "\n]\n",
        f'{{"page": {{"of": 1}}, "tags": ["a"], "data": [{",".join(OBJECTS)}], "next": null}}',
        '{\n "result": {"none": [], "rows": [\n' + ",\n".join(OBJECTS) + "\n]}\n}",
        "\n".join(OBJECTS).replace(", ", ",\n  "),
        "\ufeff[" + ",\r\n".join(OBJECTS) + "]",
    ],
)
def test_json_is_read_as_an_array_or_under_a_key(load: Load, folder: Path, text: str) -> None:
    ws, result = load(written(folder, "usage.json", text))
    assert (result.state, result.jobs[0].rejected) == ("done", 0)
    assert ask(ws, "select model, cost from usage_events order by 1") == [
        (f"m {{{n}}}", Decimal(f"{n}.10")) for n in (1, 2, 3)
    ]


def test_an_array_that_breaks_off_says_where(load: Load, folder: Path) -> None:
    ws, result = load(written(folder, "usage.json", "[\n" + ",\n".join(OBJECTS)[:-4]))
    assert ask(ws, "select sum(cost) from usage_events") == [(Decimal("3.20"),)]
    assert "usage.json, line 4: the line is no JSON from here on" in str(result.jobs[0].hint)


@pytest.mark.parametrize(
    "end",
    ['{"z":', '{"z": 1}, {"q":', '{"z": "a}, {', '{"z": tr', '{"z": -', '{"z": 1.', '{"z": 1}', '{"z": 1}, '],
)
def test_an_array_that_breaks_off_within_a_list_of_objects_keeps_what_stands_before(
    load: Load, folder: Path, end: str
) -> None:
    last = '{"model": "m {4}", "parts": [{"y": 1}, ' + end
    ws, result = load(written(folder, "usage.json", "[\n" + ",\n".join([*OBJECTS, last])))
    assert ask(ws, "select count(*) from usage_events") == [(len(OBJECTS),)]
    assert f"line {len(OBJECTS) + 2}: the line is no JSON from here on" in str(result.jobs[0].hint)


def test_an_array_damaged_in_the_middle_is_refused_with_its_line(load: Load, folder: Path) -> None:
    _, result = load(written(folder, "usage.json", "[\n{'no': 1},\n" + ",\n".join(OBJECTS) + "]"))
    assert result.state == "failed"
    assert "usage.json: line 2 is no JSON, and what stands behind it cannot be read" in str(result.error)


def test_objects_of_lines_may_end_in_commas(load: Load, folder: Path) -> None:
    ws, result = load(written(folder, "usage.jsonl", ",\n".join(OBJECTS) + ",\n"))
    assert (result.jobs[0].new, result.jobs[0].rejected) == (len(OBJECTS), 0)
    assert ask(ws, "select count(*) from usage_events") == [(len(OBJECTS),)]


def test_bad_lines_are_set_aside_with_their_place(load: Load, folder: Path) -> None:
    text = '{"event_id": 1, "occurred_at": "2026-05-01T10:00:00Z", "cost": 1}\nnot json\n'
    ws, result = load(written(folder, "usage.jsonl", text))
    assert (result.state, result.jobs[0].rejected) == ("done", 1)
    assert ask(ws, "select raw ->> 'line', reason from rejects") == [("2", "the line is no JSON object")]
    assert "usage.jsonl, line 2: the line is no JSON object" in str(result.jobs[0].hint)


def test_a_row_with_too_few_values_is_set_aside(load: Load, folder: Path) -> None:
    ws, result = load(written(folder, "usage.csv", CSV + "2,2026\n"))
    assert (result.jobs[0].new, result.jobs[0].rejected) == (1, 1)
    assert ask(ws, "select count(*) from usage_events") == [(1,)]


@pytest.mark.parametrize(
    "text",
    [
        "occurred_at,model,cost\n2026-05-01,m,1\n\n   \n\ufeffoccurred_at,model,cost\n\ufeff2026-05-02,m,2\n,,\n",
        "occurred_at,model,cost,\n2026-05-01,m,1,\n2026-05-02,m,2\n",
        "occurred_at,model,cost\n2026-05-01,m,1,,\n2026-05-02,m,2\n",
        "occurred_at;model;cost\n2026-05-01;m;\u0661.\u0660\n2026-04-30T24:00:00Z;m;NULL\n2026-05-01 24:00;m;2\n",
    ],
)
def test_what_programs_leave_in_files_is_no_row(load: Load, folder: Path, text: str) -> None:
    ws, result = load(written(folder, "usage.csv", text))
    assert (result.state, result.jobs[0].rejected) == ("done", 0)
    assert ask(ws, "select strftime(occurred_at, '%d %H'), cost from usage_events where cost is not null order by 1") == [
        ("01 00", Decimal(1)), ("02 00", Decimal(2)),
    ]  # fmt: skip


FOCUS = (
    "BilledCost,BillingCurrency,ChargeCategory,ChargeClass,ChargePeriodStart,CommitmentDiscountStatus,EffectiveCost,ProviderName,ServiceName,Tags",
    '0.123456789012345,USD,Usage,NULL,2026-05-05 10:00:00,NULL,0.123456789012345,AWS,Bedrock,"{""team"": ""a, b""}"',
    '0,USD,Usage,NULL,2026-05-05 10:00:00,Used,10.5,AWS,Bedrock,"{}"',
    "0,USD,Usage,NULL,2026-05-05 10:00:00,Unused,2.25,AWS,Bedrock,NULL",
    "100,USD,Purchase,NULL,2026-05-05 10:00:00,NULL,0,AWS,Bedrock,NULL",
    "-1.00,USD,Credit,NULL,2026-05-05 10:00:00,NULL,-1.00,AWS,Credits,NULL",
    "-0.0000000015,USD,Usage,Correction,2026-05-05 10:00:00,NULL,-1.5E-9,AWS,Bedrock,NULL",
    "3.19,USD,Tax,NULL,2026-05-01T00:00:00Z,NULL,3.19,AWS,NULL,NULL",
    "NULL,USD,Usage,NULL,2026-05-05 10:00:00,NULL,NULL,AWS,Bedrock,NULL",
    "0,USD,Usage,NULL,2026-05-05 10:00:00,NULL,6.78E-16,AWS,Bedrock,NULL",
    "-3.5,EUR,Adjustment,NULL,2026-05-05 10:00:00,NULL,-3.5,AWS,Bedrock,NULL",
)


def test_a_focus_file_is_counted_by_its_effective_cost(load: Load, folder: Path) -> None:
    ws, result = load(
        written(folder, "focus.csv", "\n".join(FOCUS) + "\n"), occurred_at="ChargePeriodStart", cost="EffectiveCost",
        currency="BillingCurrency", provider="ProviderName", model="ServiceName",
    )  # fmt: skip
    assert (result.state, result.jobs[0].rejected) == ("done", 0)
    assert ask(ws, "select currency, sum(amount), sum(calls) from usage_daily where currency is not null group by 1 order by 1") == [
        ("EUR", Decimal("-3.5"), 1), ("USD", Decimal("15.063456787512345678"), 7),
    ]  # fmt: skip
    assert ask(ws, "select sum(calls), count(*) from usage_events where amount is null") == [(0, 1)]
    assert ask(ws, "select count(*) from usage_events where model = 'NULL'") == [(0,)]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "amounts are taken in as USD, the workspace's currency"),
        ({"currency": "EUR"}, "amounts are in EUR, as the source's currency says"),
        ({"mapping": {"currency": "money"}}, "amounts are in the currency that 'money' names, else in USD"),
    ],
)
def test_a_check_says_which_currency_amounts_are_in(
    folder: Path, settings: dict[str, Any], said: str
) -> None:
    path = written(folder, "usage.csv", CSV.replace("provider", "money").replace("openai", "USD"))
    source = open_source(UsageFileSettings(name="f", kind="usage_file", path=str(path), **settings))
    assert said in source.check()[1].message


def test_missing_columns_are_named_with_those_there_are(load: Load, folder: Path) -> None:
    _, result = load(written(folder, "usage.csv", "day,price\n1,2\n"), cost="amount")
    assert result.state == "failed"
    assert (
        "usage.csv lacks a column: one for occurred_at, 'amount' for cost; its columns are day, price"
        in str(result.error)
    )
    assert "sources.f.mapping" in str(result.hint)


def test_half_a_parquet_file_is_refused_and_the_other_files_are_loaded(load: Load, folder: Path) -> None:
    half_a_parquet(folder)
    written(folder, "usage.csv", CSV)
    ws, result = load(folder / "*")
    assert result.state == "failed"
    assert "half.parquet is not a whole Parquet file" in str(result.error)
    assert ask(ws, "select count(*) from usage_events") == [(1,)]


def test_half_a_compressed_file_is_refused(load: Load, folder: Path) -> None:
    content = gzip.compress(("x" * 10).join(CSV for _ in range(200)).encode())
    (folder / "usage.csv.gz").write_bytes(content[: len(content) // 2])
    _, result = load(folder / "usage.csv.gz")
    assert result.state == "failed"
    assert "usage.csv.gz is not CSV" in str(result.error)


def test_no_file_at_all_says_where_it_was_looked_for(folder: Path) -> None:
    (found,) = check(folder / "*.csv")
    assert found.ok is False
    assert str(folder / "*.csv") in found.message


def test_a_check_looks_into_every_file(folder: Path) -> None:
    half_a_parquet(folder)
    written(folder, "usage.csv", CSV)
    written(folder, "notes.doc", "")
    assert {found.name: found.ok for found in check(folder / "*")} == {
        "files": True,
        "file half.parquet": False,
        "file usage.csv": True,
        "file notes.doc": False,
    }


def test_a_mapping_of_an_unknown_column_names_it(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"sources\.f\.mapping\.price is not a column of usage"):
        check(folder / "*", price="x")
