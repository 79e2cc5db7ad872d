"""Work that takes seconds of a processor, in a process of its own: the pages of everybody else go on meanwhile.

A thread would not do: Python runs one thread at a time, so a page would wait for every breath that the work takes.
"""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any, Generic, TypeVar

from orchflow.errors import OrchflowError
from orchflow.progress import Progress, untold
from orchflow.turns import Turns

T = TypeVar("T")
PATIENCE = 600.0
"""Seconds that one waits for the errands before it."""

log = logging.getLogger(__name__)
_turns = Turns()


class Cancelled(OrchflowError):
    """Work that was given up by who had asked for it."""


class Errand(Generic[T]):
    """`work`, begun now; errands are done one at a time. `rows` is how many are done and of how many, and so is what `told`
    hears; `outcome` is for those who wait for the result without a thread.

    `work` is a function of a module; its arguments and its result can be sent to another process. It also takes a
    `progress` (`orchflow.progress.Progress`), which it tells how far it is.
    """

    def __init__(self, work: Callable[..., T], *words: Any, told: Progress = untold) -> None:
        self.rows = (0, 0)
        self._told = told
        self._work, self._words = work, words
        self.outcome: Future[T] = Future()
        self.outcome.set_running_or_notify_cancel()  # who waits no longer stops nobody else's
        self._cancelled = False
        self._process: subprocess.Popen[bytes] | None = None
        threading.Thread(target=self._run, name="errand", daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, a good one or not."""
        return self.outcome.done()

    def cancel(self) -> None:
        """Give it up: `result` raises Cancelled, unless it has ended."""
        self._cancelled = True
        if self._process is not None:
            self._process.kill()

    def result(self) -> T:
        """What the work came to, waited for; raises what it raised."""
        return self.outcome.result()

    def _run(self) -> None:
        try:
            with self._turn():
                result = self._listen()
        except TimeoutError:
            self.outcome.set_exception(
                OrchflowError("Others were faster for ten minutes", "Try again in a moment.")
            )
        except Exception as error:
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(result)

    def _turn(self) -> AbstractContextManager[None]:
        return _turns.turn(PATIENCE)

    def _listen(self) -> T:
        # not by `multiprocessing`: it would run what the framework takes for the main script, a page, once more
        path = os.pathsep.join(filter(None, sys.path))
        with subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
            self._process = process
            if self._cancelled:  # while it waited for its turn
                process.kill()
            try:
                pickle.dump((self._work, self._words), process.stdin)
                process.stdin.close()
                while True:
                    kind, value = pickle.load(process.stdout)  # noqa: S301 - from our own process
                    if kind == "result":
                        return value  # type: ignore[no-any-return]
                    if kind == "error":
                        which, said, hint = value
                        raise which(said, hint)
                    self._tell(*value)
            except (EOFError, BrokenPipeError, pickle.UnpicklingError):
                if self._cancelled:
                    raise Cancelled("It was cancelled", "Begin again whenever you like.") from None
                assert process.stderr is not None
                told = process.stderr.read().decode(errors="replace")
                if told.strip():
                    log.error("An errand failed in its process:\n%s", told.strip())
                raise OrchflowError("The work was cut off: its process ended", "Try again.") from None
            except Cancelled:  # by who hears how far it is
                process.kill()
                raise

    def _tell(self, rows: int, of: int) -> None:
        self.rows = (rows, of)
        self._told(rows, of)


class HereErrand(Errand[T]):
    """The same in this process, for work that needs the warehouse, which one process owns, and is done by the stores.

    When it is cancelled it ends as soon as it tells how far it is.
    """

    def _listen(self) -> T:
        return self._work(*self._words, progress=self._tell)

    def _tell(self, rows: int, of: int) -> None:
        if self._cancelled:
            raise Cancelled("It was cancelled", "Begin again whenever you like.")
        super()._tell(rows, of)


class WaitingErrand(HereErrand[T]):
    """The same for work that waits for errands itself: it takes no turn of its own."""

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext()


def _carry_out() -> None:
    """Read what is to be done, and tell how far it is and what it came to."""
    with suppress(OSError, AttributeError):
        os.nice(5)  # pages come first
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is printed is no answer

    def tell(kind: str, value: object) -> None:
        pickle.dump((kind, value), out)
        out.flush()

    work, words = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    try:
        tell("result", work(*words, progress=lambda rows, of: tell("progress", (rows, of))))
    except OrchflowError as error:
        plain = type(error).__init__ is OrchflowError.__init__  # others are made of more than words
        tell("error", (type(error) if plain else OrchflowError, str(error), error.hint))


if __name__ == "__main__":
    _carry_out()
