"""What every answer carries, and which doors stay closed."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from orchflow.web_security import SecurityHeaders
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
    "path", ["/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/openapi.json"]
)
def test_the_frameworks_own_doors_are_closed(path: str) -> None:
    answer = get(path)

    assert answer.status_code == 404
    assert answer.text == "Not found"


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
