"""A newer version of a flow that ships: how it differs from what this one was begun with, and taking it over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from orchflow.format import plain, quantity
from orchflow.guidance.items import ITEMS
from orchflow.guidance.newer import Change, Difference, difference, take_over
from orchflow.guidance.reading import FlowReading
from orchflow.guidance.steps import STEPS
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.session import workspace
from orchflow.store.field import in_words
from orchflow.ui import acts, notices
from orchflow.ui.states import closing

WORDS = {"new": "New", "changed": "Changed", "gone": "Gone"}
ICONS = {"new": "add_circle", "changed": "change_circle", "gone": "remove_circle"}
CUT, MOST = 160, 40


def offer(actor: Actor, reading: FlowReading) -> None:
    """Say that other content ships by now, with the way to its difference."""
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="flow-newer"):
        st.markdown(
            ":material/update: **A newer version of this flow ships.** Yours stays as it was begun until you take it over.",
            width="stretch",
        )
        if st.button("See the difference", key="flow-newer-see"):
            told(actor, reading.flow.id, reading.flow.name)


@st.dialog("Newer version", width="large", icon=":material/update:")
def told(actor: Actor, flow_id: int, name: str) -> None:
    """New, changed and gone, each with what stays and why; and the act."""
    store = workspace().store
    differs = difference(store, actor, flow_id)
    st.markdown(
        f"**{plain(name)}**: {counted(differs)}. What was ticked stays, and what was edited here stays."
    )
    for kind in WORDS:
        changes = [change for change in differs.changes if change.kind == kind]
        if changes:
            st.markdown(lines(kind, changes))
    if not actor.may(Permission.PLAN_EDIT):
        st.caption("A manager takes it over.")
        return
    if acts.button("Take it over", type="primary", width="stretch", key="flow-newer-take"):
        with closing() as request:
            take_over(store, actor, flow_id, newer=differs.newer, request=request)
            notices.done(f"{name} is at its newer version", request)


def counted(differs: Difference) -> str:
    """How much is new, changed and gone: `1 new step, 2 changed items`."""
    counts = Counter(f"{change.kind} {change.level}" for change in differs.changes)
    order = [f"{kind} {level}" for kind in WORDS for level in ("step", "item")]
    parts = [quantity(counts[each], each) for each in order if counts[each]]
    if any(change.level == "flow" for change in differs.changes):
        parts.insert(0, "other words for the flow itself")
    return ", ".join(parts) or "nothing differs that is shown here"


def lines(kind: str, changes: Sequence[Change]) -> str:
    """The changes of one kind as Markdown."""
    told = [f"**{WORDS[kind]}**"]
    told += [_line(kind, change) for change in changes[:MOST]]
    if len(changes) > MOST:
        told.append(f"- and {len(changes) - MOST:,} more")
    return "\n".join([told[0], "", *told[1:]])


def _line(kind: str, change: Change) -> str:
    said = f"- :material/{ICONS[kind]}: {change.level.capitalize()}: {plain(change.name)}"
    if change.kept:
        said += f": :orange[{'stays' if kind == 'gone' else 'not taken'}: {plain(change.kept)}]"
    inside = [
        f"    - {plain(_label(change, name))}: {plain(_cut(before))} → {plain(_cut(now))}"
        for name, (before, now) in change.fields.items()
    ]
    return "\n".join([said, *inside])


def _label(change: Change, name: str) -> str:
    fields: Mapping[str, Any] = {"item": ITEMS.fields, "step": STEPS.fields}.get(change.level, {})
    return str(fields[name].label) if name in fields else in_words(name)


def _cut(value: Any) -> str:
    text = (
        ", ".join(map(str, value))
        if isinstance(value, list | tuple)
        else str(value if value not in (None, "") else "–")
    )
    return text if len(text) <= CUT else text[:CUT] + "…"
