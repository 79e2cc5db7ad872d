"""From where a request comes: what proxies tell is believed of those that are named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from orchflow.people.client_address import ClientAddress, limited_as
from tests.asgi import ask


async def where(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(f"{scope['client'][0]} {Request(scope).url.scheme}")(scope, receive, send)


def seen(peer: str, forwarded: str | list[str] = (), proto: str = "", trusted: tuple[str, ...] = ()) -> str:  # type: ignore[assignment]
    lines = [forwarded] if isinstance(forwarded, str) else list(forwarded)
    headers = [("X-Forwarded-For", line) for line in lines]
    headers += [("X-Forwarded-Proto", proto)] if proto else []
    return ask(ClientAddress(where, trusted), "GET", "/", client=peer, headers=headers).text.split()[0]


PROXIES = ("10.0.0.0/24", "127.0.0.1", "2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.9", "198.51.100.1, 10.0.0.8", "198.51.100.1"),
        ("10.0.0.9", "1.2.3.4, 198.51.100.1, 10.0.0.8", "198.51.100.1"),
        ("10.0.0.9", ["1.2.3.4", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.9", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.9", "[2001:dba::1]:4711", "2001:dba::1"),
        ("::ffff:10.0.0.9", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.9", "::ffff:198.51.100.1", "198.51.100.1"),
        ("2001:db8::9", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.9", "", "10.0.0.9"),
        ("10.0.0.9", "unknown", "10.0.0.9"),
        ("10.0.0.9", "1.2.3.4, unknown", "10.0.0.9"),
        ("10.0.0.9", "1.2.3.4, _hidden, 10.0.0.8", "10.0.0.8"),
        ("10.0.0.9", "10.0.0.7, 10.0.0.8", "10.0.0.7"),
        ("10.0.1.9", "198.51.100.1", "10.0.1.9"),
    ],
)
def test_the_last_hop_that_is_no_named_proxy_counts(
    peer: str, forwarded: str | list[str], expected: str
) -> None:
    assert seen(peer, forwarded, trusted=PROXIES) == expected


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.0.0.9", "::1"])
def test_without_a_named_proxy_nobody_is_believed(peer: str) -> None:
    assert seen(peer, "198.51.100.1") == peer


def test_the_scheme_is_that_of_the_browser_where_a_named_proxy_tells_it() -> None:
    async def scheme(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(scope["scheme"])(scope, receive, send)

    app, told = ClientAddress(scheme, ("127.0.0.1",)), {"X-Forwarded-Proto": "https"}

    assert ask(app, "GET", "/", client="127.0.0.1", headers=told).text == "https"
    assert ask(app, "GET", "/", client="203.0.113.7", headers=told).text == "http"
    assert ask(app, "GET", "/", client="127.0.0.1", headers={"X-Forwarded-Proto": "gopher"}).text == "http"


@given(st.text(st.characters(max_codepoint=255, exclude_categories=["Cc"]), max_size=60))
def test_no_stranger_can_say_who_they_are(told: str) -> None:
    app = ClientAddress(where, ("10.0.0.0/24",))
    answer = ask(
        app,
        "GET",
        "/",
        client="10.0.0.9",
        headers={"X-Forwarded-For": f"{told},198.51.100.1".encode("latin-1")},
    )

    assert answer.text.split()[0] == "198.51.100.1"


def test_limits_count_a_network_of_ipv6_as_one_caller() -> None:
    assert limited_as("2001:db8:1:2:aaaa::1") == limited_as("2001:db8:1:2:bbbb::2")
    assert limited_as("2001:db8:1:2::1") != limited_as("2001:db8:1:3::1")
    assert limited_as("::ffff:192.0.2.1") == limited_as("192.0.2.1") == "192.0.2.1"
    assert limited_as("") == ""
