"""What people think of the pages: useful or not, and a word; each person once for each page, whoever may read them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from orchflow.errors import Forbidden, Problem
from orchflow.guidance.rows import OpinionRow
from orchflow.guidance.tables import PageOpinion
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.store.field import read_values
from orchflow.store.request import races_explained
from orchflow.store.rows import row_of
from orchflow.store.rules import Rules


class OpinionRules(Rules):
    """Only its author changes an opinion; a manager may delete one."""

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
    view=Permission.PERSON_FIGURES,
    edit=Permission.PLAN_EDIT,
    edit_own=Permission.PLAN_VIEW,
    add=Permission.PLAN_VIEW,
    owner="person_id",
    order=(PageOpinion.page,),
    rules=OpinionRules,
)
list_opinions = OPINIONS.list


@dataclass(frozen=True)
class Usefulness:
    """What people think of a page: how many found it useful, how many did not, and their words, the newest first."""

    useful: int
    useless: int
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Word:
    """What somebody wrote of a page."""

    said_by: str
    useful: bool
    word: str
    said_at: datetime


def own_opinion(store: Store, actor: Actor, page: str) -> OpinionRow | None:
    """What the actor said of a page; None for nothing."""
    actor.require(Permission.PLAN_VIEW)
    said = sa.select(PageOpinion).where(PageOpinion.page == page, PageOpinion.person_id == actor.user_id)
    with store.read() as session:
        row = session.scalar(said)
        return None if row is None else row_of(OpinionRow, row)


def usefulness(store: Store, actor: Actor, page: str) -> Usefulness:
    """What everybody said of a page, for those who may see what single people do."""
    actor.require(OPINIONS.view)
    said = (
        sa.select(PageOpinion.useful, PageOpinion.word, PageOpinion.updated_at, User.display_name)
        .join(User, User.id == PageOpinion.person_id)
        .where(PageOpinion.page == page)
        .order_by(PageOpinion.updated_at.desc(), PageOpinion.id.desc())
    )
    with store.read() as session:
        rows = session.execute(said).all()
    words = tuple(Word(row.display_name, row.useful, row.word, row.updated_at) for row in rows if row.word)
    useful = sum(row.useful for row in rows)
    return Usefulness(useful, len(rows) - useful, words)


def take_back(store: Store, actor: Actor, page: str) -> None:
    """Forget what the actor said of a page."""
    said = own_opinion(store, actor, page)
    if said is not None:
        OPINIONS.delete(store, actor, said.id, said.version)


def say(store: Store, actor: Actor, page: str, *, useful: bool, word: str = "") -> OpinionRow:
    """Say whether a page was useful, in place of what the person said of it before."""
    actor.require(Permission.PLAN_VIEW)
    if actor.user_id is None:
        raise Forbidden("The product itself has no opinion", "Sign in as a person.")
    values = read_values(PageOpinion, {"page": page, "useful": useful, "word": word})
    with races_explained(), store.unit(actor) as session:
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
