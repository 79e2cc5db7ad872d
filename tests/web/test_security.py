"""What every answer carries, and which doors stay closed."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send
from streamlit import net_util
from streamlit.web.server.starlette import starlette_websocket

from orchflow.web.security import SecurityHeaders
from tests.asgi import ask


async def page(_: Request) -> PlainTextResponse:
    return PlainTextResponse("page")


def get(path: str, host: str = "flow.example", **options: tuple[str, ...]) -> httpx.Response:
    app = SecurityHeaders(Starlette(routes=[Route("/{path:path}", page)]), **options)

    return ask(app, "GET", path, headers={"host": host})


def test_every_answer_carries_the_policy() -> None:
    answer = get("/anything")

    assert answer.text == "page"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_embedding_is_allowed_only_where_the_settings_say() -> None:
    answer = get("/", frame_ancestors=("https://ai.example",))

    assert "frame-ancestors 'self' https://ai.example" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp",
        "/_stcore/%61gent/mcp", "/_stcore/script-health-check",
    ],
)  # fmt: skip
def test_the_frameworks_own_doors_are_closed(path: str) -> None:
    answer = get(path)

    assert answer.status_code == 404
    assert answer.text == "Not found"


def test_a_path_below_which_the_server_lies_opens_none_of_them() -> None:
    async def below(scope: Scope, receive: Receive, send: Send) -> None:
        await SecurityHeaders(Starlette())({**scope, "root_path": "/flow"}, receive, send)

    assert ask(below, "GET", "/flow/_stcore/metrics").text == "Not found"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("flow.example", 200),
        ("flow.example:8501", 200),
        ("FLOW.example", 200),
        ("a.teams.example", 200),
        ("teams.example", 421),
        ("evil.example", 421),
        ("flow.example.evil.example", 421),
    ],
)
def test_only_the_allowed_hosts_are_answered(host: str, status: int) -> None:
    answer = get("/", host, allowed_hosts=("flow.example", "*.teams.example"))

    assert answer.status_code == status


def test_cookies_are_for_https_alone_where_the_page_is() -> None:
    async def cookies(scope: Scope, receive: Receive, send: Send) -> None:
        answer = Response()
        answer.set_cookie("plain", "1")
        answer.set_cookie("careful", "1", secure=True)
        await answer({**scope}, receive, send)

    def sent(scheme: str) -> list[str]:
        async def over(scope: Scope, receive: Receive, send: Send) -> None:
            await SecurityHeaders(cookies)({**scope, "scheme": scheme}, receive, send)

        return ask(over, "GET", "/").headers.get_list("set-cookie")

    assert [cookie.lower().count("secure") for cookie in sent("https")] == [1, 1]
    assert [cookie.lower().count("secure") for cookie in sent("http")] == [0, 1]


def opened(*headers: tuple[bytes, bytes], **options: tuple[str, ...]) -> bool:
    """Whether a websocket with these headers gets through to the framework."""
    came = []

    async def framework(scope: Scope, receive: Receive, send: Send) -> None:
        came.append(scope)

    async def send(message: Message) -> None:
        assert message == {"type": "websocket.close", "code": 1008}

    async def receive() -> Message:
        raise AssertionError("nothing is read of who is refused")

    scope = {"type": "websocket", "path": "/_stcore/stream", "headers": headers}
    step = SecurityHeaders(framework, **options)(scope, receive, send)
    with pytest.raises(StopIteration):
        step.send(None)  # type: ignore[attr-defined]
    return bool(came)


OWN = (b"host", b"flow.example:8501")


def test_a_websocket_is_for_pages_of_this_server_and_for_programs() -> None:
    assert opened(OWN)
    assert opened(OWN, (b"origin", b"http://flow.example:8501"))
    assert opened(OWN, (b"origin", b"https://flow.example:8501"))
    assert not opened(OWN, (b"origin", b"https://flow.example:8501"), allowed_hosts=("other.example",))


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "http://flow.example", "http://flow.example:8502", "http://flow.example:8501.evil.example",
        "null", "", "file://", "http://", "http://[::1", "http://localhost", "http://127.0.0.1:8501", "ftp://flow.example:8501",
        "http://flow.example:8501@evil.example", "http://FLOW.example:8501", "flow.example:8501", "//flow.example:8501",
    ],
)  # fmt: skip
def test_a_websocket_of_another_page_gets_no_answer_but_no(origin: str) -> None:
    assert not opened(OWN, (b"origin", origin.encode()))


def test_a_websocket_that_names_two_pages_or_hosts_is_refused() -> None:
    own = (b"origin", b"http://flow.example:8501")
    assert not opened(OWN, own, (b"origin", b"https://evil.example"))
    assert not opened(OWN, (b"host", b"evil.example"), own)
    assert not opened(own)


@given(
    st.text(max_size=40) | st.from_regex(r"(https?|null)(://)?[a-z.\[\]:@/8501]{0,20}"),
    st.sampled_from(["flow.example:8501", "[::1]:8501", "10.0.0.1"]),
)
def test_whoever_gets_through_makes_the_framework_ask_nobody(origin: str, host: str) -> None:
    """The framework would look for its own address, at a host outside, to compare it with an origin that it does not know."""

    def asked() -> str:
        raise AssertionError(f"asked for its own address because of {origin!r}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(net_util, "get_external_ip", asked)
        patch.setattr(net_util, "get_internal_ip", asked)
        for page in (origin, f"https://{host}{origin}", f"http://{host}"):
            headers = ((b"host", host.encode()), (b"origin", page.encode("utf-8", "surrogatepass")))
            if opened(*headers):
                assert starlette_websocket._is_origin_allowed(headers[1][1].decode("latin-1"), host)
