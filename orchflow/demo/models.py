"""The language models the simulated organisation pays for, and how their prices moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchflow.demo.columns import Bools, Ints
from orchflow.demo.rows import records

UNITS_PER_DOLLAR = 100_000_000
"""Amounts are whole hundred-millionths of a dollar, the warehouse's scale: sums are exact."""


@dataclass(frozen=True)
class Model:
    """One model; prices in units per token (a dollar per 1,000 tokens is 100,000 units per token)."""

    key: str
    provider: str
    name: str
    gateway_name: str
    input_price: int
    output_price: int
    speed: float = 1.0

    @property
    def local(self) -> bool:
        """True for a model on the organisation's own machines."""
        return self.provider == "ollama"


@dataclass(frozen=True)
class PriceChange:
    """From day `day` on a model costs something else, in units per token; `title` says it in words."""

    model: str
    day: int
    input_price: int
    output_price: int
    title: str


PRICE_CHANGES = records(PriceChange, "platform.yaml", "price_changes")


@dataclass(frozen=True)
class Unpriced:
    """From day `first` to day `last` the platform did not know what a model costs."""

    model: str
    first: int
    last: int


UNPRICED = records(Unpriced, "platform.yaml", "unpriced")
MODELS = records(Model, "platform.yaml", "models")
INDEX = {model.key: position for position, model in enumerate(MODELS)}
SPEED = np.array([model.speed for model in MODELS])
LOCAL = np.array([model.local for model in MODELS])
PROVIDERS = tuple(dict.fromkeys(model.provider for model in MODELS))
PROVIDER_OF = np.array([PROVIDERS.index(model.provider) for model in MODELS], dtype=np.int64)


def prices_on(day: int) -> tuple[Ints, Ints]:
    """Return units per input and per output token of every model of `MODELS` on day `day`."""
    inputs = np.array([model.input_price for model in MODELS], dtype=np.int64)
    outputs = np.array([model.output_price for model in MODELS], dtype=np.int64)
    for change in PRICE_CHANGES:
        if day >= change.day:
            place = INDEX[change.model]
            inputs[place], outputs[place] = change.input_price, change.output_price
    return inputs, outputs


def priced_on(day: int) -> Bools:
    """Return of which models of `MODELS` the platform knows the price on day `day`."""
    known = np.ones(len(MODELS), dtype=np.bool_)
    for unknown in UNPRICED:
        if unknown.first <= day <= unknown.last:
            known[INDEX[unknown.model]] = False
    return known
