"""Public holidays by country and region, from the library `holidays`, which takes a moment to import."""

from __future__ import annotations

import warnings
from datetime import date
from functools import cache
from typing import Final

YEARS: Final = range(1990, 2091)
"""Before and after these every day from Monday to Friday counts as a working day."""


@cache
def countries() -> dict[str, list[str]]:
    """The countries whose holidays are known, by code, each with its regions."""
    from holidays import list_supported_countries

    return dict(sorted(list_supported_countries(include_aliases=False).items()))


@cache
def public_holidays(country: str, region: str | None = None) -> frozenset[date]:
    """The days of `YEARS` on which a country, or a region of it, does not work. KeyError for a country that is unknown."""
    if country not in countries():
        raise KeyError(country)
    from holidays import country_holidays

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of some countries fewer years are known
        return frozenset(country_holidays(country, subdiv=region, years=YEARS))
