"""The gate for files that browsers hand in: who may, how much, how many, and how long they are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from orchflow.errors import Forbidden
from orchflow.web.uploads import Limits, UploadGate, Uploads
from tests.asgi import ask

LIMITS = Limits(file_bytes=100, tab_bytes=250, tab_files=3, server_bytes=400, kept_seconds=60)


class Tabs:
    """Tabs `a` to `z`; somebody is at those in `signed_in`."""

    def __init__(self, *signed_in: str) -> None:
        self.signed_in = set(signed_in)
        self.disabled = False
        self.kept: dict[str, dict[str, int]] = {}

    def standing(self, tab: str) -> Callable[[], None] | None:
        return self._confirm if tab in self.signed_in else None

    def _confirm(self) -> None:
        if self.disabled:
            raise Forbidden("Your account was disabled")

    def files(self) -> dict[str, dict[str, int]]:
        return {tab: dict(files) for tab, files in self.kept.items()}

    def remove(self, tab: str, file: str) -> None:
        del self.kept[tab][file]


class Place:
    """A gate, and behind it a place that keeps what comes through as the framework does."""

    def __init__(self, *signed_in: str) -> None:
        self.tabs = Tabs(*signed_in)
        self.at = 0.0
        self.uploads = Uploads(self.tabs, LIMITS, lambda: self.at)
        self.gate = UploadGate(self.keep, self.uploads)
        self.meanwhile: Callable[[], Any] = lambda: None

    async def keep(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        self.meanwhile()
        if scope["path"].startswith("/_stcore/upload_file/"):
            tab, file = scope["path"].split("/")[3:]
            self.tabs.kept.setdefault(tab, {})[file] = len(body)
        await PlainTextResponse("kept", 204)(scope, receive, send)

    def put(self, tab: str, file: str, content: Any, method: str = "PUT") -> httpx.Response:
        return ask(self.gate, method, f"/_stcore/upload_file/{tab}/{file}", content=content)


async def told_nothing(size: int) -> Any:
    for _ in range(size // 10):
        yield b"x" * 10


def test_only_a_tab_in_which_somebody_is_signed_in_may() -> None:
    place = Place("a")

    assert place.put("a", "1", b"x").status_code == 204
    assert place.put("stranger", "1", b"x").status_code == 403
    assert place.put("stranger", "1", b"", "DELETE").status_code == 403
    assert place.put("a", "1", b"", "DELETE").status_code == 204
    place.tabs.disabled = True
    assert place.put("a", "2", b"x").status_code == 403
    assert place.tabs.files() == {"a": {"1": 0}}


@pytest.mark.parametrize("path", ["a", "a/1/2", "", "a//1", "../upload_file/a"])
def test_there_is_no_way_around_the_gate(path: str) -> None:
    assert ask(Place("a").gate, "PUT", f"/_stcore/upload_file/{path}", content=b"x").status_code in (403, 404)


def test_nor_where_the_server_lies_below_a_path() -> None:
    gate = Place("a").gate

    async def below(scope: Scope, receive: Receive, send: Send) -> None:
        await gate({**scope, "root_path": "/flow"}, receive, send)

    assert ask(below, "PUT", "/flow/_stcore/upload_file/stranger/1", content=b"x").status_code == 403


@pytest.mark.parametrize("content", [b"x" * 101, told_nothing(110)], ids=["told", "not told"])
def test_a_file_that_is_too_large_is_refused_whatever_it_says_of_itself(content: Any) -> None:
    place = Place("a")
    answer = place.put("a", "1", content)

    assert answer.status_code == 413
    assert answer.headers["connection"] == "close"
    assert place.tabs.files() == {}
    assert place.put("a", "2", b"x" * 100).status_code == 204


def test_a_tab_has_room_for_so_many_files_and_bytes() -> None:
    place = Place("a", "b")
    assert [place.put("a", str(number), b"x").status_code for number in range(4)] == [204, 204, 204, 413]
    assert [place.put("b", str(number), b"x" * 90).status_code for number in range(3)] == [204, 204, 413]
    assert place.put("b", "small", b"x" * 60).status_code == 204


def test_the_server_has_room_for_so_many_bytes_of_all_tabs() -> None:
    place = Place("a", "b", "c")
    for number in range(4):
        assert place.put("ab"[number % 2], str(number), b"x" * 100).status_code == 204

    assert place.put("c", "1", b"x").status_code == 503


def test_what_is_on_its_way_counts_until_it_has_ended() -> None:
    place = Place("a")
    place.put("a", "0", b"x" * 100)
    inner: list[int] = []

    def another() -> None:
        place.meanwhile = lambda: None
        inner.append(place.put("a", "2", b"x" * 80).status_code)

    place.meanwhile = another
    assert place.put("a", "1", b"x" * 90).status_code == 204
    assert inner == [413]
    place.tabs.kept.clear()
    assert place.put("a", "3", b"x" * 90).status_code == 204


def test_what_nobody_uses_any_more_is_let_go() -> None:
    place = Place("a", "b")
    place.put("a", "old", b"x")
    place.put("b", "1", b"x")
    place.uploads.sweep()
    place.at = 50.0
    place.put("a", "new", b"x")
    place.uploads.sweep()
    assert place.tabs.files() == {"a": {"old": 1, "new": 1}, "b": {"1": 1}}

    place.at = 61.0
    place.tabs.signed_in.remove("b")
    place.uploads.sweep()
    assert place.tabs.files() == {"a": {"new": 1}, "b": {}}
