"""Sessions whose tabs were closed are shut down once the framework has let them go, and only then."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from orchflow.web import closed_tabs
from orchflow.web.closed_tabs import give_back, sweep


class Session:
    def __init__(self, name: str) -> None:
        self.id = name
        self.shutdowns = 0

    def shutdown(self) -> None:
        self.shutdowns += 1


def test_a_session_that_the_framework_no_longer_lists_is_shut_down_once() -> None:
    open_tab, closed = Session("open"), Session("closed")
    seen = sweep([open_tab, closed], {})
    seen = sweep([open_tab], seen)
    sweep([open_tab], seen)
    assert (open_tab.shutdowns, closed.shutdowns) == (0, 1)


def test_a_session_that_is_gone_already_is_no_longer_asked_for() -> None:
    seen = sweep([Session("collected")], {})
    assert sweep([], seen) == {}


def test_what_fails_once_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(closed_tabs, "EVERY", 0.0)
    monkeypatch.setattr(closed_tabs, "_sessions", list)
    tries: list[str] = []

    async def until_tried_twice() -> None:
        again = asyncio.Event()

        def also() -> None:
            tries.append("try")
            if len(tries) == 1:
                raise RuntimeError("a tab changed meanwhile")
            again.set()

        giving_back = asyncio.create_task(give_back(also))
        await asyncio.wait_for(again.wait(), 5)
        giving_back.cancel()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(until_tried_twice())).result()

    assert "a tab changed meanwhile" in caplog.text
