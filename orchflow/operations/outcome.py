"""What an operation comes to, and how its options are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from orchflow.errors import UsageError
from orchflow.store import moments
from orchflow.store.written import Refused


@dataclass(frozen=True)
class Outcome:
    """What an operation did: `document` holds JSON values only."""

    document: dict[str, Any]
    exit_code: int = 0


def read_day(text: str | None, option: str) -> date | None:
    """The day that an option names (None: none was given); UsageError where it is none."""
    if text is None:
        return None
    try:
        return moments.day(text)
    except Refused as error:
        raise UsageError(f"{option} {error}", "Correct it, or leave it out.") from None
