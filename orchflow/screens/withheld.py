"""What a reader is not shown of few people's figures: said once on each screen, always in the same words."""

from __future__ import annotations

import streamlit as st

from orchflow.format import plain
from orchflow.people.small_groups import ASK, SINGLE, WITHHELD
from orchflow.ui.states import empty


def say_withheld(words: str) -> None:
    """The line that says what is withheld and why; nothing where everything is shown."""
    if words:
        st.caption(f":material/shield_person: {plain(words)}")


def withheld_box(title: str = WITHHELD, why: str = ASK) -> None:
    """What stands in place of what is withheld."""
    empty(title, why, icon="shield_person")


def single_withheld(title: str) -> None:
    """What stands in place of single calls and runs; `title` says of which."""
    withheld_box(title, f"{SINGLE} {ASK}")
