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
from contextlib import suppress
from typing import Any, Generic, TypeVar

from orchflow.errors import OrchflowError
from orchflow.turns import Turns

T = TypeVar("T")
PATIENCE = 600.0
"""Seconds that one waits for the errands before it."""

log = logging.getLogger(__name__)
_turns = Turns()


class Errand(Generic[T]):
    """`work`, begun now; errands are done one at a time. `progress` is how much is done, from 0 to 1.

    `work` is a function of a module; its arguments and its result can be sent to another process. It also takes a
    `progress`, a function that it tells how much is done.
    """

    def __init__(self, work: Callable[..., T], *words: Any) -> None:
        self.progress = 0.0
        self._work, self._words = work, words
        self._result: T | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="errand", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, a good one or not."""
        return not self._thread.is_alive()

    def result(self) -> T:
        """What the work came to, waited for; raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]

    def _run(self) -> None:
        try:
            with _turns.turn(PATIENCE):
                self._result = self._listen()
        except TimeoutError:
            self._error = OrchflowError("Others were faster for ten minutes", "Try again in a moment.")
        except Exception as error:
            self._error = error

    def _listen(self) -> T:
        # not by `multiprocessing`: it would run what the framework takes for the main script, a page, once more
        path = os.pathsep.join(filter(None, sys.path))
        with subprocess.Popen(  # noqa: S603 - this program itself
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
        ) as process:  # fmt: skip
            assert process.stdin is not None
            assert process.stdout is not None
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
                    self.progress = value
            except (EOFError, BrokenPipeError, pickle.UnpicklingError):
                assert process.stderr is not None
                told = process.stderr.read().decode(errors="replace")
                if told.strip():
                    log.error("An errand failed in its process:\n%s", told.strip())
                raise OrchflowError("The work was cut off: its process ended", "Try again.") from None


class HereErrand(Errand[T]):
    """The same in this process, for work that needs the warehouse, which one process owns, and is done by the stores."""

    def _listen(self) -> T:
        return self._work(*self._words, progress=self._tell)

    def _tell(self, part: float) -> None:
        self.progress = part


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
        tell("result", work(*words, progress=lambda part: tell("progress", part)))
    except OrchflowError as error:
        plain = type(error).__init__ is OrchflowError.__init__  # others are made of more than words
        tell("error", (type(error) if plain else OrchflowError, str(error), error.hint))


if __name__ == "__main__":
    _carry_out()
