"""/search: tasks, agents, people, checks, rules of alerts, risks and guides by their names."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from orchflow.api.bodies import answer
from orchflow.api.paging import Words
from orchflow.api.request_context import Reader
from orchflow.insights.search import Kind, search

router = APIRouter(tags=["Search"])


class Hit(BaseModel):
    """One thing that is called so."""

    kind: Kind
    key: str = Field(
        description="A task's id, an agent's slug, a person's username, a check's key, the id of a rule of alerts or of a risk, a guide's address."
    )
    title: str
    note: str = Field(description="Where it belongs.")


class Search(BaseModel):
    """At most six of each kind; those that are or begin with the words first."""

    items: list[Hit]


@router.get("/search", response_model=Search, operation_id="search", summary="Find something by its name")
def find(
    q: Annotated[Words, Query(description="Words that are all in the name, or a task's number.")],
    caller: Reader,
) -> JSONResponse:
    """Tasks, agents, people, checks, rules of alerts, risks and guides of which every word is in the name, as far as the token's user may see them."""
    return answer({"items": search(caller.ws, caller.actor, q)})
