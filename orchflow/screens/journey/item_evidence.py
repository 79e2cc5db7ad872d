"""What shows that an item is done: asked for before it is ticked, told afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.guidance.items import ITEMS
from orchflow.guidance.rows import ItemRow
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.metric import Figure
from orchflow.metrics.present import present
from orchflow.people.permissions import Actor
from orchflow.planning.tables import Evidence
from orchflow.planning.work.attachments import LARGEST
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.journey import item_state as state
from orchflow.screens.plan.task_relations import link_to
from orchflow.screens.session import currency, workspace
from orchflow.ui.choosers import distinct

MEGABYTES = LARGEST // 2**20
OWN = ""
"""Chosen where the value is none of the catalogue."""
PLACES = Decimal("0.0001")
ASKED = {
    Evidence.NONE: "nothing",
    Evidence.TEXT: "words",
    Evidence.LINK: "a link",
    Evidence.FILE: "a file",
    Evidence.FIGURE: "a figure",
}
"""What has to be shown, in words."""


@dataclass(frozen=True)
class Shown:
    """What is ready to be shown with a tick: the fields of the evidence, and a file that is still to be attached."""

    fields: Mapping[str, Any]
    file: Any = None


def ask(actor: Actor, item: ItemRow, files: int) -> None:
    """The control in which the evidence of an open item is given; `files` hang on it already."""
    match item.evidence:
        case Evidence.TEXT:
            st.text_area(
                "What shows that it is done", item.evidence_text, key=state.WORDS.of(item.id).name, height=90,
                max_chars=ITEMS.fields["evidence_text"].length, persist_state="session",
            )  # fmt: skip
        case Evidence.LINK:
            st.text_input(
                "Where it can be seen", item.evidence_link or "", key=state.ADDRESS.of(item.id).name,
                placeholder="https://", persist_state="session",
            )  # fmt: skip
        case Evidence.FILE:
            more = " One hangs on it already; add another or tick it as it is." if files else ""
            st.file_uploader(
                f"The file that shows it.{more}",
                key=state.FILE.of(item.id, state.FILE_TURN.get()).name, max_upload_size=MEGABYTES,
            )  # fmt: skip
        case Evidence.FIGURE:
            _figure(actor, item)


def given(actor: Actor, item: ItemRow) -> Shown:
    """What is given in the controls that `ask` draws, as it is when the button is pressed."""
    match item.evidence:
        case Evidence.TEXT:
            return Shown({"evidence_text": state.WORDS.of(item.id).get().strip()})
        case Evidence.LINK:
            return Shown({"evidence_link": state.ADDRESS.of(item.id).get().strip() or None})
        case Evidence.FILE:
            return Shown({}, state.FILE.of(item.id, state.FILE_TURN.get()).get())
        case Evidence.FIGURE:
            return Shown(_measured(actor, item))
    return Shown({})


def forget(item: ItemRow) -> None:
    """Let go of what was given: it is stored."""
    for key in (state.WORDS, state.ADDRESS, state.FIGURE, state.CALLED, state.VALUE):
        key.of(item.id).clear()
    state.FILE_TURN.set(state.FILE_TURN.get() + 1)


def told(item: ItemRow, files: Sequence[str] = ()) -> str:
    """The evidence of an item as Markdown, with the names of the `files` that show it; "" where there is none."""
    said = [f":material/attach_file: {fmt.plain(name)}" for name in files]
    if item.evidence_value is not None:
        said.append(_value_in_words(item.evidence_figure, item.evidence_value))
    if item.evidence_text:
        said.append(fmt.plain(item.evidence_text))
    if item.evidence_link:
        said.append(link_to(item.evidence_link, item.evidence_link))
    return "  \n".join(said)


def _figure(actor: Actor, item: ItemRow) -> None:
    names = {OWN: "A value of my own"} | {
        key: metric.label for key, metric in METRICS.items() if actor.may(metric.permission)
    }
    names = distinct(names)
    key = state.FIGURE.of(item.id)
    chosen = st.selectbox(
        "Figure", list(names), format_func=names.__getitem__, key=key.name, persist_state="session",
        index=list(names).index(item.evidence_figure or OWN) if item.evidence_figure in names else 0,
    )  # fmt: skip
    if chosen != OWN:
        figure = _present(actor, chosen)
        shown = fmt.value(figure.value, figure.unit, currency())
        st.markdown(
            f"It is **{fmt.plain(shown)}** now." if figure.value is not None else fmt.plain(figure.missing)
        )
        return
    with st.container(horizontal=True):
        own = item.evidence_figure if item.evidence_figure not in METRICS else None
        st.text_input("What it is", own or "", key=state.CALLED.of(item.id).name, max_chars=100, width=220)
        held = None if item.evidence_value is None or own is None else float(item.evidence_value)
        st.number_input(
            "Value", value=held, step=None, format="%.10g", key=state.VALUE.of(item.id).name, width=160
        )


def _present(actor: Actor, key: str) -> Figure:
    return present(workspace(), actor, [key], insight_reader(actor).privacy, clock.now())[key]


def _measured(actor: Actor, item: ItemRow) -> dict[str, Any]:
    chosen = state.FIGURE.of(item.id).get()
    if chosen in METRICS and actor.may(METRICS[chosen].permission):
        value = _present(actor, chosen).value
        measured = None if value is None else Decimal(str(value)).quantize(PLACES)
        return {"evidence_figure": chosen, "evidence_value": measured}
    value = state.VALUE.of(item.id).get()
    called = state.CALLED.of(item.id).get().strip()
    return {
        "evidence_figure": called or None,
        "evidence_value": None if value is None else Decimal(str(value)),
    }


def _value_in_words(figure: str | None, value: Decimal) -> str:
    if figure in METRICS:
        metric = METRICS[figure]
        return f"{fmt.plain(metric.label)}: **{fmt.plain(fmt.value(value, metric.unit, currency()))}**"
    number = fmt.plain(format(value.normalize(), "f"))
    return f"{fmt.plain(figure)}: **{number}**" if figure else f"**{number}**"
