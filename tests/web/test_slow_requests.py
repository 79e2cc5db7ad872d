"""What trickles is closed in time, whatever is asked for; what is slow and moves on is served."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from orchflow.web.slow_requests import TimelyProtocol

SECONDS = 0.25


class Hasty(TimelyProtocol):
    head_seconds = SECONDS
    body_seconds = SECONDS
    bytes_a_second = 1000
    linger_seconds = SECONDS


async def taken(request: Request) -> PlainTextResponse:
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return PlainTextResponse("gone", 400)


async def ignored(_: Request) -> PlainTextResponse:
    return PlainTextResponse("no body is read")


Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """What arrives until the other side closes; it may close while we are still sending."""
    heard = b""
    with suppress(ConnectionResetError):
        while part := await reader.read(65_536):
            heard += part
    return heard


def converse(client: Client) -> bytes:
    """What the server says until it closes the connection; the client says something meanwhile."""

    async def conversation() -> bytes:
        app = Starlette(
            routes=[
                Route("/taken", taken, methods=["POST"]),
                Route("/{path:path}", ignored, methods=["GET", "POST"]),
            ]
        )
        config = uvicorn.Config(app, log_level="critical", lifespan="off")
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Hasty(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        async with server:
            port = server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            talking = asyncio.create_task(client(reader, writer))  # type: ignore[arg-type]
            heard = await asyncio.wait_for(all_of(reader), 5)
            talking.cancel()
            writer.close()
            return heard

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(conversation())).result()


def trickling(start: bytes, *parts: bytes, every: float = SECONDS / 4) -> Client:
    async def client(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        for part in parts:
            await asyncio.sleep(every)
            writer.write(part)

    return client


POST = b"POST /taken HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
CHUNKED = b"POST /taken HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("start", "parts", "status"),
    [
        (b"", [], b""),
        (b"GET /any HTTP/1.1\r\nHost: a\r\n", [], b"408"),
        (b"G", [b"E", b"T"] * 9, b"408"),
        (b"GET /any HTTP/1.1\r\n", [b"X-A: b\r\n"] * 20, b"408"),
        (POST % 100, [], b"408"),
        (POST % 100, [b"x"] * 20, b"408"),
        (CHUNKED, [b"1\r\nx\r\n"] * 20, b"408"),
        (b"POST /any HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n", [b"x"] * 20, b"200"),
        (b"GET /any HTTP/1.1\r\nHost: a\r\n\r\nGET /any HTTP/1.1\r\n", [b"X-A: b\r\n"] * 20, b"200"),
    ],
    ids=[
        "nothing", "half a head", "letter by letter", "headers without end", "no body", "byte by byte",
        "chunk by chunk", "a body that nobody reads", "half a second request",
    ],
)  # fmt: skip
def test_half_a_request_is_closed_in_time(start: bytes, parts: list[bytes], status: bytes) -> None:
    heard = converse(trickling(start, *parts))

    assert heard.partition(b"HTTP/1.1 ")[2][:3] == status


def test_a_long_body_that_moves_on_is_taken() -> None:
    asked = b"POST /taken HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 3012\r\n\r\n"
    heard = converse(trickling(asked, b"x" * 3000, *[b"x"] * 12, every=SECONDS / 8))

    assert heard.endswith(b"3012")
