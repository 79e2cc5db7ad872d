"""What the Prices screen keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from orchflow.costs.repricing import Repricing
from orchflow.errand import Errand
from orchflow.ui.state import Keys

VIEWS = {"book": "Price book", "shipped": "Shipped prices", "usage": "Price usage"}
WHICH = {"unpriced": "Without an amount", "all": "All usage"}

KEYS = Keys("prices")
VIEW = KEYS.choice("view", VIEWS, "book")
FIND = KEYS.text("find")
USAGE = KEYS.choice("usage", WHICH, "unpriced")
DAYS = KEYS.thing("days", tuple)
CURRENCY = KEYS.text("currency")


@dataclass(frozen=True)
class Asked:
    """What is to be priced."""

    everything: bool
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Trial:
    """A dry run that goes on or has ended, and of what."""

    asked: Asked
    errand: Errand[Repricing]


@dataclass(frozen=True)
class Pricing:
    """A run, or one that is being taken back, and what is said when it has ended."""

    errand: Errand[Repricing] | Errand[int]
    what: str


TRIAL = KEYS.thing("trial", Trial)
PRICING = KEYS.thing("pricing", Pricing)
