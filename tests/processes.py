"""`orchflow …` in processes of their own, which begin with the program read: they are forked from one that has only read it.

Reading it takes a process most of its time. That the program starts from nothing is shown by `tests/test_wheel.py` and by the
first server of `tests/web/test_server.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FRESH = get_context("forkserver")
FRESH.set_forkserver_preload(
    ["orchflow.operations", "orchflow.doctor", "orchflow.web.server", "streamlit", "rich.markdown", "typer.rich_utils"]
)  # fmt: skip


class Running:
    """A process that carries `work` out with that environment; what it writes goes into files."""

    def __init__(
        self,
        work: Callable[..., object],
        *words: Any,
        environment: Mapping[str, str],
        out: Path,
        err: Path | None = None,
        cwd: Path | None = None,
    ) -> None:
        place = str(cwd or Path.cwd())
        surroundings = (dict(environment), place, str(out), str(err or out))
        self._process = FRESH.Process(target=_begin, args=(surroundings, work, *words), daemon=True)
        with pytest.MonkeyPatch.context() as patch:
            # The main module would be run again, even where it is a page that is tried.
            patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
            self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code; subprocess.TimeoutExpired when it has not ended by then."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("orchflow", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start(*words: str, environment: Mapping[str, str], log: Path, cwd: Path | None = None) -> Running:
    """`orchflow words`, going on by itself."""
    return Running(_command, words, environment=environment, out=log, cwd=cwd)


def command(*words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What `orchflow words` has written and its exit code, once it has ended."""
    return ended(_command, words, environment=environment)


def ended(
    work: Callable[..., object], *words: Any, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """What a process that carries `work` out has written and its exit code, once it has ended."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = Running(work, *words, environment=environment, out=out, err=err).wait(300)
        return subprocess.CompletedProcess(list(words), code, out.read_text(), err.read_text())


def script(code: str, *words: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What `python -c code words` has written and its exit code, once it has ended."""
    return ended(_script, code, words, environment=environment)


def _begin(
    surroundings: tuple[dict[str, str], str, str, str], work: Callable[..., object], *words: Any
) -> None:
    environment, place, out, err = surroundings
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(place)
    os.umask(0o022)
    sys.path[:] = [path for path in sys.path if path]
    with open(out, "ab") as told, open(err, "ab") as complained:
        os.dup2(told.fileno(), 1)
        os.dup2(complained.fileno(), 2)
    work(*words)


def _script(code: str, words: tuple[str, ...]) -> None:
    sys.argv = ["-c", *words]
    exec(compile(code, "<script>", "exec"), {"__name__": "__main__"})


def _command(words: tuple[str, ...]) -> None:
    sys.argv = ["orchflow", *words]
    from orchflow.cli.main import main

    main()
