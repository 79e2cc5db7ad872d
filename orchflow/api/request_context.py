"""Who asks: the part of a request that every endpoint needs, as the middleware has established it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from orchflow.api.tokens import TokenActor
from orchflow.errors import Forbidden
from orchflow.people.token_tables import TokenScope
from orchflow.store.engine import Store
from orchflow.workspace import Workspace


@dataclass(frozen=True)
class Caller:
    """The person a request acts for, and what it acts on; `request` is its number, also in the change history."""

    ws: Workspace
    actor: TokenActor
    scope: TokenScope
    token_id: int
    request: str

    @property
    def store(self) -> Store:
        """The plan store."""
        return self.ws.store


@dataclass
class RequestContext:
    """One request: its number, what its answer says beside the content, and who sent it once that is known."""

    request: str
    headers: dict[str, str] = field(default_factory=dict)
    caller: Caller | None = None


async def _reading(request: Request) -> Caller:
    context: RequestContext = request.state.context
    assert context.caller is not None, "the middleware admits nobody without a token"
    return context.caller


Reader = Annotated[Caller, Depends(_reading)]
"""Whoever has a token."""


async def _writing(caller: Annotated[Caller, Depends(_reading)]) -> Caller:
    if caller.scope is TokenScope.READ:
        raise Forbidden("This token may only read", "Use one that was made with --scope write.")
    return caller


Writer = Annotated[Caller, Depends(_writing)]
"""Whoever has a token that may write; what it may write is for the features to say."""


async def _administering(caller: Annotated[Caller, Depends(_reading)]) -> Caller:
    if caller.scope is not TokenScope.ADMIN:
        raise Forbidden("This token may not administer", "Use one that was made with --scope admin.")
    return caller


Administrator = Annotated[Caller, Depends(_administering)]
"""Whoever has a token to administer with; what else it takes is for the features to say."""
