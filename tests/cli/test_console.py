"""What commands print for people stands in columns, on a terminal of any width."""

from __future__ import annotations

import sys
from io import StringIO

import pytest
from rich.console import Console

from orchflow.cli import console


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What is printed on a terminal of 60 characters."""
    shown = StringIO()
    monkeypatch.setattr(console, "out", Console(file=shown, soft_wrap=True, width=60))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    return shown


def test_a_long_last_cell_goes_on_below_itself(printed: StringIO) -> None:
    console.print_aligned(
        [
            ("ok", "clock", "Both clocks agree"),
            ("fail", "permission: [agents]", "one two three four five six seven eight\nhint"),
        ],
        {"fail": "red"},
    )
    assert printed.getvalue().splitlines() == [
        "  ok    clock                 Both clocks agree",
        "  fail  permission: [agents]  one two three four five six",
        "                              seven eight",
        "                              hint",
    ]


def test_nothing_to_print_prints_nothing(printed: StringIO) -> None:
    console.print_aligned([])
    assert printed.getvalue() == ""


def test_numbers_stand_to_the_right(printed: StringIO) -> None:
    console.print_table(("job", "read"), [("usage", "1,200"), ("[b]runs", "7")], numbers=("read",))
    assert [line.rstrip() for line in printed.getvalue().splitlines()] == [
        "job       read",
        "usage    1,200",
        "[b]runs      7",
    ]
