"""What a source's settings say of the rows of its files: their currency, their calls, their cached tokens."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchflow.config.settings import Settings
from orchflow.config.sources import UsageFileSettings
from orchflow.errors import ConfigError
from orchflow.ingest.run import run_source
from orchflow.ingest.sources.usage_values import completed
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.sql import Query
from orchflow.workspace import open_workspace

D = Decimal


def source(**values: Any) -> UsageFileSettings:
    return UsageFileSettings(name="files", kind="usage_file", path="*.csv", **values)


def rows(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table.column(name).to_pylist()
    return values


def test_the_sources_currency_is_that_of_rows_without_one() -> None:
    told = pa.table({"cost": ["1", "2", "3"], "currency": ["USD", " ", None]})
    assert rows(completed(told, source(currency="eur"), own_ids=True), "currency") == ["USD", "EUR", "EUR"]
    assert (
        rows(completed(told.drop_columns(["currency"]), source(currency="GBP"), own_ids=True), "currency")
        == ["GBP"] * 3
    )
    assert completed(told, source(), own_ids=True) == told


def test_a_bucket_in_which_nothing_was_used_is_no_call() -> None:
    buckets = pa.table({"cost": ["0", "0.00", "", None, "0.5"], "input_tokens": [0, None, 0, None, 0]})
    assert rows(completed(buckets, source(), own_ids=False), "calls") == [0, 0, 0, 0, 1]
    assert "calls" not in completed(buckets, source(), own_ids=True).column_names
    counted = buckets.append_column("calls", pa.array(["7"] * 5))
    assert rows(completed(counted, source(), own_ids=False), "calls") == ["7"] * 5


def test_an_unknown_currency_of_a_source_is_refused_by_its_place(
    make_settings: Callable[..., Settings],
) -> None:
    with pytest.raises(ConfigError, match=r"sources\[0\]\.currency is not a currency: 'EURO'"):
        make_settings(sources=[{"name": "files", "kind": "usage_file", "path": "x.csv", "currency": "EURO"}])
    with pytest.raises(ConfigError, match=r"workspace\.currency is not a currency: 'XTS'"):
        make_settings(workspace={"currency": "XTS"})
    assert make_settings(workspace={"currency": "chf"}).workspace.currency == "CHF"


def test_files_of_several_currencies_are_loaded_as_they_say(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "calls.csv").write_text(
        "id,time,cost,currency\n1,2026-11-01T10:00:00Z,10,eur\n2,2026-11-01T10:00:00Z,1000,JPY\n3,2026-11-01T10:00:00Z,1,\n"
        "4,2026-11-01T10:00:00Z,5,EURO\n"
    )
    (tmp_path / "buckets.csv").write_text(
        "time,model,input,read,written,output,spent,requests\n2026-11-02T00:00:00Z,m,100,900,50,70,1200,31\n"
    )
    mapping = {
        "occurred_at": "time", "input_tokens": "input", "cached_input_tokens": "read", "cache_write_input_tokens": "written",
        "output_tokens": "output", "cost": "spent", "calls": "requests",
    }  # fmt: skip
    settings = make_settings(
        workspace={"currency": "USD"},
        sources=[
            {"name": "calls", "kind": "usage_file", "path": str(tmp_path / "calls.csv"),
             "mapping": {"event_id": "id", "occurred_at": "time"}},
            {"name": "buckets", "kind": "usage_file", "path": str(tmp_path / "buckets.csv"), "mapping": mapping,
             "currency": "gbp", "cached_tokens": "beside"},
        ],
    )  # fmt: skip
    ws = open_workspace(settings)
    try:
        results = [job for name in ("calls", "buckets") for job in run_source(ws, SYSTEM, name).jobs]
        assert [(job.new, job.rejected) for job in results] == [(3, 1), (1, 0)]
        told = ws.warehouse.rows(
            Query.of(
                "q",
                "select amount, currency, cost, calls, input_tokens from usage_events order by source, event_id",
            )
        )
        assert told == [
            (D(1200), "GBP", None, 31, 1050), (D(10), "EUR", None, 1, None), (D(1000), "JPY", None, 1, None),
            (D(1), "USD", D(1), 1, None),
        ]  # fmt: skip
    finally:
        ws.close()
