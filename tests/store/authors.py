"""Somebody whose name stands in the history; the store asks nothing else of who acts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from orchflow.store.acts import Act


@dataclass(frozen=True)
class Writer:
    """May write whatever they like."""

    username: str
    act: Act | None = None

    def confirm(self, session: Session, *, hold: bool) -> None:
        """Always."""


ADA, BOB = Writer("ada"), Writer("bob")
