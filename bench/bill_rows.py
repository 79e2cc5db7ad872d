"""A bill in FOCUS of any length, written by DuckDB: each row an hour of a machine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from orchflow.focus_columns import COLUMNS

_CELLS = {
    "BilledCost": "(n * 37 % 100000)::decimal(38, 11) / 7919",
    "EffectiveCost": "(n * 37 % 100000)::decimal(38, 11) / 7919",
    "ListCost": "(n * 41 % 100000)::decimal(38, 11) / 7919",
    "ContractedCost": "(n * 39 % 100000)::decimal(38, 11) / 7919",
    "BillingAccountId": "'account-' || n % 3",
    "BillingCurrency": "'USD'",
    "BillingPeriodStart": "strftime(date_trunc('month', begins), '%Y-%m-%dT%H:%M:%SZ')",
    "BillingPeriodEnd": "strftime(date_trunc('month', begins) + interval 1 month, '%Y-%m-%dT%H:%M:%SZ')",
    "ChargePeriodStart": "strftime(begins, '%Y-%m-%dT%H:%M:%SZ')",
    "ChargePeriodEnd": "strftime(begins + interval 1 hour, '%Y-%m-%dT%H:%M:%SZ')",
    "ChargeCategory": "'Usage'",
    "ChargeDescription": "'Virtual machine in region ' || n % 20",
    "ProviderName": "['AWS', 'Microsoft', 'Google'][n % 3 + 1]",
    "ServiceName": "'Service ' || n % 40",
    "SubAccountName": "'Account ' || n % 25",
    "ResourceId": "'arn:aws:ec2:eu-west-1:123456789012:instance/i-' || md5(n::varchar)",
    "Tags": """'{"team": "' || n % 12 || '", "environment": "prod"}'""",
}


def write_bill(connection: duckdb.DuckDBPyConnection, file: Path, rows: int, first: date, days: int) -> None:
    """Write a bill (CSV or Parquet, as its suffix says) of `rows` charges of the `days` days from `first` on."""
    cells = ", ".join(f'{_CELLS.get(name, "null::varchar")} as "{name}"' for name in COLUMNS)
    hours = days * 24
    connection.execute(
        f"copy (select {cells} from (select n, timestamp '{first}' + to_hours(n % {hours}) as begins from range({rows}) as rows(n))) to '{file}'"
    )
