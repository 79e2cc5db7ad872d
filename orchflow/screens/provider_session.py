"""The sign-in that an identity provider vouches for, as the framework keeps it in its cookie."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import streamlit as st

from orchflow import clock
from orchflow.people.identities import is_active
from orchflow.people.provider_claims import ClaimRefused, Claims, read_claims
from orchflow.workspace import Workspace


def claims(ws: Workspace) -> Claims | None:
    """Who the provider says is at the browser; None when nobody came from there, or longer ago than a sign-in lasts."""
    told = _told(ws)
    longest = timedelta(days=ws.settings.security.session_days)
    return told if told is not None and clock.now() - told.entered_at <= longest else None


def standing(ws: Workspace) -> Literal["nobody", "ended", "stranger"]:
    """How it stands with somebody who is not let in: nobody came, their sign-in has ended, or they are not known here."""
    told = _told(ws)
    if told is None:
        return "nobody"
    return "ended" if is_active(ws.store, told.issuer, told.subject) else "stranger"


def _told(ws: Workspace) -> Claims | None:
    if ws.settings.oidc is None or not st.user.get("is_logged_in"):
        return None
    try:
        return read_claims(st.user.to_dict(), ws.settings.oidc.client_id)
    except ClaimRefused:
        return None
