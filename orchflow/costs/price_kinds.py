"""What of a call is paid for, and the rules by which a price is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2201, 1, 1, tzinfo=UTC)
DAY: Final = 1440
"""Minutes of a day."""
SHORTEST: Final = -1
"""Below every length of input, so that the first tier holds of calls that read nothing as well."""


class PriceKind(StrEnum):
    """What is paid for. Cached tokens and those written to a cache are among the tokens read, reasoning among those written."""

    INPUT = "input"
    CACHED = "cached"
    CACHE_WRITE = "cache_write"
    CACHE_WRITE_1H = "cache_write_1h"
    OUTPUT = "output"
    REASONING = "reasoning"
    IMAGE = "image"
    SECOND = "second"
    REQUEST = "request"


USUAL_UNITS: Final = {
    PriceKind.IMAGE: 1,
    PriceKind.SECOND: 1,
    PriceKind.REQUEST: 1,
}
"""How many units a price is usually told for; of all others a million."""


UNITS: Final = (1, 1_000, 1_000_000)
"""For how many units a price may be told: of others its price of one unit would have no end."""


def usual_unit(kind: PriceKind) -> int:
    """How many units a price of this kind is usually told for."""
    return USUAL_UNITS.get(kind, 1_000_000)


@dataclass(frozen=True)
class PriceRule:
    """What one unit of `kind` costs, and when: between two instants, on some minutes of the day (UTC), of calls of a service
    tier (None: of any) whose input is more than `over_tokens`.

    `unit_size` is how many units the price was told for, `origin` who tells it (`own`, `genai-prices`, `platform`).
    """

    kind: PriceKind
    price: Decimal
    unit_size: int
    currency: str
    origin: str
    origin_version: str
    service_tier: str | None = None
    over_tokens: int = SHORTEST
    minutes: tuple[int, int] | None = None
    from_at: datetime = EARLIEST
    until_at: datetime = LATEST
    price_id: int | None = None

    @property
    def own(self) -> bool:
        """Whether the workspace tells it itself."""
        return self.price_id is not None

    def holds(self, tier: str | None, tokens: int, minute: int, at: datetime) -> bool:
        """Whether it holds of a call of `tier` with more than `tokens` of input, at a minute of the day and an instant."""
        return (
            self.service_tier in (None, tier)
            and self.over_tokens <= tokens
            and self.from_at <= at < self.until_at
            and self.in_minutes(minute)
        )

    def in_minutes(self, minute: int) -> bool:
        """Whether it holds at a minute of the day; a window may pass midnight."""
        if self.minutes is None:
            return True
        first, until = self.minutes
        return first <= minute < until if first < until else minute >= first or minute < until

    @property
    def rank(self) -> tuple[bool, bool, bool, bool, int, datetime]:
        """Of several that hold the one with the highest counts: one's own, then the provider's before the platform's, then the
        more particular."""
        return (
            self.own, self.origin != "platform", self.service_tier is not None, self.minutes is not None, self.over_tokens,
            self.from_at,
        )  # fmt: skip
