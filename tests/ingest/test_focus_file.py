"""Bills in FOCUS: versions, amounts to the last decimal, deliveries that replace one another, rows that cannot be kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.config.sources import FocusFileSettings
from orchflow.focus_columns import ADDED, columns_of
from orchflow.ingest.forget import forget_source
from orchflow.ingest.quality import source_quality
from orchflow.ingest.run import SourceResult, run_source
from orchflow.ingest.source import Check
from orchflow.ingest.sources import open_source
from orchflow.people.permissions import Actor
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.bills import CHARGE, charge, on, write_bill

Load: TypeAlias = Callable[..., tuple[Workspace, SourceResult]]


@pytest.fixture
def load(open_with: Callable[..., Workspace], admin: Actor) -> Load:
    """Runs a source of bills called `cloud` on a path."""
    ws = open_with()

    def run(
        path: Path | str, full: bool = False, name: str = "cloud", **others: Any
    ) -> tuple[Workspace, SourceResult]:
        settings = FocusFileSettings(name=name, kind="focus_file", path=str(path), **others)
        return ws, run_source(ws, admin, open_source(settings), full=full)

    return run


def check(path: Path) -> list[Check]:
    return open_source(FocusFileSettings(name="cloud", kind="focus_file", path=str(path))).check()


def ask(ws: Workspace, text: str) -> list[tuple[Any, ...]]:
    return ws.warehouse.rows(Query.of("asked", text))


def sums(ws: Workspace) -> tuple[Any, ...]:
    """What is billed and effective, by lines and by days."""
    return tuple(
        value
        for row in ask(
            ws,
            "select (select sum(billed) from focus_lines), (select sum(effective) from focus_lines), "
            "(select sum(billed) from focus_daily), (select sum(effective) from focus_daily)",
        )
        for value in row
    )


def counts(result: SourceResult) -> dict[str, int]:
    job = result.jobs[0]
    told = {
        name: getattr(job, name) for name in ("new", "changed", "unchanged", "superseded", "gone", "rejected")
    }
    return {name: count for name, count in told.items() if count}


def later(file: Path, seconds: int) -> Path:
    """The file as if it had been written that much later."""
    at = 1_790_000_000 + seconds
    os.utime(file, (at, at))
    return file


@pytest.mark.parametrize(("version", "columns"), [("1.0", 43), ("1.1", 50), ("1.2", 57)])
def test_each_version_is_known_by_its_columns(load: Load, tmp_path: Path, version: str, columns: int) -> None:
    file = write_bill(tmp_path / "bill.csv", [CHARGE], version=version)
    ws, result = load(file)
    assert result.state == "done"
    assert ask(ws, "select version, billed from focus_lines") == [(version, Decimal(1))]
    assert f"FOCUS {version} with {columns} of its columns" in check(file)[1].message


def test_conditional_columns_may_be_missing_and_mandatory_ones_are_named(load: Load, tmp_path: Path) -> None:
    file = write_bill(tmp_path / "bill.csv", [CHARGE], without=["AvailabilityZone", "Tags", "SkuId"])
    assert load(file)[1].state == "done"
    lacking = write_bill(tmp_path / "lacking.csv", [CHARGE], without=["EffectiveCost", "ServiceName"])
    _, result = load(lacking)
    assert "it lacks EffectiveCost, ServiceName" in str(result.error)
    lower = write_bill(tmp_path / "lower.csv", [{"billedcost": "1"} | CHARGE], without=["BilledCost"])
    assert "it lacks BilledCost (it has 'billedcost' for BilledCost)" in str(load(lower)[1].error)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            ["ServiceProviderName", "HostProviderName"],
            "columns of FOCUS 1.3 beside those of 1.0 (HostProviderName",
        ),
        (["InvoiceDetailId"], "columns of FOCUS 1.4 beside those of 1.0 (InvoiceDetailId)"),
        (["AmortizedCost"], "columns of FOCUS 0.5 or 1.0-preview beside those of 1.0 (AmortizedCost)"),
    ],
)
def test_another_version_or_a_mix_is_named_and_not_guessed(
    load: Load, tmp_path: Path, columns: Sequence[str], words: str
) -> None:
    file = write_bill(tmp_path / "bill.csv", [CHARGE | dict.fromkeys(columns, "x")])
    ws, result = load(file)
    assert words in str(result.error)
    assert "1.0, 1.1 and 1.2 are read" in str(result.error)
    assert ask(ws, "from focus_lines") == []
    other = write_bill(
        tmp_path / "other.csv", [CHARGE | dict.fromkeys(columns, "x")], without=["ProviderName"]
    )
    assert "beside" not in str(load(other)[1].error)


AMOUNTS = {
    "0.12345678901": "0.12345678901",
    "0.123456789012345678": "0.123456789012345678",
    "0.1234567890123456789012345678": "0.123456789012345679",
    "227.28753400000005": "227.28753400000005",
    "1.5e-7": "0.00000015",
    "-1.2345678901234567e+2": "-123.45678901234567",
    "123456789012345678901234567.8e-16": "12345678901.23456789012345678",
    "1.2345678901234567890123456789E-5": "0.000012345678901235",
    "2.5E-18": "0.000000000000000003",
    "12345678901234567890.1": "12345678901234567890.1",
    "-0": "0",
    "$10,100.00 ": "10100",
    "(3.00)": "-3",
    "1,234,567": "1234567",
    "1_000": "1000",
}


def test_amounts_keep_eighteen_decimals_beside_their_text(load: Load, tmp_path: Path) -> None:
    ws, result = load(write_bill(tmp_path / "bill.csv", [charge(EffectiveCost=text) for text in AMOUNTS]))
    assert (
        result.jobs[0].hint
        == "bill.csv: amounts written like $10,100.00 or (3.00) are read as numbers (4 rows)"
    )
    assert ask(ws, "select effective_cost, effective from focus_lines order by line") == [
        (text.strip(), Decimal(value)) for text, value in AMOUNTS.items()
    ]


BAD: Sequence[tuple[dict[str, str], str]] = (
    ({"BilledCost": "1,234"}, "BilledCost is not an amount in the currency of the bill: 1,234"),
    ({"BilledCost": "1.234,50"}, "BilledCost is not an amount"),
    ({"BilledCost": "€5.00"}, "BilledCost is not an amount in the currency of the bill: €5.00"),
    ({"BilledCost": "n/a"}, "BilledCost is not an amount"),
    ({"BilledCost": "NaN"}, "BilledCost is not an amount"),
    ({"BilledCost": "inf"}, "BilledCost is not an amount"),
    ({"BilledCost": "e5"}, "BilledCost is not an amount"),
    ({"BilledCost": "1.5e"}, "BilledCost is not an amount"),
    ({"BilledCost": "1e30"}, "BilledCost is too large: 1e30"),
    ({"BilledCost": "NULL"}, "BilledCost is missing"),
    ({"EffectiveCost": ""}, "EffectiveCost is missing"),
    ({"ListCost": "--"}, "ListCost is not an amount"),
    ({"BillingCurrency": ""}, "BillingCurrency is missing"),
    ({"ChargePeriodStart": "2026-09-01T30:00:00Z"}, "ChargePeriodStart is not a time: 2026-09-01T30:00:00Z"),
    ({"ChargePeriodStart": "2026-02-30T00:00:00Z"}, "ChargePeriodStart is not a time"),
    (
        {"ChargePeriodStart": "9/1/2026 0:00"},
        "ChargePeriodStart is not a time: 9/1/2026 0:00 (write it like 2026-09-30T14:00:00Z)",
    ),
    ({"ChargePeriodEnd": "2026-08-01T00:00:00Z"}, "ChargePeriodEnd is before ChargePeriodStart"),
    ({"BillingPeriodEnd": "2026-09-01T00:00:00Z"}, "BillingPeriodEnd is not after BillingPeriodStart"),
    (
        {"ChargePeriodEnd": "2150-01-01T00:00:00Z"},
        "ChargePeriodEnd is more than ten years after ChargePeriodStart: 2150-01-01T00:00:00Z",
    ),
    ({"ChargePeriodEnd": "0001-01-01T00:00:00Z"}, "ChargePeriodEnd is not between 1990 and 2200"),
    (
        {"ChargeCategory": "Refund"},
        "ChargeCategory is none of Usage, Purchase, Tax, Credit, Adjustment: Refund",
    ),
    ({"ChargeCategory": ""}, "ChargeCategory is missing"),
)


def test_a_cell_that_cannot_be_read_costs_its_row_and_is_never_nothing(load: Load, tmp_path: Path) -> None:
    ws, result = load(
        write_bill(
            tmp_path / "bill.csv",
            [charge(), *(charge(**cells, SkuId=str(n)) for n, (cells, _) in enumerate(BAD))],
        )
    )
    assert counts(result) == {"new": 1, "rejected": len(BAD)}
    assert f"bill.csv, line 3: {BAD[0][1]}" in str(result.jobs[0].hint)
    reasons = ask(ws, "select reason from rejects order by (raw ->> 'line')::int")
    assert [reason[: len(said)] for (reason,), (_, said) in zip(reasons, BAD, strict=True)] == [
        said for _, said in BAD
    ]
    assert sums(ws)[0] == Decimal(1)


def test_a_row_set_aside_is_settled_when_the_file_is_written_right(load: Load, tmp_path: Path) -> None:
    file = later(write_bill(tmp_path / "bill.csv", [charge(), charge(BilledCost="?")]), 0)
    load(file)
    later(write_bill(file, [charge(), charge(BilledCost="2")]), 60)
    ws, result = load(file)
    assert result.state == "done"
    assert ask(ws, "select count(*) from rejects where resolved_at is null") == [(0,)]
    assert sums(ws)[0] == Decimal(3)


def test_a_file_of_which_nothing_can_be_kept_fails_and_leaves_what_was_there(
    load: Load, tmp_path: Path
) -> None:
    file = later(write_bill(tmp_path / "bill.csv", [charge()]), 0)
    load(file)
    later(write_bill(file, [charge(BilledCost="?")]), 60)
    ws, result = load(file)
    assert "none of its 1 rows can be kept; line 2: BilledCost is not an amount" in str(result.error)
    assert sums(ws)[0] == Decimal(1)


def test_null_as_text_is_no_value_and_a_bom_is_no_letter(load: Load, tmp_path: Path) -> None:
    rows = [charge(SubAccountName="NULL", ListCost="NULL", SkuId="")]
    ws, _ = load(write_bill(tmp_path / "bill.csv", rows, bom=True))
    assert ask(ws, "select sub_account_name, list_cost, listed, sku_id from focus_lines") == [(None,) * 4]


def test_times_without_a_zone_are_utc_and_said_to_be(load: Load, tmp_path: Path) -> None:
    rows = [charge(ChargePeriodStart="2026-09-01 05:00:00", ChargePeriodEnd="2026-09-01T08:00:00+02:00")]
    ws, result = load(write_bill(tmp_path / "bill.csv", rows))
    assert "bill.csv: times without a zone are read as UTC (1 row)" in str(result.jobs[0].hint)
    assert ask(
        ws,
        "select charge_start = timestamptz '2026-09-01 05:00:00+00', charge_end - charge_start = interval 1 hour from focus_lines",
    ) == [(True, True)]


def test_columns_of_providers_are_kept(load: Load, tmp_path: Path) -> None:
    rows = [charge(x_Discount='{"a": 1}', CostCenter="42", x_None="NULL", Tags='{"team": "a"}')]
    ws, _ = load(write_bill(tmp_path / "bill.csv", rows, version="1.2"))
    assert ask(
        ws, "select extra ->> 'x_Discount', extra ->> 'CostCenter', json_keys(extra), tags from focus_lines"
    ) == [('{"a": 1}', "42", ["x_Discount", "CostCenter"], '{"team": "a"}')]


def test_the_agent_of_a_charge_is_that_of_its_tag(load: Load, tmp_path: Path) -> None:
    rows = [charge(Tags='{"agent": "writer"}'), charge(Tags="no json"), charge(x_agent="reader")]
    ws, _ = load(write_bill(tmp_path / "bill.csv", rows))
    assert ask(ws, "select agent from focus_lines order by line") == [("writer",), (None,), ("reader",)]
    write_bill(tmp_path / "bill.csv", [charge(Tags='{"our bot": "writer"}')])
    ws, _ = load(tmp_path / "bill.csv", agent_tag="our bot")
    assert ask(ws, "select agent from focus_daily") == [("writer",)]


def test_parquet_keeps_its_decimals_times_and_tags(load: Load, tmp_path: Path) -> None:
    instants = pa.timestamp("us", "UTC")
    columns: dict[str, Any] = {name: pa.array([CHARGE.get(name)], pa.string()) for name in columns_of("1.1")}
    for name in [name for name in columns if name.endswith(("PeriodStart", "PeriodEnd"))]:
        columns[name] = pa.array([CHARGE[name].replace("Z", "")]).cast(pa.timestamp("us")).cast(instants)
    columns["EffectiveCost"] = pa.array([Decimal("0.123456789012345678")], pa.decimal128(38, 18))
    columns["ListCost"] = pa.array([0.1])
    columns["Tags"] = pa.array([[("agent", "writer")]], pa.map_(pa.string(), pa.string()))
    pq.write_table(pa.table(columns), tmp_path / "bill.parquet")
    ws, result = load(tmp_path / "bill.parquet")
    assert (result.state, result.jobs[0].hint) == ("done", None)
    assert ask(ws, "select effective, effective_cost, listed, charge_period_start, agent from focus_lines") == [
        (Decimal("0.123456789012345678"), "0.123456789012345678", Decimal("0.1"), "2026-09-01T00:00:00Z", "writer")
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing_whatever_its_name(load: Load, tmp_path: Path) -> None:
    write_bill(tmp_path / "a.csv", [charge(), charge()])
    load(tmp_path / "*.csv")
    assert counts(load(tmp_path / "*.csv")[1]) == {}
    assert counts(load(tmp_path / "*.csv", full=True)[1]) == {"unchanged": 2}
    (tmp_path / "copy.csv").write_bytes((tmp_path / "a.csv").read_bytes())
    assert counts(load(tmp_path / "*.csv")[1]) == {}
    assert counts(load(tmp_path / "*.csv", full=True)[1]) == {"unchanged": 2}
    (tmp_path / "a.csv").unlink()
    assert counts(load(tmp_path / "*.csv")[1]) == {}
    ws, result = load(tmp_path / "*.csv", full=True)
    assert counts(result) == {"new": 2, "gone": 2}
    assert sums(ws) == (Decimal(2), Decimal("2.5"), Decimal(2), Decimal("2.5"))


def test_a_file_written_again_replaces_what_it_told(load: Load, tmp_path: Path) -> None:
    file = later(
        write_bill(tmp_path / "bill.csv", [charge(), charge(BilledCost="5"), charge(BilledCost="7")]), 0
    )
    load(file)
    later(write_bill(file, [charge(), charge(BilledCost="6", **on("2026-09-03", "2026-09-04"))]), 60)
    ws, result = load(file)
    assert counts(result) == {"changed": 2, "gone": 1}  # of the first one it is newly said
    assert sums(ws)[0] == Decimal(7)
    assert ask(ws, "select day, billed from focus_daily order by day") == [
        (date(2026, 9, 1), Decimal(1)), (date(2026, 9, 3), Decimal(6)),
    ]  # fmt: skip


def test_files_of_one_folder_add_up_and_a_later_folder_replaces_its_billing_period(
    load: Load, tmp_path: Path
) -> None:
    days = [on(f"2026-09-0{day}", f"2026-09-0{day + 1}") for day in (1, 2, 3)]
    october = {"BillingPeriodStart": "2026-10-01T00:00:00Z", "BillingPeriodEnd": "2026-11-01T00:00:00Z"}
    later(write_bill(tmp_path / "run1" / "part1.csv", [charge(**days[0]), charge(**days[2])]), 0)
    later(write_bill(tmp_path / "run1" / "part2.csv", [charge(**days[1])]), 1)
    later(
        write_bill(tmp_path / "other" / "bill.csv", [charge(BillingAccountId="other", BilledCost="100")]), 2
    )
    ws, _ = load(tmp_path / "*" / "*.csv")
    assert sums(ws)[0] == Decimal(103)
    corrected = [charge(BilledCost="10", **day) for day in days] + [charge(BilledCost="0.5", **october)]
    later(write_bill(tmp_path / "run2" / "bill.csv", corrected), 60)
    ws, result = load(tmp_path / "*" / "*.csv")
    assert counts(result) == {"new": 4, "gone": 3}
    assert sums(ws)[0] == sums(ws)[2] == Decimal("130.5")
    ws, result = load(tmp_path / "*" / "*.csv", full=True)
    assert counts(result) == {"unchanged": 5, "superseded": 3}
    assert sums(ws)[0] == Decimal("130.5")


def test_days_that_a_later_folder_does_not_tell_of_stay(load: Load, tmp_path: Path) -> None:
    for number, day in enumerate((1, 2, 3)):
        rows = [charge(**on(f"2026-09-0{day}", f"2026-09-0{day + 1}"))]
        later(write_bill(tmp_path / f"day{day}" / "bill.csv", rows), number)
    assert sums(load(tmp_path / "*" / "*.csv")[0])[0] == Decimal(3)


def test_each_file_may_be_a_whole_delivery_or_all_may_add_up(load: Load, tmp_path: Path) -> None:
    later(write_bill(tmp_path / "first.csv", [charge()]), 0)
    later(write_bill(tmp_path / "second.csv", [charge(BilledCost="3")]), 60)
    assert sums(load(tmp_path / "*.csv", replaces="file")[0])[0] == Decimal(3)
    ws, _ = load(tmp_path / "*.csv", replaces="nothing")
    assert sums(ws)[0] == Decimal(4)


def test_two_whole_bills_in_one_folder_are_named_and_which_of_them_counts(load: Load, tmp_path: Path) -> None:
    days = [on(f"2026-09-0{day}", f"2026-09-0{day + 1}") for day in range(1, 5)]
    later(write_bill(tmp_path / "first.csv", [charge(**day) for day in days]), 0)
    later(write_bill(tmp_path / "second.csv", [charge(BilledCost="3", **day) for day in days]), 60)
    later(write_bill(tmp_path / "part.csv", [charge(ResourceId="other", **day) for day in days]), 70)
    ws, result = load(tmp_path / "*.csv")
    assert sums(ws)[0] == Decimal(20)
    assert str(result.jobs[0].hint).splitlines() == [
        "first.csv and second.csv lie in one folder and tell the same 4 charges of AWS, account 123456789012, in the billing period of "
        "September 2026: both count, as parts of one export. If each is the whole, set replaces: file, and the one written last counts; "
        "if one is a copy, take it out of the folder"
    ]
    (tmp_path / "part.csv").unlink()
    ws, result = load(tmp_path / "*.csv", name="other", replaces="file")
    assert str(result.jobs[0].hint).splitlines() == [
        "second.csv counts, since it was written last: 4 lines of first.csv in its folder for the same account, billing period and days "
        "no longer do (replaces: file)"
    ]


def test_a_spreadsheet_is_no_bill_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "bill.xlsx").write_bytes(b"PK")
    [_, found] = check(tmp_path / "bill.xlsx")
    assert (found.ok, found.hint) == (
        False,
        "Have it written as CSV or Parquet by who tells it, or save the sheet as CSV.",
    )
    assert "is a spreadsheet" in found.message


def test_a_bad_file_does_not_keep_the_others_out(load: Load, tmp_path: Path) -> None:
    later(write_bill(tmp_path / "a.csv", [charge()], without=["BilledCost"]), 0)
    later(write_bill(tmp_path / "b.csv", [charge()]), 1)
    ws, result = load(tmp_path / "*.csv")
    assert "it lacks BilledCost" in str(result.error)
    assert sums(ws)[0] == Decimal(1)


def test_quality_tells_gaps_and_what_can_hardly_be(load: Load, tmp_path: Path) -> None:
    monday = date(2026, 8, 31)
    weeks = [monday + timedelta(days=7 * number) for number in range(5) if number != 2]
    rows = [charge(**on(str(day), str(day + timedelta(days=1)))) for day in weeks]
    ws, _ = load(
        write_bill(tmp_path / "bill.csv", [*rows, charge(EffectiveCost="-3"), charge(EffectiveCost="9")])
    )
    quality = source_quality(ws, "cloud")
    assert quality.gaps == (monday + timedelta(days=14),)
    assert quality.newest_at == datetime(2026, 9, 28, tzinfo=UTC)
    assert {(finding.what, finding.times) for finding in quality.impossible} == {
        ("effective cost above the list", 1), ("use below zero that is no correction", 1),
    }  # fmt: skip


def test_a_source_is_forgotten_with_its_days(load: Load, tmp_path: Path, admin: Actor) -> None:
    ws, _ = load(write_bill(tmp_path / "bill.csv", [charge()]))
    assert forget_source(ws, admin, "cloud").jobs[0].gone == 1
    assert ask(ws, "from focus_lines") == ask(ws, "from focus_daily") == ask(ws, "from loaded_files") == []
    assert ask(ws, "select amount, currency from removed_events") == [(Decimal(1), "USD")]


lines = st.lists(
    st.tuples(
        st.decimals(-1000, 1000, places=18),
        st.sampled_from(["Usage", "Purchase", "Tax", "Credit", "Adjustment"]),
        st.integers(1, 28),
        st.integers(0, 40),
        st.sampled_from(["EC2", "S3", ""]),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=lines, parts=st.lists(st.integers(0, 2), min_size=6, max_size=6))
def test_any_partition_into_files_gives_the_same_sums(
    load: Load,
    tmp_path_factory: pytest.TempPathFactory,
    rows: Sequence[tuple[Any, ...]],
    parts: Sequence[int],
) -> None:
    folder = tmp_path_factory.mktemp("bills")
    charges = [
        charge(
            BilledCost=str(cost), EffectiveCost=str(cost / 3), ChargeCategory=category, ServiceName=service,
            ChargeDescription=f"charge {number}", ChargePeriodStart=f"2026-09-{day:02}T05:00:00Z",
            ChargePeriodEnd=f"2026-{9 + (day + more) // 29:02}-{(day + more) % 29 + 1:02}T07:30:00Z",
        )
        for number, (cost, category, day, more, service) in enumerate(rows)
    ]  # fmt: skip
    for part in set(parts[: len(rows)]):
        write_bill(
            folder / f"part{part}.csv", [row for row, own in zip(charges, parts, strict=False) if own == part]
        )
    source = folder.name
    ws, _ = load(folder / "*.csv", name=source)
    assert ask(ws, f"select sum(billed), count(*) from focus_lines where source = '{source}'") == [
        (sum(Decimal(row["BilledCost"]) for row in charges), len(rows))
    ]
    total = "select sum(effective), sum(billed), sum(lines) from focus_daily where source = 'SOURCE'".replace(
        "SOURCE", source
    )
    covered = "if(charge_category = 'Purchase' and commitment_discount_id is not null, 0, effective)"
    assert ask(ws, total) == ask(
        ws, f"select sum({covered}), sum(billed), count(*) from focus_lines where source = '{source}'"
    )
    for dimension in ("service", "charge_category", "provider", "day", "spread"):
        parts_of = f"select sum(cost) as part from focus_daily where source = '{source}' group by {dimension}"
        assert ask(ws, f"select sum(part) from ({parts_of})") == ask(
            ws, total.replace("sum(effective), sum(billed), sum(lines)", "sum(cost)")
        )


def test_the_columns_are_those_of_the_specification() -> None:
    assert [len(columns_of(version)) for version in ADDED] == [43, 50, 57]
