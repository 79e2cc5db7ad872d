"""The screens for when there is nothing, something is wrong, or something unforeseen happened."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl

import streamlit as st

from orchflow.errors import Forbidden, Invalid, OrchflowError
from orchflow.format import plain
from orchflow.store.acts import ActRepeated
from orchflow.store.request import new_request
from orchflow.ui import acts, notices

EMPTY = 132  # room around two lines and a link, the same everywhere
REFUSED_SHOWN = 8

_FRAMEWORK = ("streamlit.error_util", "streamlit.runtime.backend_operation_handler")
"""Where the framework logs what a script or a download has raised."""

log = logging.getLogger("orchflow.ui")


@dataclass(frozen=True)
class Action:
    """What the reader can do about an empty screen: a label, the page it leads to, and what its address asks for."""

    label: str
    page: str
    icon: str | None = None
    query: str = ""


def empty(
    title: str, what_to_do: str = "", action: Action | None = None, *, also: Action | None = None, icon: str = "inbox"
) -> None:  # fmt: skip
    """Say that there is nothing yet and what to do next; `also` stands beside the action."""
    said = f":material/{icon}: **{plain(title)}**"
    if what_to_do:
        said += f"\n\n:small[:gray[{plain(what_to_do)}]]"
    with st.container(
        border=True, horizontal_alignment="center", vertical_alignment="center", gap="xsmall", height=EMPTY
    ):
        st.markdown(said, text_alignment="center")
        ways = [way for way in (action, also) if way is not None]
        if not ways:
            return
        with st.container(horizontal=True, horizontal_alignment="center", gap="medium"):
            for way in ways:
                way_to(way)


def way_to(action: Action) -> None:
    """A link to where something can be done."""
    st.page_link(
        action.page,
        label=action.label,
        icon=action.icon,
        width="content",
        query_params=dict(parse_qsl(action.query)),
    )


def problem(error: OrchflowError, labels: Mapping[str, str] = MappingProxyType({})) -> None:
    """Show what is wrong and what to do about it. An act that was stored by a first click is not wrong.

    Values that were refused stand a line each, under what their fields are called: by `labels` where those are known.
    """
    if isinstance(error, ActRepeated):
        notices.repeated(error)
        st.rerun()
    acts.refused()
    icon = ":material/lock:" if isinstance(error, Forbidden) else ":material/error:"
    said = [f"**{plain(error)}**"]
    if isinstance(error, Invalid) and error.problems:
        said = [
            f"**{plain(labels.get(one.field) or _called(one.field))}**: {plain(one.message)}"
            for one in error.problems[:REFUSED_SHOWN]
        ]
        if len(error.problems) > REFUSED_SHOWN:
            said.append(f"and {len(error.problems) - REFUSED_SHOWN:,} more")
    st.error("  \n".join([*said, *([plain(error.hint)] if error.hint else [])]), icon=icon)


def _called(field: str) -> str:
    """A field that has no label here, in words: `team_id` is the team."""
    words = field.removesuffix("_ids").removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]


@contextmanager
def closing() -> Iterator[str]:
    """The act of a dialog, under the request that is handed over: then the dialog closes, or it shows why nothing was done."""
    request = new_request()
    try:
        yield request
    except OrchflowError as error:
        problem(error)
    else:
        st.rerun()


def refused(message: str, hint: str = "") -> None:
    """Say that this person may not see this, and what they can do."""
    empty(message, hint, icon="lock")


def logged(error: BaseException) -> str:
    """The number under which the log has the traceback of what was not foreseen."""
    number = secrets.token_hex(4)
    log.error("Unexpected error %s", number, exc_info=error)
    return number


def unexpected(error: BaseException) -> str:
    """Tell the reader that something failed, with the number under which the log says more; returns it."""
    number = logged(error)
    st.error(
        "**Something went wrong on this screen; nothing you saved is lost.**  \n"
        f"Reload the page. If it happens again, tell your administrator the number `{number}`.",
        icon=":material/error:",
    )
    return number


def on_script_error(error: BaseException) -> bool:
    """What `st.App(on_script_error=…)` calls: show our sentence instead of Streamlit's."""
    show(error)
    return True


def explain_in_one_line() -> None:
    """Have the framework log an error that explains itself in one line; any other once, by `unexpected`."""
    for name in _FRAMEWORK:
        logging.getLogger(name).addFilter(_one_line)


def _one_line(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, OrchflowError):
        record.msg, record.args = "%s. %s", (error, error.hint)
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return error is None or not record.name.endswith("error_util") or record.exc_info is None


def show(error: BaseException) -> None:
    """Show any error in its own way: ours with its hint, the unforeseen with a number."""
    if isinstance(error, OrchflowError):
        problem(error)
    else:
        unexpected(error)


@contextmanager
def boundary() -> Iterator[None]:
    """An error inside shows itself here, and the rest of the screen goes on."""
    try:
        yield
    except Exception as error:
        show(error)
