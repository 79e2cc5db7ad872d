"""What the board sends to the browser, and what it believes of what comes back."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.ui.board import FIRST, PAGE, Card, Lane, Move, _lanes_of, _move_of, board_data


def test_a_move_is_read_from_what_the_browser_sends() -> None:
    assert _move_of({"id": 3, "version": 2, "from": "ready", "to": "done"}) == Move(3, 2, "ready", "done")


@pytest.mark.parametrize("sent", [None, "x", {}, {"id": "x", "version": 2, "from": "a", "to": "b"}, {"id": 3, "version": 2, "from": "a", "to": 5}, {"id": True, "version": 2, "from": "a", "to": "b"}, {"id": 10**30, "version": 2, "from": "a", "to": "b"}, {"id": 3, "version": -1, "from": "a", "to": "b"}])  # fmt: skip
def test_anything_else_is_no_move(sent: object) -> None:
    assert _move_of(sent) is None


def test_a_column_is_over_its_limit_from_one_more_on() -> None:
    assert not Lane("ready", "Ready", 3, 3).over
    assert Lane("ready", "Ready", 4, 3).over


@pytest.mark.parametrize("sent", [None, {}, {"lanes": "x"}, {"lanes": [["a"], ["b", 0], ["c", True], [4, 5], ["d", 2, 3]]}])  # fmt: skip
def test_anything_else_asks_for_no_cards(sent: object) -> None:
    assert _lanes_of(sent) == {}


def test_a_browser_never_gets_more_than_can_be_looked_at() -> None:
    asked = _lanes_of({"lanes": [[str(n), 10**9] for n in range(1000)]})
    assert len(asked) == 60
    assert set(asked.values()) == {500}


def test_of_ten_thousand_cards_in_five_hundred_columns_little_is_sent() -> None:
    lanes = [Lane(str(n), f"Person {n} of the company", 20, points="60 p") for n in range(500)]
    cards = [
        Card(n, 3, f"Compare three models for the reader of photos, round {n}", ref="6.2 Maintenance processes", points="3 p",
             due="4 Dec", movable=True)
        for n in range(20)
    ]  # fmt: skip
    sent = board_data(lanes, lambda _, most: cards[:most], {str(n): PAGE for n in range(FIRST)})
    assert len(json.dumps(sent)) < 90_000
    assert sum(len(held) for held in sent["cards"].values()) == FIRST * PAGE


def test_what_a_card_or_a_column_has_not_is_not_sent() -> None:
    sent = board_data([Lane("a", "A", 0)], lambda *_: [Card(1, 2, "One")], {"a": 5, "gone": 5})
    assert sent["lanes"] == [{"key": "a", "name": "A", "count": 0}]
    assert sent["cards"] == {"a": [{"id": 1, "version": 2, "title": "One"}]}


def test_the_component_is_served_from_files() -> None:
    def script() -> None:
        from orchflow.ui.board import Card, Lane, board

        board(
            [Lane("a", "A", 1)],
            lambda key, most: [Card(1, 1, "One")],
            key="b",
            label="Board",
            view="status",
            version="1",
            on_move=print,
            on_open=print,
        )

    shown = AppTest.from_function(script).run()
    assert not shown.exception
    (element,) = shown.get("bidi_component")
    assert element.proto.js_source_path.endswith("board.js")
    assert element.proto.js_content == ""
