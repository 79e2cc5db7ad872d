"""Someone at a browser, without the browser: asks a running server for pages over its websocket."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.serving import cookie

PATIENCE = 300.0


@dataclass(frozen=True)
class Answer:
    """One run of a page: seconds from the request to the last message of the run, and what came."""

    seconds: float
    messages: int
    bytes: int


class Visitor:
    """One browser tab, signed in as `username` by the cookie the server would have set."""

    def __init__(self, address: str, home: Path, username: str) -> None:
        name, value = cookie(home, username)
        self._url = address.replace("http://", "ws://") + "/_stcore/stream"
        self._headers = {"Cookie": f"{name}={value}"}
        self._address = address

    def __enter__(self) -> Visitor:
        self._socket: ClientConnection = connect(
            self._url,
            additional_headers=self._headers,
            origin=self._address,  # type: ignore[arg-type]
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            proxy=None,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def open(self, page: str, query: str = "") -> Answer:
        """Run the page with this address once; RuntimeError when it shows an error instead."""
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_name = page
        asked.rerun_script.context_info.url = f"{self._address}/{page}"
        asked.rerun_script.context_info.timezone = "UTC"
        began = time.perf_counter()
        self._socket.send(asked.SerializeToString())
        messages = size = 0
        fault = ""
        while True:
            data = self._socket.recv(timeout=PATIENCE)
            assert isinstance(data, bytes)
            message = ForwardMsg()
            message.ParseFromString(data)
            messages, size = messages + 1, size + len(data)
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                fault = message.delta.new_element.exception.message
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "alert" and not fault:
                body = message.delta.new_element.alert
                fault = body.body if body.format == body.ERROR else ""
            if kind == "script_finished":
                if fault:
                    raise RuntimeError(f"{page}?{query} shows an error: {fault}")
                return Answer(time.perf_counter() - began, messages, size)
