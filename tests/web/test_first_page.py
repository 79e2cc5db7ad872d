"""The page that carries every screen."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from starlette.applications import Starlette

from orchflow.screens.catalogue import SCREENS
from orchflow.web.first_page import PARTS, SIDEBAR, first_pages
from tests.asgi import ask


@pytest.fixture(scope="module")
def server() -> Starlette:
    return Starlette(routes=first_pages(("signed-in",), ".of-strip { color: red }"))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_every_screen_begins_with_it(server: Starlette, screen: object) -> None:
    answer = ask(server, "GET", f"/{screen.url}")  # type: ignore[attr-defined]

    assert answer.status_code == 200
    assert "<title>Orchestrator Flow</title>" in answer.text
    assert "Streamlit</title>" not in answer.text
    assert answer.headers["cache-control"] == "no-cache"


def test_the_scripts_and_the_typeface_it_sends_for_are_there(server: Starlette) -> None:
    html = ask(server, "GET", "/").text
    spec = find_spec("streamlit")
    assert spec is not None
    static = Path(str(spec.origin)).parent / "static"

    scripts = re.findall(r'modulepreload" crossorigin href="\./static/js/([^"]+)"', html)

    assert {name.split(".")[0] for name in scripts} >= set(PARTS)
    assert all((static / "static" / "js" / name).is_file() for name in scripts)
    assert "SourceSans" not in html
    assert (Path(__file__).parents[2] / "static" / "fonts" / "inter-latin-wght-normal.woff2").is_file()


def test_room_for_the_sidebar_is_kept_for_who_has_signed_in_before(server: Starlette) -> None:
    assert SIDEBAR not in ask(server, "GET", "/").text
    assert SIDEBAR in ask(server, "GET", "/", headers={"Cookie": "signed-in=any"}).text


def test_the_style_of_our_parts_comes_with_it(server: Starlette) -> None:
    assert ".of-strip { color: red }" in ask(server, "GET", "/plan").text


def test_another_address_is_not_its_own(server: Starlette) -> None:
    assert ask(server, "GET", "/nowhere").status_code == 404


def test_the_name_of_the_first_screen_leads_to_the_root(server: Starlette) -> None:
    answer = ask(server, "GET", "/home?period=30+days", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (307, "./?period=30+days")


def test_its_script_is_asked_for_anew_only_when_it_has_changed(server: Starlette) -> None:
    address = re.findall(r'<script src="\.(/shell\.js\?v=[0-9a-f]+)">', ask(server, "GET", "/cost").text)

    answer = ask(server, "GET", address[0])

    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert ask(server, "GET", "/shell.js").headers["cache-control"] == "no-cache"
