"""Threads that wait for a turn get it in the order of their coming; screens are drawn in turn, but not at any price."""

from __future__ import annotations

import threading
import time

import pytest

from orchflow.screens.runs import in_turn
from orchflow.turns import Turns


def test_turns_are_taken_in_the_order_of_coming() -> None:
    queue, order = Turns(), []
    threads = []

    def take(number: int) -> None:
        with queue.turn(10):
            order.append(number)

    with queue.turn(10):
        for number in range(8):
            threads.append(threading.Thread(target=take, args=[number]))
            threads[-1].start()
            while len(queue._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == list(range(8))


def test_who_does_not_get_a_turn_in_time_is_told_and_holds_up_nobody() -> None:
    queue = Turns()
    with queue.turn(1), pytest.raises(TimeoutError), queue.turn(0.01):
        pass
    with queue.turn(0.01):
        pass


def test_a_screen_is_not_begun_while_another_is_drawn() -> None:
    said: list[str] = []

    def draw() -> None:
        with in_turn(10):
            said.append("second")

    with in_turn(10):
        second = threading.Thread(target=draw)
        second.start()
        second.join(0.05)
        said.append("first")
    second.join()
    assert said == ["first", "second"]


def test_a_screen_that_waits_too_long_for_a_slow_one_is_drawn_beside_it() -> None:
    with in_turn(10), in_turn(0.01):
        pass


def test_an_error_of_a_screen_holds_up_nobody() -> None:
    with pytest.raises(TimeoutError, match="of the screen"), in_turn(10):
        raise TimeoutError("of the screen")
    began = time.monotonic()
    with in_turn(30):
        assert time.monotonic() - began < 10
