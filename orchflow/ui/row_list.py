"""A list of rows for a narrow screen: what each is, who has it and when; a tap opens it, a menu chooses one value of it.

All of it is one element of our own (`row_list_assets/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from orchflow.ui.own_component import own_component


@dataclass(frozen=True)
class Line:
    """One row; one without a key names the group of those below it, and opens nothing.

    `to` is the address of what a tap opens, "" where it is a part of this screen.

    `choice` is the key of the value that the menu shows; a value that cannot be chosen is said in `detail`. A `heading`
    stands above the rows that belong to it, `depth` steps in.
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


def row_list(
    lines: Sequence[Line], choices: Mapping[str, str], *, key: str, label: str, choosing: str,
    on_open: Callable[[str], None], on_choose: Callable[[str, str], None],
) -> None:  # fmt: skip
    """Show `lines`. Before the script runs, `on_open` gets the key of the row that was tapped, `on_choose` also the value.

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

    own_component("row_list")(
        key=key,
        data={
            "lines": [asdict(line) for line in lines], "choices": list(choices.items()), "label": label,
            "choosing": choosing,
        },
        height="content",
        on_open_change=opened,
        on_choose_change=chosen,
    )  # fmt: skip


def _sent(key: str, event: str) -> dict[str, Any]:
    """What the browser sent with an event; empty for anything that the component does not send."""
    sent = getattr(st.session_state.get(key), event, None)
    return dict(sent) if isinstance(sent, Mapping) else {}
