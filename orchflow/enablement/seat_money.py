"""What seats that nobody uses cost: three figures, since most of it cannot be saved today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from orchflow.enablement.seats import SeatPurchaseRow

PLATFORM: Final = "Orchestrator AI"
"""The platform whose users, and what they do, are read."""


@dataclass(frozen=True)
class IdleMoney:
    """A month's money of seats. `exposed` is that of seats that nobody uses, `reassignable` of those of them that somebody holds.

    `reducible` is what can be given back at the next renewal whose notice is still possible, on `renewal` at the earliest,
    to be said by `notice`; None where a day of renewal or a notice is not known, as `unknown` says.
    """

    exposed: Decimal
    reassignable: Decimal
    reducible: Decimal | None
    renewal: date | None = None
    notice: date | None = None
    unknown: str = ""


def held_on(purchases: Iterable[SeatPurchaseRow], day: date) -> list[SeatPurchaseRow]:
    """The purchases that hold on a day."""
    return [
        row for row in purchases if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)
    ]


def purchased(purchases: Iterable[SeatPurchaseRow], day: date) -> int | None:
    """How many seats are paid for on a day; None where nothing is kept of that."""
    held = held_on(purchases, day)
    return sum(row.seats for row in held) if held else None


def of_known_users(purchases: Iterable[SeatPurchaseRow]) -> list[SeatPurchaseRow]:
    """The purchases of the platform whose users are read: who uses the seats of another one nobody knows."""
    return [row for row in purchases if row.platform.strip().casefold() == PLATFORM.casefold()]


def idle_money(purchases: Iterable[SeatPurchaseRow], assigned: int, active: int, day: date) -> IdleMoney:
    """What a month of idle seats costs on a day, of seats that `assigned` people hold and `active` of them use.

    All purchases are in one currency. Which of the seats are idle nobody knows: the cheapest are taken for idle, so that
    the figure is never too high. More people than seats leave nothing idle.
    """
    held = sorted(held_on(purchases, day), key=lambda row: (row.price, row.id))
    seats = sum(row.seats for row in held)
    idle, held_idle = max(seats - active, 0), max(min(assigned, seats) - active, 0)
    rows: list[tuple[SeatPurchaseRow, int, int]] = []
    for row in held:
        of_row, of_held = min(idle, row.seats), min(held_idle, row.seats)
        idle, held_idle = idle - of_row, held_idle - of_held
        rows.append((row, of_row, of_held))
    return _together(rows, day)


def _together(rows: list[tuple[SeatPurchaseRow, int, int]], day: date) -> IdleMoney:
    exposed = sum((row.price * idle for row, idle, _ in rows), Decimal(0))
    reassignable = sum((row.price * held for row, _, held in rows), Decimal(0))
    idle_rows = [(row, idle) for row, idle, _ in rows if idle]
    if any(row.renews_on is None or row.notice_days is None for row, _ in idle_rows):
        return IdleMoney(
            exposed, reassignable, None,
            unknown="The day of renewal or the notice of a purchase is not known: write it down on Enablement",
        )  # fmt: skip
    open_rows = [
        (row, idle, row.renews_on, row.renews_on - timedelta(row.notice_days))
        for row, idle in idle_rows
        if row.renews_on is not None and row.notice_days is not None
        and day <= row.renews_on - timedelta(row.notice_days)
    ]  # fmt: skip
    reducible = sum((row.price * idle for row, idle, _, _ in open_rows), Decimal(0))
    return IdleMoney(
        exposed, reassignable, reducible,
        min((renewal for _, _, renewal, _ in open_rows), default=None),
        min((notice for _, _, _, notice in open_rows), default=None),
    )  # fmt: skip
