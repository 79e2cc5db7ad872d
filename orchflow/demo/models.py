"""The language models the simulated organisation pays for, and how their prices moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orchflow.demo.columns import Ints

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


MODELS: tuple[Model, ...] = (
    Model("sonnet", "anthropic", "claude-sonnet-4-20250514", "anthropic/claude-sonnet-4", 300, 1500, 1.2),
    Model("haiku", "anthropic", "claude-haiku-4-5-20251001", "anthropic/claude-haiku-4.5", 100, 500, 0.6),
    Model("old-haiku", "anthropic", "claude-3-haiku-20240307", "anthropic/claude-3-haiku", 25, 125, 0.7),
    Model("opus", "anthropic", "claude-opus-4-5-20251101", "anthropic/claude-opus-4.5", 500, 2500, 1.7),
    Model("gpt-4o", "openai", "gpt-4o", "openai/gpt-4o", 500, 1500),
    Model("gpt-5", "openai", "gpt-5", "openai/gpt-5", 125, 1000, 1.5),
    Model("gpt-5-mini", "openai", "gpt-5-mini", "openai/gpt-5-mini", 25, 200, 0.8),
    Model("gemini-pro", "google", "gemini-2.5-pro", "google/gemini-2.5-pro", 125, 1000, 1.3),
    Model("gemini-flash", "google", "gemini-2.0-flash", "google/gemini-2.0-flash", 10, 40, 0.5),
    Model("grok-3", "xai", "grok-3", "x-ai/grok-3", 300, 1500, 1.1),
    Model("grok-4-fast", "xai", "grok-4-fast", "x-ai/grok-4-fast", 20, 50, 0.6),
    Model("llama", "ollama", "llama3.1:8b", "meta/llama-3.1-8b", 50, 50, 1.4),
    Model("qwen", "ollama", "qwen3:8b", "qwen/qwen3-8b", 0, 0, 1.4),
)
INDEX = {model.key: position for position, model in enumerate(MODELS)}
SPEED = np.array([model.speed for model in MODELS])
LOCAL = np.array([model.local for model in MODELS])
PROVIDERS = tuple(dict.fromkeys(model.provider for model in MODELS))
PROVIDER_OF = np.array([PROVIDERS.index(model.provider) for model in MODELS], dtype=np.int64)

PRICE_CHANGES = (("gpt-4o", 60, 250, 1000), ("gemini-pro", 121, 150, 1200), ("grok-3", 138, 200, 1000))
"""Model, the day from which it costs something else, and its prices from then on."""


def prices_on(day: int) -> tuple[Ints, Ints]:
    """Return units per input and per output token of every model of `MODELS` on day `day`."""
    inputs = np.array([model.input_price for model in MODELS], dtype=np.int64)
    outputs = np.array([model.output_price for model in MODELS], dtype=np.int64)
    for key, first, input_price, output_price in PRICE_CHANGES:
        if day >= first:
            inputs[INDEX[key]], outputs[INDEX[key]] = input_price, output_price
    return inputs, outputs
