"""An address at which there is nothing: a page of our own, and 404."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from orchflow.web.nowhere import FRAMEWORK, Nowhere
from tests.asgi import ask


async def framework(_: object) -> PlainTextResponse:
    return PlainTextResponse("the framework's own page")


@pytest.fixture(scope="module")
def server() -> Starlette:
    behind = Mount("/", Starlette(routes=[Route("/{path:path}", framework)]))
    return Starlette(routes=[Nowhere(["agents", "flow_metrics", "home"]), behind])


@pytest.mark.parametrize(
    "path", ["/agent", "/plan/12", "/app", "/static", "/pages/plan", "/nö", "/a.b", "/PLAN", "/x//y"]
)
def test_it_says_that_nothing_is_there_and_leads_on(server: Starlette, path: str) -> None:
    answer = ask(server, "GET", path)

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>There is no such page</h1>" in answer.text
    assert f"<code>{path}</code>" in answer.text
    assert "$" not in answer.text
    assert "var(--" not in answer.text


def test_its_links_lead_to_the_root_from_any_depth(server: Starlette) -> None:
    assert 'href="./">Go to Home' in ask(server, "GET", "/agent").text
    assert 'href="../../">Go to Home' in ask(server, "GET", "/a/b/c").text
    assert 'href="../shell.js"' not in ask(server, "GET", "/a/b").text
    assert 'src="../shell.js"' in ask(server, "GET", "/a/b").text


def test_it_names_the_screen_that_may_be_meant(server: Starlette) -> None:
    assert 'href="./agents">Did you mean /agents?' in ask(server, "GET", "/agent").text
    assert 'href="../flow_metrics">' in ask(server, "GET", "/plan/flow-metrics").text
    assert "Did you mean" not in ask(server, "GET", "/zzzzzz").text


def test_what_is_written_in_the_address_is_text(server: Starlette) -> None:
    assert "<script>alert" not in ask(server, "GET", "/<script>alert(1)</script>").text


@pytest.mark.parametrize("path", [f"/{start}x" for start in FRAMEWORK] + ["/plan/", "/"])
def test_what_the_framework_answers_is_left_to_it(server: Starlette, path: str) -> None:
    assert ask(server, "GET", path).text == "the framework's own page"
