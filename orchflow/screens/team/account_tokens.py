"""The tokens of one's own, with which programs use the API: made with a scope and an end, shown once, and revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from orchflow import clock
from orchflow.api.tokens import USE_NOTED_EVERY, TokenRow, create_token, list_tokens, revoke_token
from orchflow.format import day, moment, plain
from orchflow.people.permissions import Actor, Role
from orchflow.people.token_tables import TokenScope
from orchflow.screens import session
from orchflow.ui import acts
from orchflow.ui.menus import menu
from orchflow.ui.page import heading
from orchflow.ui.state import Keys
from orchflow.ui.states import closing

KEYS = Keys("account")
HANDED_OVER = KEYS.thing("token", tuple)
"""The name of a token that was just made, and its secret: told until it is copied, and kept nowhere else."""
SCOPES = {
    TokenScope.READ: "Read: look at what you may see",
    TokenScope.WRITE: "Write: do what you may do",
    TokenScope.ADMIN: "Admin: administer the workspace too",
}
LIVES = {30: "30 days", 90: "90 days", 365: "A year", None: "Until it is revoked"}
SOON = timedelta(days=7)


def show_tokens(actor: Actor) -> None:
    """List the tokens of `actor`, make one, and end one."""
    heading("Tokens", "With a token a program uses the API as you, never further than your role allows.")
    _handed_over()
    mine = list_tokens(session.workspace().store, actor, user_id=actor.user_id)
    for row in mine:
        if row.state == "active":
            _token(actor, row)
    ended = [f"{row.name or row.prefix} ({row.state})" for row in mine if row.state != "active"]
    if ended:
        more = f" and {len(ended) - 5} more" if len(ended) > 5 else ""
        st.caption(f"Ended: {plain(', '.join(ended[-5:]))}{more}")
    _new(actor)


def _token(actor: Actor, row: TokenRow) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key=f"token-{row.id}"
    ):
        st.markdown(
            f"**{plain(row.name or 'Without a name')}** · `{row.prefix}…` · {row.scope}  \n:small[:gray[{_told(row)}]]"
        )
        with menu("Revoke", type="tertiary", key=f"token-revoke-{row.id}") as opened:
            if opened:
                st.markdown(
                    f"Programs that use **{plain(row.name or row.prefix)}** are refused from then on. It cannot be taken back."
                )
                if acts.button("Revoke it", type="primary", key=f"token-revoke-now-{row.id}"):
                    with closing():
                        revoke_token(session.workspace().store, actor, row.id)


def _told(row: TokenRow) -> str:
    """Since when, until when, and when it was last used."""
    zone = session.zone()
    used = f"last used {_roughly(row.last_used_at)}" if row.last_used_at else "never used"
    until = "until it is revoked"
    if row.expires_at is not None:
        soon = row.expires_at - clock.now() < SOON
        until = f"{':orange[' if soon else ''}until {moment(row.expires_at, zone)}{']' if soon else ''}"
    return f"since {day(row.created_at.astimezone(zone).date())} · {until} · {used}"


def _roughly(at: datetime) -> str:
    return "just now" if clock.now() - at < USE_NOTED_EVERY else moment(at, session.zone())


def _handed_over() -> None:
    made = HANDED_OVER.get()
    if made is None:
        return
    name, secret = made
    token = f"the token {plain(name)}" if name else "the token"
    st.success(f"**Copy {token} now: it is shown this once**", icon=":material/key:")
    st.code(secret, language=None, wrap_lines=True)
    st.button("I have copied it", key="token-copied", on_click=HANDED_OVER.clear)


def _new(actor: Actor) -> None:
    """The form of a new one."""
    if actor.user_id is None:
        return
    scopes = [scope for scope in SCOPES if scope is not TokenScope.ADMIN or actor.role is Role.ADMIN]
    with menu("New token", icon=":material/add:", key="token-new") as opened:
        if opened:
            _form(actor, actor.user_id, scopes)


def _form(actor: Actor, user_id: int, scopes: Sequence[TokenScope]) -> None:
    with st.form("token", border=False):
        name = st.text_input("What it is for", max_chars=100, key="token-name", placeholder="Nightly report")
        scope = st.selectbox("Scope", scopes, format_func=SCOPES.__getitem__, key="token-scope")
        days = st.selectbox("Valid", list(LIVES), index=1, format_func=LIVES.__getitem__, key="token-days")
        if not acts.submit("Make it", key="token-make", type="primary"):
            return
        store, wanted = session.workspace().store, scope or TokenScope.READ
        with closing():
            row, secret = acts.once(
                lambda: create_token(store, actor, user_id, wanted, name=name or "", days=days)
            )
            HANDED_OVER.set((row.name, secret))
