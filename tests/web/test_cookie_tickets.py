"""Cookies that a browser fetches with a ticket: once, soon, and out of the reach of scripts and other sites."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette

from orchflow.web.cookie_tickets import GOOD_FOR, HEADER, PATH, Cookie, Tickets, cookie_routes
from tests.asgi import ask


class Place:
    def __init__(self) -> None:
        self.at = 0.0
        self.tickets = Tickets(lambda: self.at)
        self.app = Starlette(routes=[*cookie_routes(self.tickets)])

    def ticket(self, *, secure: bool = False, seconds: int = 60) -> str:
        return self.tickets.issue(
            [Cookie("who", "ada", seconds, secure), Cookie("where", "here", seconds, secure)]
        )

    def fetch(self, ticket: str, method: str = "POST") -> httpx.Response:
        return ask(self.app, method, PATH, headers={HEADER: ticket})


@pytest.fixture
def place() -> Place:
    return Place()


def test_a_ticket_is_good_for_its_cookies_once(place: Place) -> None:
    ticket = place.ticket()
    assert place.tickets.is_waiting(ticket)
    fetched = place.fetch(ticket)

    assert fetched.status_code == 204
    assert [cookie.partition(";")[0] for cookie in fetched.headers.get_list("set-cookie")] == [
        "who=ada",
        "where=here",
    ]
    assert not place.tickets.is_waiting(ticket)
    assert place.fetch(ticket).status_code == 403
    assert "set-cookie" not in place.fetch(ticket).headers


@pytest.mark.parametrize("secure", [True, False])
def test_no_script_and_no_other_site_can_use_the_cookies(place: Place, secure: bool) -> None:
    for cookie in place.fetch(place.ticket(secure=secure)).headers.get_list("set-cookie"):
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert attributes >= {"httponly", "samesite=strict", "path=/", "max-age=60"}
        assert ("secure" in attributes) == secure


def test_a_cookie_of_no_time_is_taken_away(place: Place) -> None:
    assert "max-age=0" in place.fetch(place.ticket(seconds=0)).headers["set-cookie"].lower()


def test_a_ticket_that_was_not_used_runs_out_and_is_forgotten(place: Place) -> None:
    ticket = place.ticket()
    place.at = GOOD_FOR + 1
    assert not place.tickets.is_waiting(ticket)
    assert place.fetch(ticket).status_code == 403
    old, new = place.ticket(), None
    place.at *= 3
    new = place.ticket()
    assert set(place.tickets._waiting) == {new} != {old}


@pytest.mark.parametrize("ticket", ["", "x", "../x"])
def test_a_ticket_that_never_was_opens_nothing(place: Place, ticket: str) -> None:
    place.ticket()
    assert place.fetch(ticket).status_code == 403


def test_a_link_or_a_picture_cannot_fetch_them_for_somebody(place: Place) -> None:
    """A page of another site sends no header of its own with those, and is not answered when it asks whether it may."""
    ticket = place.ticket()
    assert place.fetch(ticket, "GET").status_code == 405
    assert ask(place.app, "POST", f"{PATH}?ticket={ticket}").status_code == 403
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in ask(place.app, "OPTIONS", PATH, headers=asked).headers
    assert place.tickets.is_waiting(ticket)
