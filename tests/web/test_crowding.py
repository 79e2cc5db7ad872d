"""One address has room for so many visitors who are not signed in; who is has room always."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.types import Receive, Scope, Send

from orchflow.clock import now
from orchflow.config.settings import Settings
from orchflow.people.cookie_key import COOKIE, cookie_key
from orchflow.people.cookie_tokens import CookieTokens
from orchflow.web.crowding import Crowding, vouched_by


def signed_in(cookies: Mapping[str, str]) -> bool:
    return cookies.get("who") == "ada"


def visits(*visitors: tuple[str, str]) -> list[str]:
    """How many websockets of these addresses and cookies are let in, all open at once; then one more of each."""

    async def all_at_once() -> list[str]:
        told: list[str] = []
        leave = asyncio.Event()

        async def page(scope: Scope, receive: Receive, send: Send) -> None:
            told.append("in")
            await leave.wait()

        async def refused(message: Any) -> None:
            told.append(f"refused {message['code']}")

        crowding = Crowding(page, signed_in, most=2)

        def opening(address: str, cookie: str) -> Any:
            headers = [(b"cookie", cookie.encode())]
            return crowding({"type": "websocket", "client": (address, 1), "headers": headers}, None, refused)  # type: ignore[arg-type]

        open_ones = [asyncio.create_task(opening(*visitor)) for visitor in visitors]
        await asyncio.sleep(0)
        leave.set()
        await asyncio.gather(*open_ones)
        assert not crowding._open, "whoever has left is no longer counted"
        return told

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(all_at_once())).result()


def test_one_address_has_room_for_so_many() -> None:
    assert visits(("10.0.0.1", ""), ("10.0.0.1", ""), ("10.0.0.1", "")) == ["in", "in", "refused 1013"]
    assert visits(("10.0.0.1", ""), ("10.0.0.1", ""), ("10.0.0.2", "")) == ["in", "in", "in"]


def test_who_is_signed_in_is_not_counted_and_needs_no_room() -> None:
    crowd = [("10.0.0.1", "")] * 2
    assert visits(*crowd, ("10.0.0.1", "who=ada"), ("10.0.0.1", "who=eve")) == ["in"] * 3 + ["refused 1013"]


def test_a_network_of_ipv6_is_one_visitor() -> None:
    told = visits(("2001:db8::1", ""), ("2001:db8::2", ""), ("2001:db8::3", ""))
    assert told == ["in", "in", "refused 1013"]


def test_a_cookie_of_ours_vouches_for_who_signed_in_and_no_other(
    make_settings: Callable[..., Settings],
) -> None:
    settings = make_settings()
    vouched, tokens = vouched_by(settings), CookieTokens(cookie_key(settings.home), 7)

    assert vouched({COOKIE: tokens.session("ada", now())})
    assert not vouched({COOKIE: CookieTokens("x" * 40, 7).session("ada", now())})
    assert not vouched({COOKIE: tokens.browser(None, "ada")})
    assert not vouched({"_streamlit_user": "made up"})
    assert not vouched({})
