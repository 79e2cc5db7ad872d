"""Work in a process of its own: its result, its progress, its errors, and its end before the time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from orchflow.errand import Errand, HereErrand
from orchflow.errors import NotFound, OrchflowError
from orchflow.people.permissions import SYSTEM
from orchflow.planning.exchange.export_file import FORMATS, export_elsewhere
from orchflow.planning.work import efforts
from orchflow.store.engine import Store


def whose(words: str, *, progress: Callable[[float], None]) -> tuple[str, int]:
    progress(0.5)
    return words, os.getpid()


def refusing(*, progress: Callable[[float], None]) -> None:
    raise NotFound("There is no such thing", "Look elsewhere.")


def killed(*, progress: Callable[[float], None]) -> None:
    os._exit(9)


def test_it_is_done_elsewhere_and_tells_how_far_it_is() -> None:
    errand = Errand(whose, "hello")
    words, process = errand.result()
    assert words == "hello"
    assert process != os.getpid()
    assert errand.ended
    assert errand.progress == 0.5


def test_what_it_refuses_is_told_with_what_to_do() -> None:
    with pytest.raises(NotFound, match="no such thing") as refused:
        Errand(refusing).result()
    assert refused.value.hint == "Look elsewhere."


def test_what_needs_the_stores_of_this_process_is_done_here() -> None:
    errand = HereErrand(whose, "hello")
    assert (errand.result(), errand.progress) == (("hello", os.getpid()), 0.5)


def test_a_process_that_is_killed_is_a_sentence() -> None:
    with pytest.raises(OrchflowError, match="was cut off"):
        Errand(killed).result()


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_of_the_plan_tells_how_far_it_is(
    store: Store, store_address: str, tmp_path: Path, suffix: str
) -> None:
    efforts.create_effort(store, SYSTEM, number=1, name="First agents")
    told: list[float] = []

    assert export_elsewhere(store_address, tmp_path, SYSTEM, suffix, None, True, progress=told.append)

    assert told == sorted(told) != []
    assert 0 < told[0] <= told[-1] <= 1


def test_a_plan_is_exported_elsewhere(store: Store, store_address: str, tmp_path: Path) -> None:
    efforts.create_effort(store, SYSTEM, number=1, name="First agents")

    content = Errand(export_elsewhere, store_address, tmp_path, SYSTEM, ".json", None, False).result()

    assert [record["name"] for record in json.loads(content)["records"]] == ["First agents"]
