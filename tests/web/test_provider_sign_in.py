"""To the identity provider and back: the address asked for is kept, and a refusal says a word and logs more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from streamlit.auth_util import encode_provider_token
from streamlit.runtime.secrets import secrets_singleton

from orchflow.web.provider_sign_in import COOKIE, address_asked_for, provider_routes, words_of
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider

pytestmark = pytest.mark.filterwarnings("ignore:The httpx module is deprecated")
HERE = "http://flow.example"
ASKED_FOR = "/cost?period=30+days&agent=writer"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider() as running:
        yield running


class Browser:
    """Goes to the provider from a page of ours and comes back; `back` may change the way home."""

    def __init__(self, provider: IdentityProvider) -> None:
        self.provider = provider
        session = Middleware(SessionMiddleware, secret_key="s" * 32)
        self.app = Starlette(routes=[*provider_routes()], middleware=[session])

    def go(
        self, person: dict[str, Any] | None, referer: str = HERE + ASKED_FOR, back: Callable[[str], str] = str
    ) -> httpx.Response:
        self.provider.person = person or {}

        async def there_and_back() -> httpx.Response:
            ours = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HERE)
            async with ours, httpx.AsyncClient(trust_env=False) as theirs:
                begun = await ours.get(
                    "/auth/login",
                    params={"provider": encode_provider_token("default")},
                    headers={"referer": referer},
                )
                if not begun.headers["location"].startswith(self.provider.issuer):
                    return begun
                agreed = await theirs.get(begun.headers["location"])
                home = urlsplit(back(agreed.headers["location"]))
                return await ours.get(f"{home.path}?{home.query}")

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(lambda: asyncio.run(there_and_back())).result()


@pytest.fixture
def browser(provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> Browser:
    auth = {
        "redirect_uri": f"{HERE}/oauth2callback",
        "cookie_secret": "c" * 40,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
    }
    monkeypatch.setattr(secrets_singleton, "_secrets", {"auth": auth})
    return Browser(provider)


def said(answer: httpx.Response) -> str:
    """What the person reads at the next page."""
    told = httpx.Cookies()
    told.extract_cookies(answer)
    words = words_of(told.get(COOKIE))
    return f"{words[0]}. {words[1]}" if words else ""


def test_who_is_let_through_comes_to_the_page_that_was_asked_for(browser: Browser) -> None:
    home = browser.go({"sub": "m-1", "email": "maria@example.com", "email_verified": True})

    assert (home.status_code, home.headers["location"]) == (302, ASKED_FOR)
    kept = [cookie for cookie in home.headers.get_list("set-cookie") if cookie.startswith("_streamlit_user=")]
    assert len(kept) == 1
    assert "httponly" in kept[0].lower()
    assert said(home) == ""


NOW = int(time.time())


@pytest.mark.parametrize(
    ("person", "reason"),
    [
        ({"sub": "m-1", "exp": NOW - 3600}, "it had run out"),
        ({"sub": "m-1", "iat": NOW + 3600, "exp": NOW + 7200}, "it had run out"),
        ({"sub": "m-1", "nbf": NOW + 3600}, "it had run out"),
        ({"sub": "m-1", "aud": "another-program"}, "made for another program"),
        ({"sub": "m-1", "aud": "another-program", "azp": CLIENT_ID}, "made for another program"),
        ({"sub": "m-1", "aud": [CLIENT_ID, "another"], "azp": "another"}, "made for another program"),
        ({"sub": "m-1", "iss": "https://evil.example"}, "another provider"),
        ({"sub": ""}, "does not say who you are"),
        ({}, "does not say who you are"),
        ({"sub": "x" * 300}, "does not say who you are"),
        ({"sub": "m-1", "nonce": "of another sign-in"}, "begun too long ago"),
    ],
)
def test_a_word_of_the_provider_that_does_not_hold_is_told_and_logged(
    browser: Browser, caplog: pytest.LogCaptureFixture, person: dict[str, Any], reason: str
) -> None:
    home = browser.go(person)

    assert (home.status_code, home.headers["location"]) == (302, ASKED_FOR)
    assert reason in said(home)
    assert not any(
        c.startswith("_streamlit_user=") and "max-age=0" not in c.lower()
        for c in home.headers.get_list("set-cookie")
    )
    (line,) = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    number = line.partition("number ")[2][:8]
    assert number in said(home) or "Begin again" in said(home)
    assert "\n" not in line
    assert "eyJ" not in line, "no token is in the log"


def test_a_token_that_somebody_else_signed_is_refused(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    browser.go({"sub": "m-1"})
    with monkeypatch.context() as patch:
        patch.setattr(
            browser.provider, "_key", rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        home = browser.go({"sub": "m-1"})

    assert "has not signed it" in said(home)
    assert home.headers["location"] == ASKED_FOR


@pytest.mark.parametrize(
    ("back", "reason"),
    [
        (lambda url: url.partition("?")[0] + "?error=access_denied&" + url.partition("?")[2], "did not let you through"),
        (lambda url: url.replace("state=", "state=x"), "begun too long ago"),
        (lambda url: url.partition("?")[0], "begun too long ago"),
        (lambda url: url.replace("code=", "code=x"), "did not let you through"),
    ],
    ids=["denied", "another state", "nothing", "a code that was not given"],
)  # fmt: skip
def test_a_way_home_that_is_not_as_it_should_be_is_told(
    browser: Browser, back: Callable[[str], str], reason: str
) -> None:
    home = browser.go({"sub": "m-1"}, back=back)

    assert reason in said(home)
    assert home.headers["location"] == ASKED_FOR


@pytest.mark.parametrize(
    ("back", "ends"),
    [
        (lambda url: url.partition("?")[0], False),
        (lambda url: url.partition("?")[0] + "?error=access_denied", False),
        (lambda url: url.replace("state=", "error=access_denied&state=x"), False),
        (lambda url: url.replace("state=", "error=access_denied&state="), True),
    ],
)
def test_a_link_of_another_site_ends_nobodys_sign_in(
    browser: Browser, back: Callable[[str], str], ends: bool
) -> None:
    home = browser.go({"sub": "m-1"}, back=back)

    ended = [kept for kept in home.headers.get_list("set-cookie") if kept.startswith("_streamlit_user=")]
    assert bool(ended) == ends


def test_a_provider_that_is_away_is_told(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert secrets_singleton._secrets is not None
    monkeypatch.setitem(
        secrets_singleton._secrets["auth"], "server_metadata_url", "http://127.0.0.1:1/nothing"
    )
    home = browser.go({"sub": "m-1"})

    assert "cannot be reached" in said(home)
    assert home.headers["location"] == ASKED_FOR


def test_what_comes_from_outside_makes_no_lines_of_the_log(
    browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    browser.go({"sub": "m-1"}, back=lambda url: f"{url}&error=x&error_description=a%0AERROR+forged")

    assert "forged" in caplog.text
    assert not any("\n" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("referer", "expected"),
    [
        ("http://flow.example/cost?x=1", "/cost?x=1"),
        ("https://flow.example/", "/"),
        ("", "/"),
        ("http://evil.example/cost", "/"),
        ("http://flow.example.evil.example/cost", "/"),
        ("http://flow.example//evil.example/x", "/"),
        ("http://flow.example/\\evil.example", "/"),
        ("http://flow.example/a\r\nSet-Cookie: x=y", "/"),
        ("http://flow.example/auth/logout", "/"),
        ("http://flow.example/oauth2callback?code=1", "/"),
        ("http://flow.example/api/v1/docs", "/"),
        ("javascript:alert(1)", "/"),
        ("http://[::1", "/"),
        ("http://flow.example/" + "x" * 2000, "/"),
        ("http://flow.example/plan?search=gr%C3%BCn#part", "/plan?search=gr%C3%BCn"),
    ],
)
def test_the_address_asked_for_is_a_page_of_ours(referer: str, expected: str) -> None:
    assert address_asked_for(referer, "flow.example") == expected


@pytest.mark.parametrize(
    "told", [None, "", "expired", "expired.<b>", "hacked.1234abcd", "expired.1234abcd\n"]
)
def test_nobody_can_have_the_screen_say_something_else(told: str | None) -> None:
    assert words_of(told) is None
