"""Columns that several kinds of inputs have: money, currencies, months, days from and to, an agent."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from orchflow.currencies import currency_code
from orchflow.store import moments
from orchflow.store.columns import Exact, field
from orchflow.store.reading import as_text
from orchflow.store.written import Refused

Money = Exact(18, 4)
"""An amount of some currency; no currency in use has more than four places."""

MOST_MONEY: Final = 99_999_999_999
LONGEST_NAME: Final = 200


def read_currency(value: Any) -> str:
    """The code of a currency."""
    try:
        return currency_code(str(value))
    except ValueError as error:
        raise Refused(str(error)) from None


def read_month(value: Any) -> date:
    """The first day of a month, told as any of its days or like 2026-11."""
    text = as_text(value).strip() if isinstance(value, str | int | float) else value
    if isinstance(text, str) and len(text) == len("2026-11") and text[4] in "-/.":
        text = f"{text[:4]}-{text[5:]}-01"
    return moments.day(text, None).replace(day=1)


def money(label: str, **told: Any) -> dict[str, Any]:
    """The field of an amount."""
    return field(label, **{"least": -MOST_MONEY, "most": MOST_MONEY, "shown": 2, **told})


CURRENCY: Final = field(
    "Currency", parse=read_currency, example="EUR", about="The currency of the amount: its code of ISO 4217."
)
VALID_FROM: Final = field(
    "Valid from", file="from", example="2026-11-01", about="The first day on which it holds."
)
VALID_TO: Final = field(
    "Valid to", file="to", example="2027-01-01",
    about="The first day on which it no longer holds; empty: it holds on.",
)  # fmt: skip
NOTE: Final = field("Note", about="Where it is from, or why it is so.")


def agent_field(about: str) -> dict[str, Any]:
    """The field of an agent: its key in the facts."""
    return field("Agent", offers="agent", example="contract-review", about=about)


def provider_field(about: str) -> dict[str, Any]:
    """The field of a provider: what usage and bills call it."""
    return field("Provider", offers="provider", about=about)
