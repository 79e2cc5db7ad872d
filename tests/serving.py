"""A real server on a free port for tests; its log is in the error when it does not start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import httpx

from orchflow.control import read_record
from orchflow.people.cookie_key import COOKIE, cookie_key
from orchflow.people.cookie_tokens import CookieTokens
from tests.processes import Running, start

REPOSITORY = Path(__file__).resolve().parent.parent
PATIENCE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cookie(home: Path, username: str) -> tuple[str, str]:
    """Name and value of the cookie by which the server on `home` knows this person, as if they had just signed in."""
    return COOKIE, CookieTokens(cookie_key(home), 7).session(username, datetime.now(UTC))


class Server:
    """`orchflow serve` on `home`, in a process of its own, until the block ends.

    The process is `fresh` where it has to read the program for itself, else it begins with the program read.
    """

    def __init__(
        self,
        home: Path,
        *,
        config: Path | None = None,
        cwd: Path | None = None,
        pythonpath: Path | None = None,
        fresh: bool = False,
    ) -> None:
        self.home = home
        self.fresh = fresh or pythonpath is not None
        self.cwd = cwd
        self.port = free_port()
        self.log = home.parent / f"server-{self.port}.log"
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("ORCHFLOW_")}
        self.environment["ORCHFLOW_HOME"] = str(home)
        if config is not None:
            self.environment["ORCHFLOW_CONFIG"] = str(config)
        if pythonpath is not None:
            self.environment["PYTHONPATH"] = str(pythonpath)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = self._begin("serve", "--port", str(self.port))
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            record = read_record(self.home)
            if record is not None and record.pid == self.process.pid and self._answers():
                return
            time.sleep(0.1)
        self.stop()
        raise AssertionError(f"The server did not start; its log:\n{self.log.read_text()}")

    def _begin(self, *words: str) -> subprocess.Popen[bytes] | Running:
        if not self.fresh:
            return start(*words, environment=self.environment, log=self.log, cwd=self.cwd)
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "orchflow.cli", *words],
                cwd=self.cwd, env=self.environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, trust_env=False)

    def _answers(self) -> bool:
        try:
            return self.get("/_stcore/health").status_code in (
                200,
                421,
            )  # the latter where it serves other hosts
        except httpx.HTTPError:
            return False

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
