"""What the address asks for that is not here: noted while a screen is drawn, and said once; the rest of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextvars import ContextVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from orchflow.format import plain

_SAID = "orchflow.unknown"
_noted: ContextVar[tuple[str, ...]] = ContextVar("noted", default=())


def came_back() -> bool:
    """Whether the reader went back or forth: what the address does not name is not chosen then, whatever was."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def known_values(name: str, known: Collection[str]) -> list[str]:
    """What the address has under `name` of what there is, in the words that stand in it."""
    return [value for value in st.query_params.get_all(name) if value in known]


def check(name: str, label: str, known: Collection[str] | Callable[[str], bool]) -> None:
    """Note what the address has under `name` and is none of `known`; called before the widget that reads it is drawn."""
    unknown = [
        value
        for value in st.query_params.get_all(name)
        if value and not (known(value) if callable(known) else value in known)
    ]
    if unknown:
        values = ", ".join(f"“{value[:60]}”" for value in unknown[:3])
        more = f" and {len(unknown) - 3} more" if len(unknown) > 3 else ""
        _noted.set((*_noted.get(), f"{label} {values}{more}"))


def say_unknown() -> None:
    """Say what was noted in this run, unless the last one said the same."""
    noted = _noted.get()
    _noted.set(())
    if noted and st.session_state.get(_SAID) != noted:
        st.toast(
            plain(f"The address asks for what is not here: {'; '.join(noted)}. The rest of it is shown."),
            icon=":material/link_off:", duration="long",
        )  # fmt: skip
    if noted or _SAID in st.session_state:
        st.session_state[_SAID] = noted
