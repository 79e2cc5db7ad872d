"""What the board sends to the browser, and what it believes of what comes back."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.ui.board import Card, Lane, Move, _card_data, _move_of


def test_a_move_is_read_from_what_the_browser_sends() -> None:
    assert _move_of({"id": 3, "version": 2, "from": "ready", "to": "done"}) == Move(3, 2, "ready", "done")


@pytest.mark.parametrize("sent", [None, "x", {}, {"id": "3", "version": 2, "from": "a", "to": "b"}, {"id": 3, "version": 2, "from": "a", "to": 5}])  # fmt: skip
def test_anything_else_is_no_move(sent: object) -> None:
    assert _move_of(sent) is None


def test_a_column_is_over_its_limit_from_one_more_on() -> None:
    assert not Lane("ready", "Ready", 3, 3).over
    assert Lane("ready", "Ready", 4, 3).over


def test_a_card_is_spoken_with_all_it_shows() -> None:
    data = _card_data(Card(1, 1, "blocked", "Order", person="Ada Okafor", points="3 p", blocked="No power"))
    assert data["spoken"] == "Order, Ada Okafor, 3 p, No power"
    assert data["initials"] == "AO"


def test_the_component_is_served_from_files() -> None:
    def script() -> None:
        from orchflow.ui.board import Card, Lane, board

        board(
            [Lane("a", "A", 1)],
            [Card(1, 1, "a", "One")],
            key="b",
            label="Board",
            on_move=print,
            on_open=print,
        )

    shown = AppTest.from_function(script).run()
    assert not shown.exception
    (element,) = shown.get("bidi_component")
    assert element.proto.js_source_path.endswith("board.js")
    assert element.proto.js_content == ""
