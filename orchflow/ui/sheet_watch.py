"""The page's side of a sheet (`sheet_assets/sheet.js`): pastes, keys, and that nothing that is being written is lost.

What is pressed elsewhere waits until the grid has sent what it holds; then nothing can be written in the grid until the page
is drawn anew, and what is pressed and typed there meanwhile waits for that. So the grid may begin anew after an act elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import streamlit as st
from pydantic import NonNegativeInt, ValidationError
from pydantic.dataclasses import dataclass

from orchflow.ui.own_component import own_component
from orchflow.ui.sheet_paste import Pasted

T = TypeVar("T")
LONGEST = 200


@dataclass(frozen=True)
class Moved:
    """Alt+Shift and an arrow key: where to, the first selected row (from 0), how many are selected, the grid's round."""

    act: Literal["up", "down", "in", "out"]
    row: NonNegativeInt
    rows: int
    round: int = 0


def watch(
    sheet: str, *, key: str, on_paste: Callable[[Pasted], None] | None, on_act: Callable[[Moved], None] | None,
    on_idle: Callable[[], None], on_lost: Callable[[str], None], rows: Sequence[str], round: int, behind: bool,
    search: str, order: str, at: int, turn: int, said: str, high: int,
) -> None:  # fmt: skip
    """Call `on_paste`, before the script runs, with what is pasted into the grid in the container `sheet`; `on_act` too.

    `on_idle` is called when nobody writes in the grid, if it is `behind` in its `round`; `on_lost` with what was typed while
    the page was drawn, into a row that is not among `rows`, the keys of the grid's rows, any more. `search` and `order` are
    the keys of a field and a menu of the screen, which the grid's own search and headings lead to. The row at `at` is
    brought into sight once in every `turn`, and `said` is read out; rows are `high`, in pixels.
    """

    def heard(part: str, kind: Callable[..., T], tell: Callable[[T], None]) -> Callable[[], None]:
        def hear() -> None:
            try:
                sent = kind(**st.session_state[key][part])
            except (ValidationError, TypeError):  # not what the component sends
                return
            tell(sent)

        return hear

    def hear_lost() -> None:
        if isinstance(typed := st.session_state[key]["lost"], str) and typed:
            on_lost(typed[:LONGEST])

    own_component("sheet")(
        key=key,
        data={
            "sheet": sheet, "pastes": on_paste is not None, "acts": on_act is not None, "rows": list(rows), "round": round,
            "behind": behind, "search": search, "order": order, "at": at, "turn": turn, "said": said, "high": high,
        },
        on_pasted_change=heard("pasted", Pasted, on_paste or (lambda pasted: None)),
        on_acted_change=heard("acted", Moved, on_act or (lambda moved: None)),
        on_idle_change=on_idle,
        on_lost_change=hear_lost,
    )  # fmt: skip
