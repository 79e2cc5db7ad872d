"""Somebody whose name stands in the history; the store asks nothing else of who acts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from orchflow.store.acts import Act


@dataclass(frozen=True)
class Writer:
    """May write whatever they like."""

    username: str
    asked: Act | None = None

    def act(self) -> Act | None:
        """What they were asked to do."""
        return self.asked

    def confirm(self, session: Session, *, hold: bool) -> None:
        """Always."""


ADA, BOB = Writer("ada"), Writer("bob")
