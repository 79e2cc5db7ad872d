"""How long people take from their seat to their first run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

SOON: Final = 30
"""Days within which a first run is soon."""
GRACE: Final = 14
"""Days after a seat in which nobody says of it that it was never used."""


@dataclass(frozen=True)
class Activation:
    """Of seats whose beginning is known: the days to the first run, who ran soon, who never did, and who is in their grace.

    `judged` are those whose thirty days are over, `judged_who_ran` those of them who ran at all, `within` who ran within the thirty
    days; who is newer is not judged, whether they ran or not. `never` are those past their grace who never ran. `median` and the
    quartiles are linear, of those who ran.
    """

    known: int
    median: float | None
    quartiles: tuple[float, float] | None
    within: int
    judged: int
    judged_who_ran: int
    never: int
    in_grace: int


def activation(seats: Iterable[tuple[date | None, date | None]], today: date) -> Activation:
    """Of the day of each seat (None: not known) and of its holder's first run (None: none yet).

    A run before the seat, as of somebody who had another one, took no days.
    """
    known = [(seat, first) for seat, first in seats if seat is not None and seat <= today]
    days = [max((first - seat).days, 0) for seat, first in known if first is not None]
    waiting = [seat for seat, first in known if first is None]
    over = [(seat, first) for seat, first in known if seat + timedelta(SOON) < today]
    grace = sum(today <= seat + timedelta(GRACE) for seat in waiting)
    low, middle, high = np.quantile(days, [0.25, 0.5, 0.75]).tolist() if days else (None, None, None)
    return Activation(
        known=len(known),
        median=middle,
        quartiles=None if low is None or high is None else (low, high),
        within=sum(first is not None and first <= seat + timedelta(SOON) for seat, first in over),
        judged=len(over),
        judged_who_ran=sum(first is not None for _, first in over),
        never=len(waiting) - grace,
        in_grace=grace,
    )
