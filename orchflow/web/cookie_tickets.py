"""Cookies that no script can read: a page lays them ready under a ticket, and the browser fetches them with it.

A page is drawn over a websocket, which can set no cookie. What it draws instead (`ui/cookie_assets/`) asks this route once
with the ticket, which nobody else knows and which is good for one time.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/session/cookies"
HEADER = "X-Ticket"
"""A header of our own: a page of another site cannot send it, and so cannot sign somebody in as somebody else."""
GOOD_FOR = 120.0


@dataclass(frozen=True)
class Cookie:
    """A cookie for this server alone, that no script and no page of another site can use; `seconds` 0 takes it away."""

    name: str
    value: str
    seconds: int
    secure: bool


@dataclass
class Tickets:
    """Cookies that wait to be fetched. Pages lay them ready from threads of their own."""

    now: Callable[[], float] = time.monotonic
    _waiting: dict[str, tuple[float, tuple[Cookie, ...]]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def issue(self, cookies: Sequence[Cookie]) -> str:
        """Lay `cookies` ready; returns the ticket."""
        ticket, now = secrets.token_urlsafe(32), self.now()
        with self._guard:
            for over in [known for known, (until, _) in self._waiting.items() if until <= now]:
                del self._waiting[over]
            self._waiting[ticket] = (now + GOOD_FOR, tuple(cookies))
        return ticket

    def is_waiting(self, ticket: str) -> bool:
        """Whether the ticket has neither been used nor run out."""
        with self._guard:
            return self._waiting.get(ticket, (0.0, ()))[0] > self.now()

    def redeem(self, ticket: str) -> tuple[Cookie, ...] | None:
        """The cookies of a ticket, once; None for one that is used, has run out, or never was."""
        with self._guard:
            until, cookies = self._waiting.pop(ticket, (0.0, ()))
        return cookies if until > self.now() else None


TICKETS = Tickets()
"""Those of this process, which serves the pages and the route."""


def cookie_routes(tickets: Tickets = TICKETS) -> list[Route]:
    """The route that hands the cookies of a ticket to the browser."""

    async def answer(request: Request) -> Response:
        cookies = tickets.redeem(request.headers.get(HEADER, ""))
        response = Response(
            status_code=403 if cookies is None else 204, headers={"Cache-Control": "no-store"}
        )
        for cookie in cookies or ():
            response.set_cookie(
                cookie.name, cookie.value, max_age=cookie.seconds, secure=cookie.secure, httponly=True, samesite="strict"
            )  # fmt: skip
        return response

    return [Route(PATH, answer, methods=["POST"])]
