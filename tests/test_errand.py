"""Work in a process of its own: its result, its progress, its errors, and its end before the time."""

from __future__ import annotations

import json
import os
import threading
from itertools import count
from pathlib import Path

import pytest

from orchflow.errand import Cancelled, Errand, HereErrand, WaitingErrand
from orchflow.errors import NotFound, OrchflowError
from orchflow.people.permissions import SYSTEM
from orchflow.planning.exchange.export_file import FORMATS, export_elsewhere
from orchflow.planning.work import efforts
from orchflow.progress import Progress
from orchflow.store.engine import Store


def whose(words: str, *, progress: Progress) -> tuple[str, int]:
    progress(5, 10)
    return words, os.getpid()


def refusing(*, progress: Progress) -> None:
    raise NotFound("There is no such thing", "Look elsewhere.")


def killed(*, progress: Progress) -> None:
    os._exit(9)


def test_it_is_done_elsewhere_and_tells_how_far_it_is() -> None:
    errand = Errand(whose, "hello")
    words, process = errand.result()
    assert words == "hello"
    assert process != os.getpid()
    assert errand.ended
    assert errand.rows == (5, 10)


def test_what_it_refuses_is_told_with_what_to_do() -> None:
    with pytest.raises(NotFound, match="no such thing") as refused:
        Errand(refusing).result()
    assert refused.value.hint == "Look elsewhere."


def test_what_needs_the_stores_of_this_process_is_done_here() -> None:
    errand = HereErrand(whose, "hello")
    assert (errand.result(), errand.rows) == (("hello", os.getpid()), (5, 10))


def test_a_process_that_is_killed_is_a_sentence() -> None:
    with pytest.raises(OrchflowError, match="was cut off"):
        Errand(killed).result()


def waiting(*, progress: Progress) -> None:
    progress(1, 3)
    threading.Event().wait()


def test_one_that_is_cancelled_ends_at_once_and_says_so() -> None:
    reached = threading.Event()
    errand = Errand(waiting, told=lambda rows, of: reached.set())
    behind = Errand(whose, "never")
    assert reached.wait(60)
    behind.cancel()

    errand.cancel()

    for cancelled in (errand, behind):
        with pytest.raises(Cancelled, match="cancelled"):
            cancelled.result()
    assert errand.rows == (1, 3)


def ticking(*, progress: Progress) -> None:
    for rows in count(1):
        progress(rows, 0)


def waiting_for_another(begun: threading.Event, *, progress: Progress) -> None:
    def told(rows: int, of: int) -> None:
        begun.set()
        progress(rows, of)

    Errand(ticking, told=told).result()


def test_one_that_waits_for_another_ends_with_it_when_it_is_cancelled() -> None:
    begun = threading.Event()
    errand = WaitingErrand(waiting_for_another, begun)
    assert begun.wait(60)
    errand.cancel()
    with pytest.raises(Cancelled):
        errand.result()
    assert Errand(whose, "next").result()[0] == "next"


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_of_the_plan_tells_how_far_it_is(
    store: Store, store_address: str, tmp_path: Path, suffix: str
) -> None:
    efforts.create_effort(store, SYSTEM, number=1, name="First agents")
    told: list[tuple[int, int]] = []

    assert export_elsewhere(
        store_address, tmp_path, SYSTEM, suffix, None, True, progress=lambda *rows: told.append(rows)
    )

    assert told == [(0, 1), (1, 1)]


def test_a_plan_is_exported_elsewhere(store: Store, store_address: str, tmp_path: Path) -> None:
    efforts.create_effort(store, SYSTEM, number=1, name="First agents")

    content = Errand(export_elsewhere, store_address, tmp_path, SYSTEM, ".json", None, False).result()

    assert [record["name"] for record in json.loads(content)["records"]] == ["First agents"]
