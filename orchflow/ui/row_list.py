"""A list of rows for a narrow screen: what each is, who has it and when; a tap opens it, a menu chooses one value of it, a box ticks it.

All of it is one element of our own (`row_list_assets/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

import streamlit as st

from orchflow.ui.own_component import own_component


@dataclass(frozen=True)
class Line:
    """One row; one without a key names the group of those below it, and opens nothing.

    `to` is the address of what a tap opens, "" where it is a part of this screen.

    `choice` is the key of the value that the menu shows; a value that cannot be chosen is said in `detail`. A `heading`
    stands above the rows that belong to it, `depth` steps in; a `minor` one divides the rows under another.

    `tick` is whether the row has a box to tick ("" none), and how that stands.
    """

    key: str
    title: str
    detail: str = ""
    aside: str = ""
    tone: Literal["plain", "bad"] = "plain"
    choice: str = ""
    heading: bool = False
    depth: int = 0
    to: str = ""
    minor: bool = False
    tick: Literal["", "open", "ticked"] = ""


def row_list(
    lines: Sequence[Line], choices: Mapping[str, str] = MappingProxyType({}), *, key: str, label: str, choosing: str = "",
    on_open: Callable[[str], None], on_choose: Callable[[str, str], None] = lambda row, value: None,
    on_tick: Callable[[str], None] = lambda row: None,
) -> None:  # fmt: skip
    """Show `lines`. Before the script runs, `on_open` gets the key of the row that was tapped, `on_tick` of the one whose box was,
    `on_choose` also the value.

    `choices`: key of a value → its name, for the menus; `label` names the list, `choosing` what a menu chooses.
    """
    known = {line.key for line in lines if line.key}

    def opened() -> None:
        row = _sent(key, "open").get("row")
        if row in known:
            on_open(row)

    def chosen() -> None:
        sent = _sent(key, "choose")
        if sent.get("row") in known and sent.get("value") in choices:
            on_choose(sent["row"], sent["value"])

    ticking = {line.key for line in lines if line.tick}

    def ticked() -> None:
        row = _sent(key, "tick").get("row")
        if row in ticking:
            on_tick(row)

    own_component("row_list")(
        key=key,
        data={
            "lines": [asdict(line) for line in lines], "choices": list(choices.items()), "label": label,
            "choosing": choosing,
        },
        height="content",
        on_open_change=opened,
        on_choose_change=chosen,
        on_tick_change=ticked,
    )  # fmt: skip


def _sent(key: str, event: str) -> dict[str, Any]:
    """What the browser sent with an event; empty for anything that the component does not send."""
    sent = getattr(st.session_state.get(key), event, None)
    return dict(sent) if isinstance(sent, Mapping) else {}
