"""What is not signed in may say little at once over a websocket; who is may say much."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
import uvicorn
from starlette.websockets import WebSocket
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from orchflow.web import message_sizes
from orchflow.web.message_sizes import BoundedMessages
from orchflow.web.slow_requests import TimelyProtocol


def answers(*messages: bytes | list[bytes]) -> list[str]:
    """What a server says to each message (parts of one, where it is a list) that signs in whoever says `in`."""

    async def conversation() -> list[str]:
        config = uvicorn.Config(_page, log_level="critical", lifespan="off", ws=BoundedMessages)
        config.load()
        server = await asyncio.get_running_loop().create_server(
            lambda: TimelyProtocol(config=config, server_state=ServerState(), app_state={}), "127.0.0.1", 0
        )
        told: list[str] = []
        port = server.sockets[0].getsockname()[1]
        async with server, connect(f"ws://127.0.0.1:{port}", proxy=None) as websocket:
            try:
                for message in messages:
                    await websocket.send(message)
                    told.append(str(await asyncio.wait_for(websocket.recv(), 5)))
            except ConnectionClosed as closed:
                told.append(f"closed {closed.rcvd.code if closed.rcvd else ''}")
        return told

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(conversation())).result()


async def _page(scope: dict[str, object], receive: object, send: object) -> None:
    websocket = WebSocket(scope, receive, send)  # type: ignore[arg-type]
    await websocket.accept()
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if message["bytes"] == b"in":
            message_sizes.signed_in()
        await websocket.send_text(str(len(message["bytes"])))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_sizes, "STRANGERS", 100)
    monkeypatch.setattr(message_sizes, "SIGNED_IN", 1000)


def test_strangers_say_little_at_once() -> None:
    assert answers(b"x" * 100, b"x" * 101) == ["100", "closed 1009"]


def test_parts_of_a_message_are_counted_together() -> None:
    assert answers([b"x" * 60, b"x" * 60]) == ["closed 1009"]


def test_who_signs_in_may_say_more_at_once() -> None:
    assert answers(b"in", b"x" * 1000, b"x" * 1001) == ["2", "1000", "closed 1009"]
