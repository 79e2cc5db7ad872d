"""Signing in through the organisation's identity provider, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from playwright.sync_api import expect

from tests.browser.conftest import Profiles, Visitor
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.processes import command
from tests.serving import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider() as running:
        yield running


@pytest.fixture(scope="module")
def company(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose settings name the provider, with Maria among its people."""
    folder = tmp_path_factory.mktemp("company")
    config = folder / "orchflow.yaml"
    server = Server(folder / "home", config=config)
    settings: dict[str, Any] = {
        "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": f"{server.address}/oauth2callback",
        "label": "Sign in with Example Corp",
    }
    config.write_text(yaml.safe_dump({"oidc": settings}))
    for words in (("add", "maria", "--email", "maria@example.com"), ("password", "maria")):
        ran = command("user", *words, environment=server.environment)
        assert ran.returncode == 0, ran.stderr
    with server:
        yield server


def come(
    profiles: Profiles, company: Server, provider: IdentityProvider, path: str = "/", **person: Any
) -> Visitor:
    provider.person = person
    visitor = Visitor(profiles, company)
    visitor.go(path)
    visitor.page.get_by_role("button", name="Sign in with Example Corp").click()
    visitor.page.wait_for_url(f"{company.address}/**")
    visitor.settle()
    return visitor


def test_a_verified_address_opens_the_account_and_signing_out_ends_it(
    profiles: Profiles, company: Server, provider: IdentityProvider
) -> None:
    maria = {"sub": "m-1", "email": "maria@example.com", "email_verified": True}
    visitor = come(profiles, company, provider, "/plan?level=Tasks", **maria)

    assert visitor.page.url == company.address + "/plan?level=Tasks"
    expect(visitor.page.locator(".st-key-user-menu")).to_contain_text("maria")
    visitor.sign_out()
    visitor.go("/account")
    expect(visitor.page.get_by_label("Username")).to_be_visible()


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "x-1", "email": "stranger@example.com", "email_verified": True},
        {"sub": "x-2", "email": "maria@example.com", "email_verified": False},
        {"sub": "x-3"},
    ],
    ids=["unknown", "unverified", "no address"],
)
def test_whoever_the_provider_names_must_be_known_here(
    profiles: Profiles, company: Server, provider: IdentityProvider, person: dict[str, Any]
) -> None:
    visitor = come(profiles, company, provider, **person)

    expect(visitor.page.get_by_label("Username")).to_be_visible()
    expect(visitor.page.locator(".st-key-user-menu")).to_have_count(0)


def test_a_word_of_the_provider_that_has_run_out_is_told_where_the_person_was(
    profiles: Profiles, company: Server, provider: IdentityProvider
) -> None:
    visitor = come(profiles, company, provider, "/cost", sub="m-1", exp=1_700_000_000)

    expect(visitor.page.get_by_test_id("stAlert")).to_contain_text("it had run out on the way here")
    assert visitor.page.url == company.address + "/cost"
    visitor.leave()
