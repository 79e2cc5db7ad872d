"""The fields of a platform, and what is said of what was written into them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from orchflow.errors import Invalid
from orchflow.format import plain, quantity
from orchflow.ingest.connect import KeptSource
from orchflow.ingest.connection import LABELS, Connection, PlatformKind
from orchflow.ingest.source import Check
from orchflow.screens.data import sources_state as state
from orchflow.screens.data.source_cards import show_check
from orchflow.screens.session import workspace

SCHEDULES = {
    "*/15 * * * *": "Every quarter of an hour", "15 * * * *": "Every hour", "30 5 * * *": "Every morning at 5:30",
    "": "Only when asked",
}  # fmt: skip
HOURLY = "15 * * * *"
EXAMPLES = {
    "orchestrator_api": "https://orchestrator.example:6700",
    "orchestrator_db": "postgresql://reader@db.example:5432/postgres",
}
KEPT = (
    "The settings are kept in orchflow.yaml. The password is kept apart, in a file that only the server may read, and is "
    "never shown again; write ${NAME} to take it from the server's environment instead."
)


def fields(kind: PlatformKind, kept: KeptSource | None = None) -> Connection:
    """The fields as they are written; `kept` is the source that is changed, whose name stays."""
    keys = {field: key.name for field, key in state.form_keys(kept).items()}
    known = kept.connection if kept and kept.connection else Connection(kind, "", "")
    url = st.text_input(LABELS["url"], known.url, key=keys["url"], placeholder=EXAMPLES[kind])
    email, organization = "", "*"
    left, right = st.columns(2) if kind == "orchestrator_api" else (st.container(), st.container())
    if kind == "orchestrator_api":
        email = left.text_input(LABELS["email"], known.email, key=keys["email"], placeholder="flow@example.com",
                                help="A service user with the role admin on the organisation *")  # fmt: skip
    password = right.text_input(
        LABELS["password"], key=keys["password"], type="password", autocomplete="off", placeholder="stays as it is" if kept else None
    )  # fmt: skip
    places = iter([*st.columns(2), *st.columns(2)])
    name = known.name if kept else next(places).text_input(
        LABELS["name"], _free_name(), key=keys["name"], help="Lower-case letters, digits, - and _"
    )  # fmt: skip
    options = dict(SCHEDULES) | (
        {known.schedule: known.schedule} if known.schedule and known.schedule not in SCHEDULES else {}
    )
    schedule = next(places).selectbox(
        LABELS["schedule"], list(options), list(options).index((known.schedule or "") if kept else HOURLY),
        format_func=options.__getitem__, key=keys["schedule"],
    )  # fmt: skip
    if kind == "orchestrator_api":
        organization = next(places).text_input(
            LABELS["organization"], known.organization, key=keys["organization"], help="* for all"
        )
    web_url = next(places).text_input(
        LABELS["web_url"],
        known.web_url,
        key=keys["web_url"],
        placeholder="optional, for links into the platform",
    )
    return Connection(
        kind, name.strip(), url.strip(), email.strip(), password, organization.strip() or "*", schedule or None, web_url.strip()
    )  # fmt: skip


def _free_name() -> str:
    taken = {source.name for source in workspace().settings.sources}
    return next(name for name in ("platform", *(f"platform-{n}" for n in range(2, 999))) if name not in taken)


def refusal(error: Invalid) -> None:
    """Every value that cannot be right, by its field."""
    wrong = "  \n".join(f"**{plain(one.field)}** {plain(one.message)}" for one in error.problems)
    st.error(wrong, icon=":material/error:")


def trial(checks: Sequence[Check], act: str) -> None:
    """What trying came to: first in a sentence, then point by point; `act` is the button that keeps it."""
    bad = sum(check.ok is False for check in checks)
    if bad:
        st.error(f"**It does not work yet:** {quantity(bad, 'point')} to put right.", icon=":material/error:")
    else:
        st.success(f"**It works.** Nothing is kept yet: press {act}.", icon=":material/check_circle:")
    for check in checks:
        show_check(check)
