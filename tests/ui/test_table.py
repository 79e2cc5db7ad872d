"""Tables of figures: how many digits a column shows, and what its heading is in a file."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from orchflow.ui.table import Column, _with_digits, column_config, titled


@pytest.mark.parametrize(
    ("values", "column", "shown"),
    [
        ([Decimal("1.5"), None], Column("Cost", "money", currency="USD"), "dollar"),
        ([0.00003, 12.0, 0.0], Column("Cost", "money", currency="USD"), "$%,.5f"),
        ([0.4, 1000.0], Column("Cost", "money", currency="JPY"), "¥%,.1f"),
        ([5.0], Column("Cost", "money", currency="JPY"), "¥%,.0f"),
        ([5.0], Column("Cost", "money", currency="CHF"), "CHF %,.2f"),
        ([0.02, 50.0], Column("Share", "percent"), "%.2f %%"),
        ([50.0], Column("Share", "percent"), "%.1f %%"),
        ([0.3, 7.0], Column("Age", "days"), "%,.1f d"),
    ],
)
def test_nothing_but_0_is_shown_as_0(values: list[object], column: Column, shown: str) -> None:
    fitted = _with_digits({"value": column}, pd.DataFrame({"value": values}))
    assert column_config(fitted["value"])["type_config"]["format"] == shown


def test_the_heading_of_money_in_a_file_names_its_currency() -> None:
    assert [titled(Column("Cost", kind, currency="EUR")) for kind in ("money", "count")] == [
        "Cost (EUR)",
        "Cost",
    ]  # type: ignore[arg-type]
