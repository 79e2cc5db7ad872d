"""Surveys that wait for a person's answers. That they do is for them alone: others are not told who has answered."""

from __future__ import annotations

from collections.abc import Iterator

from orchflow.format import day
from orchflow.guidance.next_entry import Asked, Next
from orchflow.surveys.respond import waiting_surveys


def next_surveys(asked: Asked) -> Iterator[Next]:
    """The open surveys that the person has not answered; nothing where somebody else asks."""
    if asked.actor.user_id is None or asked.actor.user_id != asked.listed.person_id:
        return
    for own in waiting_surveys(asked.ws.store, asked.actor.user_id, asked.today):
        yield Next(
            "survey", "todo", f"Answer “{own.title}”", f"A minute, unnamed; it ends on {day(own.closes)}", "survey",
            {"wave": str(own.id)}, rank=((own.closes - asked.today).days,),
        )  # fmt: skip
