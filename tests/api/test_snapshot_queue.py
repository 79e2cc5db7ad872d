"""Many who wait for a snapshot wait for one, and hinder nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from orchflow.api.app import PREFIX
from orchflow.people.permissions import SYSTEM
from orchflow.people.users import disable_user
from orchflow.reports import snapshot_queue
from orchflow.reports.snapshot_queue import snapshot_not_older
from tests.api.conftest import Client, Place

MANY = 60
"""More than there are threads for requests."""


class Making:
    """How often a snapshot was made; it goes on when it is let."""

    def __init__(self) -> None:
        self.times = 0
        self.began, self.let = threading.Event(), threading.Event()


@pytest.fixture
def making(monkeypatch: pytest.MonkeyPatch) -> Iterator[Making]:
    held, real = Making(), snapshot_queue.make_snapshot

    def make(*words: Any) -> Any:
        held.times += 1
        held.began.set()
        assert held.let.wait(60)
        return real(*words)

    monkeypatch.setattr(snapshot_queue, "make_snapshot", make)
    yield held
    held.let.set()


def test_many_who_wait_do_not_stop_other_requests(place: Place, making: Making) -> None:
    client = place.client("analyst", scope="read")

    async def asked() -> tuple[int, list[int]]:
        transport = httpx.ASGITransport(client.app, client=("203.0.113.7", 5000))
        headers = {"Authorization": f"Bearer {client.token}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://flow.example", headers=headers
        ) as session:
            waiting = [
                asyncio.create_task(session.get(f"{PREFIX}/snapshot/file?max_age=5")) for _ in range(MANY)
            ]
            await asyncio.to_thread(making.began.wait, 60)
            other = await asyncio.wait_for(session.get(f"{PREFIX}/snapshot"), 30)
            assert not any(task.done() for task in waiting)
            making.let.set()
            return other.status_code, [answer.status_code for answer in await asyncio.gather(*waiting)]

    with ThreadPoolExecutor(1) as thread:
        other, answers = thread.submit(lambda: asyncio.run(asked())).result()
    assert (other, answers, making.times) == (200, [200] * MANY, 1)


def test_one_that_began_too_long_ago_is_not_taken(place: Place, making: Making) -> None:
    first = snapshot_not_older(place.ws, SYSTEM, timedelta(0))
    assert making.began.wait(60)
    young = [snapshot_not_older(place.ws, SYSTEM, timedelta(0)) for _ in range(3)]
    assert first is not young[0]
    assert young[0] is young[1] is young[2]
    assert snapshot_not_older(place.ws, SYSTEM, timedelta(minutes=5)) is first
    making.let.set()
    assert young[0].result(60).made_at > first.result(60).made_at
    assert making.times == 2


def test_who_may_no_longer_have_it_stops_only_himself(place: Place, making: Making) -> None:
    one, two = place.person("analyst", "one"), place.person("analyst", "two")
    clients = [Client(place.app, place.secret(person.id, "read")) for person in (one, two)]
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(clients[0].get, "/snapshot/file")
        assert making.began.wait(60)
        second = threads.submit(clients[1].get, "/snapshot/file")
        disable_user(place.store, SYSTEM, one.id)
        making.let.set()
        assert (first.result().status_code, second.result().status_code) == (403, 200)
