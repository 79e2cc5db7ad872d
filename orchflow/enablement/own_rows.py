"""Rules of rows that are people's data: each person writes their own, those who keep inputs all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orchflow.errors import Problem
from orchflow.store.merge import added_by
from orchflow.store.rules import Rules


class OwnRows(Rules):
    """A new row is one's own where it does not say whose it is."""

    def for_new(self, values: dict[str, Any]) -> list[Problem]:
        """As every row; one of another person's is refused as a whole."""
        owner = str(self.entity.owner)
        if values.get(owner) is None and self.actor.user_id is not None:
            values[owner] = self.actor.user_id
        if not self.may_write_of(values.get(owner)):
            return [Problem(None, self.entity.name, self.refusal)]
        return super().for_new(values)

    refusal = "what is another person's is written down by those who keep trainings and skills"

    def may_write_of(self, person: int | None) -> bool:
        """Whether a row of a person may be written."""
        return self.actor.may(self.entity.edit) or person == self.actor.user_id

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        """Which of the changed fields this person must not change in this row."""
        if self.actor.may(self.entity.edit):
            return []
        if not self.entity.owned_by(row, self.actor):
            return [Problem(None, name, self.refusal) for name in values]
        if self._by_another(row):
            why = "what others wrote down is changed by those who keep trainings and skills"
            return [Problem(None, name, why) for name in values]
        return super().not_allowed(row, values)

    def not_deleted(self, row: Any) -> str:
        """What others wrote down of a person is not theirs to delete."""
        if self.actor.may(self.entity.edit) or not self._by_another(row):
            return ""
        return "what others wrote down is deleted by those who keep trainings and skills"

    def _by_another(self, row: Any) -> bool:
        """Whether another person wrote the row down."""
        author = added_by(self.session, self.entity.model, row.id)
        return author not in (None, self.actor.username)

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        """Also a row that is nobody's."""
        owner = str(self.entity.owner)
        if value(owner) is None:
            return [Problem(None, owner, "must not be empty: say who it is")]
        return super().problems(row, value, values)
