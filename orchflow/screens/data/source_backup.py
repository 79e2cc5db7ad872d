"""How the workspace's data is kept safe: the newest backup with its age, a backup now, and a warehouse that was lost."""

from __future__ import annotations

from typing import Any

import streamlit as st

from orchflow.backups.scheduled import BackupState, age, back_up_asked, backup_state
from orchflow.errand import Errand, HereErrand
from orchflow.errors import OrchflowError
from orchflow.format import moment, plain
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data.sources_state import BACKUP
from orchflow.screens.session import zone
from orchflow.ui.states import problem
from orchflow.warehouse.made_anew import HINT, SAID, made_anew_at
from orchflow.workspace import Workspace


def warehouse_line(ws: Workspace) -> None:
    """That the warehouse was lost, until somebody has put it back or gone on without it."""
    anew = made_anew_at(ws.warehouse)
    if anew is not None:
        st.warning(f"**{SAID}** ({moment(anew, zone())})  \n{plain(HINT)}", icon=":material/database_off:")


def backup_line(actor: Actor, ws: Workspace) -> None:
    """How old the newest backup is; where that is not well, what to do. An admin makes one here."""
    state = backup_state(ws)
    told = f"Last backup {age(state.last.made_at)} ago" if state.last else "No backup yet"
    if state.next_at is not None:
        told += f", next {moment(state.next_at, zone())}"
    if not actor.may(Permission.ADMIN):
        _tell(state, told, "An operator makes one with: orchflow backup DIR.")
        return
    where = f" It lies in {state.last.folder}." if state.last and not state.ok else ""
    errand = BACKUP.get()
    going = errand is not None and not errand.ended
    with st.container(horizontal=True, vertical_alignment="center"):
        _tell(state, told, f"An operator makes one with: orchflow backup DIR, an admin here.{where}")
        asked = st.button(
            "Back up now", key="backup", icon=":material/save:", type="tertiary", disabled=going,
            help="Copies everything, while it is in use, beside the scheduled backups and opens what was written; the page can be left meanwhile",
        )  # fmt: skip
    if asked:
        BACKUP.set(HereErrand(back_up_asked, ws, actor))
        st.rerun()
    if errand is not None:
        st.fragment(_outcome, run_every=0.5 if going else None)(errand, going)


def _tell(state: BackupState, told: str, hint: str) -> None:
    if state.ok:
        st.caption(f":material/save: {plain(told)}", width="content")
        return
    if state.next_at is None:
        told += "; none is scheduled"
    st.warning(f"**{plain(told)}**  \n{plain(hint)}", icon=":material/save:")


def _outcome(errand: Errand[dict[str, Any]], going: bool) -> None:
    """That a backup is being made; then where it is, or why there is none."""
    if not errand.ended:
        st.caption(":material/hourglass_top: Copying everything; everybody's pages go on meanwhile")
        return
    if going:
        st.rerun()
    try:
        made = errand.result()
    except OrchflowError as error:
        problem(error)
        return
    lost = len(made["attachments_lost"])
    missing = f" The content of {lost:,} attached files was missing before." if lost else ""
    st.success(
        plain(f"{made['bytes'] / 1e6:,.1f} MB in {made['folder']}.{missing}"), icon=":material/check_circle:"
    )
