"""An address at which there is nothing: a page of our own, and 404."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from orchflow.web.nowhere import FRAMEWORK, Nowhere, OwnPages
from tests.asgi import ask

IN_A_BROWSER = {"Sec-Fetch-Mode": "navigate"}


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


SENTENCE = "This file is no longer here. Ask for it again on the screen."


async def refusing(request: Request) -> Response:
    match request.path_params["path"]:
        case "broken":
            raise LookupError("a fault")
        case "json":
            return JSONResponse({"detail": "Not found"}, 404)
        case "sentence":
            return PlainTextResponse(SENTENCE, 404, {"X-Kept": "yes"})
        case "fine":
            return PlainTextResponse("ok")
        case path if path.startswith(("static/", "_stcore/", "auth/")):
            return HTMLResponse("the framework's own page")
        case path:
            return Response("Bare", int(path))


@pytest.fixture(scope="module")
def doors() -> Starlette:
    return Starlette(routes=[Route("/{path:path}", refusing)], middleware=[Middleware(OwnPages)])


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("400", "This address cannot be read"),
        ("403", "This is not open to you"),
        ("404", "There is no such page"),
        ("405", "Nothing can be sent here"),
        ("421", "This name is not served here"),
        ("503", "This did not work"),
    ],
)
def test_who_is_refused_in_a_browser_reads_it_on_a_page(doors: Starlette, path: str, heading: str) -> None:
    page = ask(doors, "GET", f"/{path}", headers=IN_A_BROWSER)
    assert page.status_code == int(path)
    assert f"<h1>{heading}</h1>" in page.text
    assert ask(doors, "GET", f"/{path}").text == "Bare"


def test_what_the_server_says_in_a_sentence_is_told_with_its_headers(doors: Starlette) -> None:
    page = ask(doors, "GET", "/sentence", headers=IN_A_BROWSER)
    assert f"<p>{SENTENCE}</p>" in page.text
    assert page.headers["x-kept"] == "yes"
    assert int(page.headers["content-length"]) == len(page.content)


@pytest.mark.parametrize("path", ["fine", "json"])
def test_answers_of_their_own_kind_are_let_through(doors: Starlette, path: str) -> None:
    assert "<h1>" not in ask(doors, "GET", f"/{path}", headers=IN_A_BROWSER).text


@pytest.mark.parametrize("path", ["static/none", "static/js/gone.js", "_stcore/nothing", "auth/x"])
def test_the_page_that_the_framework_sends_for_want_of_a_file_is_ours(doors: Starlette, path: str) -> None:
    answer = ask(doors, "GET", f"/{path}")
    assert answer.status_code == 404
    assert f"<code>/{path}</code>" in answer.text
    assert f'href="{"../" * path.count("/")}"' in answer.text


def test_a_fault_is_told_on_a_page_and_still_logged(doors: Starlette) -> None:
    with pytest.raises(LookupError):
        ask(doors, "GET", "/broken", headers=IN_A_BROWSER)
