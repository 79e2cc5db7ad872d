"""What became of the last action: said once, and taken back on request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from orchflow.errors import ConflictError, OrchflowError, Unavailable
from orchflow.format import plain
from orchflow.store.acts import ActRepeated
from orchflow.store.request import new_request
from orchflow.ui import acts

KEPT = "orchflow.notice"
UNDO = "orchflow.undo"
PLACE = "notice"
LASTING = 4.0
"""Seconds for which a notice is said again by every run, as long as the browser shows one. It takes away what the newest run
does not say, and a grid that tells its state has one begin milliseconds after a press."""


@dataclass(eq=False)
class Notice:
    """One sentence about what was done or why not. `hint` says what to do, `since` when it was said first (monotonic)."""

    kind: Literal["done", "warning", "refused"]
    text: str
    hint: str = ""
    since: float | None = None

    @property
    def over(self) -> bool:
        """Whether it has been there for long enough to be read or heard."""
        return self.since is not None and time.monotonic() - self.since > LASTING


_said: ContextVar[Notice | None] = ContextVar("said", default=None)
"""The notice that this run has said."""


def done(text: str, request: str | None = None) -> None:
    """Say that it is stored; `request` is what the undo button takes back from now on."""
    st.session_state[KEPT] = Notice("done", text)
    if request is not None:
        undoable(text, request)


def undoable(text: str, request: str) -> None:
    """The undo button takes `request` back from now on; `text` says what it did."""
    st.session_state[UNDO] = (request, text)


def warn(text: str, hint: str = "") -> None:
    """Say that it is stored, and what is wrong with it."""
    st.session_state[KEPT] = Notice("warning", text, hint)


def refused(error: OrchflowError, what: str) -> None:
    """Say that `what` was not done, and why: who came first, what is not permitted, which value was refused."""
    if isinstance(error, ActRepeated):
        repeated(error)
        return
    acts.refused()
    if isinstance(error, ConflictError):
        found = "; ".join(f"{_word(one.field)} is now {_value(one.theirs)}" for one in error.conflicts)
        who = " and ".join(dict.fromkeys(one.by for one in error.conflicts if one.by)) or "somebody else"
        reason, hint = (
            f"{who} changed it in the meantime ({found})",
            "Look at it as it is now and try again.",
        )
    else:
        reason, hint = str(error), error.hint
    st.session_state[KEPT] = Notice("refused", f"{what}: {reason}", hint)


@contextmanager
def attempt(failed: str, said: str = "") -> Iterator[str]:
    """Carry out the act inside under the request that is handed over; the next run says `said`, or `failed` and why."""
    request = new_request()
    try:
        yield request
    except OrchflowError as error:
        refused(error, failed)
    else:
        if said:
            done(said, request)


def repeated(error: ActRepeated) -> None:
    """Say of an act that was asked for twice what the first one did: it is stored, and can be taken back."""
    done("It is stored", error.request)


def show_notice(place: str = PLACE) -> str:
    """Show the last notice; returns its words for those who do not see it.

    It has a place of its own (a dialog another one than its screen) that is always there, so that nothing below begins anew
    when it comes or goes.
    """
    return _say(st.container(key=place))


def show_left() -> None:
    """End a run: show the last notice where the screen has no place for one."""
    if KEPT in st.session_state:
        _say(st._main)  # a block here may come after what it holds, at which the browser gives the page up


def begin() -> None:
    """A run of a screen begins, in which nothing is said yet."""
    _said.set(None)


def _say(place: DeltaGenerator) -> str:
    notice = st.session_state.get(KEPT)
    if not isinstance(notice, Notice) or notice is _said.get():
        return ""
    if notice.over:
        st.session_state.pop(KEPT, None)
        return ""
    _said.set(notice)
    notice.since = notice.since or time.monotonic()
    words = plain(notice.text)
    if notice.kind == "done":
        place.toast(words, icon=":material/check:")  # not `st.toast`, whose place is that of dialogs
    else:
        hint = f"  \n{plain(notice.hint)}" if notice.hint else ""
        show = place.warning if notice.kind == "warning" else place.error
        show(f"**{words}**{hint}", icon=f":material/{'warning' if notice.kind == 'warning' else 'block'}:")
    return notice.text


def may_undo() -> bool:
    """Whether there is something that the undo button would take back."""
    return UNDO in st.session_state


def undo_button(undo: Callable[[str], str], *, key: str = "undo") -> None:
    """A button that takes back the last thing done in this tab, if any; `undo` gets its request and says what it did."""
    request, text = st.session_state.get(UNDO, (None, ""))
    if request is None:
        return

    def take_back() -> None:
        try:
            said = undo(str(request))
        except Unavailable as error:  # it was not tried, and can be once the store is there again
            refused(error, "Not undone")
            return
        except OrchflowError as error:
            refused(error, "Not undone")
        else:
            done(said)
        st.session_state.pop(UNDO, None)

    acts.button(
        "Undo", icon=":material/undo:", type="tertiary", on_click=take_back, key=key, help=f"Take back: {plain(text)}",
    )  # fmt: skip


def _word(field: str) -> str:
    return field.removesuffix("_id").replace("_", " ")


def _value(value: object) -> str:
    return "empty" if value is None else str(value).replace("_", " ")
