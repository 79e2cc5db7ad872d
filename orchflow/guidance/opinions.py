"""What people think of the pages: useful or not, and a word; each person once for each page, whoever may read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from orchflow.errors import Forbidden, Problem
from orchflow.guidance.rows import OpinionRow
from orchflow.guidance.tables import PageOpinion
from orchflow.people.permissions import Actor, Permission
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.field import read_values
from orchflow.store.rows import row_of
from orchflow.store.rules import Rules


class OpinionRules(Rules):
    """An opinion is its author's alone."""

    def complete(self, values: dict[str, Any]) -> None:
        values["person_id"] = self.actor.user_id

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if row is None and not problems:
            said = sa.select(PageOpinion.id).where(
                PageOpinion.page == values["page"], PageOpinion.person_id == values["person_id"]
            )
            if (number := self.session.scalar(said)) is not None:
                problems.append(Problem(None, "page", f"was judged already: change opinion {number}"))
        return problems

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        if self.entity.owned_by(row, self.actor):
            return []
        return [Problem(None, name, "only whoever said it changes it") for name in values]


OPINIONS = Entity(
    PageOpinion,
    OpinionRow,
    "What people think of the pages of the guidance.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_VIEW,
    add=Permission.PLAN_VIEW,
    owner="person_id",
    order=(PageOpinion.page,),
    rules=OpinionRules,
)
list_opinions = OPINIONS.list


def say(store: Store, actor: Actor, page: str, *, useful: bool, word: str = "") -> OpinionRow:
    """Say whether a page was useful, in place of what the person said of it before."""
    actor.require(Permission.PLAN_VIEW)
    if actor.user_id is None:
        raise Forbidden("The product itself has no opinion", "Sign in as a person.")
    values = read_values(PageOpinion, {"page": page, "useful": useful, "word": word})
    with store.unit(actor) as session:
        said = sa.select(PageOpinion).where(
            PageOpinion.page == values["page"], PageOpinion.person_id == actor.user_id
        )
        row = session.scalar(said.with_for_update())
        if row is None:
            row = PageOpinion(person_id=actor.user_id, **values)
            session.add(row)
        row.useful, row.word = values["useful"], values["word"]
        session.flush()
        return row_of(OpinionRow, row)
