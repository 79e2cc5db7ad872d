"""The columns of usage, and which of a file's columns is which of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from orchflow.config.sources import UsageFileSettings
from orchflow.errors import SourceError

COLUMNS = (
    "event_id",
    "occurred_at",
    "recorded_at",
    "organization",
    "agent",
    "caller",
    "user_id",
    "conversation_id",
    "run_id",
    "provider",
    "model",
    "route",
    "status",
    "calls",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "cache_write_1h_input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "images",
    "seconds",
    "service_tier",
    "cost",
    "currency",
    "duration_ms",
    "is_local",
)
_NAMED: Final = 40
"""So many columns, and letters of each, are named in a sentence."""


def chosen_columns(file: Path, columns: Sequence[str], settings: UsageFileSettings) -> Mapping[str, str]:
    """Which of the file's columns is which of ours; SourceError names the missing ones and those there are."""
    if not columns:
        raise SourceError(
            f"{file} is empty", "Write it again, or take it away; it is tried again with the next run."
        )
    mapping = {ours: " ".join(theirs.split()) for ours, theirs in settings.mapping.items()}
    named = {ours: ours for ours in COLUMNS if ours in columns} | mapping
    chosen = {ours: named[ours] for ours in COLUMNS if ours in named}
    missing = [f"{theirs!r} for {ours}" for ours, theirs in chosen.items() if theirs not in columns]
    if "occurred_at" not in chosen:
        missing.insert(0, "one for occurred_at")
    if not {"cost", "input_tokens", "output_tokens"} & chosen.keys():
        missing.append("one for cost, input_tokens or output_tokens")
    if missing:
        raise SourceError(
            f"{file} lacks a column: {', '.join(missing)}; its columns are {listed(columns)}",
            f"Say in sources.{settings.name}.mapping which column is which, for example occurred_at: timestamp.",
        )
    twice = [theirs for theirs in chosen.values() if list(columns).count(theirs) > 1]
    if twice:
        raise SourceError(f"{file} has more than one column {twice[0]!r}", "Give each column its own name.")
    return chosen


def listed(columns: Sequence[str]) -> str:
    """The names of columns in a sentence, shortened where they are many."""
    names = [name[:_NAMED] for name in columns if name][:_NAMED]
    return ", ".join(names) or "none"
