"""What closed surveys came to, one kind at a time: waves beside each other, and one wave by its groups."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from orchflow.format import day, percent, plain, quantity
from orchflow.people.permissions import Actor
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.screens.catalogue import link
from orchflow.screens.session import workspace
from orchflow.screens.team import surveys_state as state
from orchflow.surveys.questions import PLACES, questions_of
from orchflow.surveys.results import GroupResult, Result, WaveResult, survey_results
from orchflow.surveys.tables import SurveyKind
from orchflow.surveys.waves import SURVEY_WAVES
from orchflow.ui.charts import chart
from orchflow.ui.choosers import segments, select
from orchflow.ui.page import heading
from orchflow.ui.states import Action, empty
from orchflow.ui.survey_charts import scale_heat, with_intervals
from orchflow.ui.table import Column, show_frame

COLUMNS = {
    "label": Column("Everybody asked", pinned=True),
    "told": Column("Value"),
    "interval": Column("95 %"),
}
ROW, AROUND = 34, 96


def show_results(actor: Actor) -> None:
    """Choose a kind and a wave, and draw them."""
    kind = SurveyKind(segments("Kind", state.KINDS, state.KIND))
    results = survey_results(workspace().store, actor, kind=kind)
    if not results:
        _nothing(actor, kind)
        return
    told = [each for each in results if not each.missing]
    if kind == SurveyKind.READINESS and told:
        _over_waves(told)
    names = {each.wave.id: f"{each.wave.title}, {day(each.wave.closes)}" for each in results}
    chosen = select("Survey", names, state.WAVE, width=360)
    result = next((each for each in results if each.wave.id == chosen), results[0])
    _one(result)


def in_words(result: WaveResult) -> str:
    """What a wave says, in a sentence of Markdown."""
    whole = result.whole
    answered = f"{whole.answers} of {whole.invited} answered."
    match result.wave.kind:
        case SurveyKind.READINESS:
            ready = whole.figure("ready")
            share = f"{percent(ready.value)} are ready" if ready else ""
            if not whole.barrier:
                return f"{share}; no barrier holds most of the others. {answered}"
            return f"The barrier is **{plain(whole.barrier.lower())}**: begin there. {share}. {answered}"
        case SurveyKind.SAVED_TIME:
            saved, back, checking = (whole.figure(key) for key in ("saved", "recapture", "checking"))
            words = f"Agents save **{saved.value:.0f} minutes** a week" if saved else ""
            words += f", of which **{percent(back.value)}** come back as work or learning" if back else ""
            return (
                f"{words}; checking takes {checking.value:.0f} minutes. {answered}"
                if checking
                else f"{words}. {answered}"
            )
        case _:
            mean = whole.figure("satisfaction")
            return f"Satisfaction is **{mean.value:.1f}** of 10. {answered}" if mean else answered


def _nothing(actor: Actor, kind: SurveyKind) -> None:
    title = f"No survey of {state.KINDS[kind].lower()} has ended yet"
    if actor.may(SURVEY_WAVES.edit):
        empty(title, "Plan one: people answer it within a minute, on a phone as well.",
              Action("Plan a survey", link("surveys"), ":material/add:", "surveys.view=Surveys"), icon="how_to_vote")  # fmt: skip
    else:
        empty(title, "Its results are told here when it has.", icon="how_to_vote")


def _over_waves(results: Sequence[WaveResult]) -> None:
    waves = list(reversed(results[:8]))
    questions = questions_of(SurveyKind.READINESS)
    rows = [each.wave.title for each in waves]
    cells = {
        (row, column): told.value
        for row, each in enumerate(waves)
        for column, question in enumerate(questions)
        if (told := each.whole.figure(question.key)) is not None
    }
    frame = pd.DataFrame(
        [(rows[row], questions[column].label, mean) for (row, column), mean in cells.items()], columns=["wave", "question", "mean"]
    )  # fmt: skip
    chart(
        scale_heat(rows, [each.label for each in questions], cells, title="Readiness by survey, of 5", most=5), frame,
        key="surveys-readiness", alt="A heat map: the mean answer to each of the five questions in each survey of readiness",
        height=AROUND + ROW * len(rows), columns={"wave": Column("Survey"), "question": Column("Question"), "mean": Column("Mean")},
        note="The darker the higher; somebody who answers under 3 is held back",
    )  # fmt: skip


def _one(result: WaveResult) -> None:
    heading(result.wave.title, f"ended {plain(day(result.wave.closes))}")
    if result.missing:
        empty(
            "Too few answered",
            f"{result.missing}. {result.whole.answers} of {result.whole.invited} did: say what it is for, and ask again.",
            icon="group_off",
        )
        return
    st.markdown(in_words(result))
    if result.wave.kind == SurveyKind.READINESS:
        _barriers(result)
    if result.wave.kind == SurveyKind.SAVED_TIME:
        _places(result)
    _table(result)
    if result.words:
        heading("In their words", "In the order of the alphabet, for those who may see people's figures")
        st.markdown("\n".join(f"- {plain(words)}" for words in result.words))


def _barriers(result: WaveResult) -> None:
    """How many each question holds back first."""
    questions = questions_of(SurveyKind.READINESS)
    first = [
        (each.label, told)
        for each in questions
        if (told := result.whole.figure(f"{each.key}_first")) is not None
    ]
    if first:
        _bars(first, "surveys-barriers", "What holds people back first",
              "Bars with intervals: the share of people of whom each question is the first that they answered low")  # fmt: skip


def _places(result: WaveResult) -> None:
    told = [
        (label, part)
        for key, label in PLACES.items()
        if (part := result.whole.figure(f"where_{key}")) is not None
    ]
    if told:
        _bars(
            told,
            "surveys-places",
            "Where the saved time went",
            "Bars: the share of all saved time that went to each place",
        )


def _bars(told: Sequence[tuple[str, object]], key: str, title: str, alt: str) -> None:
    names = [name for name, _ in told]
    estimates = [estimate for _, estimate in told]
    values, low, high = ([getattr(each, side) for each in estimates] for side in ("value", "low", "high"))
    written = [
        f"{name}: {percent(v)}" + (f" ({percent(a)} to {percent(b)})" if a != b else "")
        for name, v, a, b in zip(names, values, low, high, strict=True)
    ]
    frame = pd.DataFrame({"name": names, "share": values, "low": low, "high": high})
    chart(
        with_intervals(names, values, low, high, title=title, unit="percent", written=written), frame, key=key, alt=alt,
        height=AROUND + ROW * len(names),
        columns={"name": Column("What"), **{side: Column(label, "percent") for side, label in (("share", "Share"), ("low", "From"), ("high", "To"))}},
    )  # fmt: skip


def _table(result: WaveResult) -> None:
    """The figures of everybody with their intervals, and the means of the groups side by side."""
    whole = pd.DataFrame(
        [
            {"label": each.label, "told": told(each, "value"), "interval": f"{told(each, 'low')} to {told(each, 'high')}"}
            for each in result.whole.figures if not each.key.endswith("_first") and not each.key.startswith("where_")
        ]
    )  # fmt: skip
    show_frame(
        whole,
        key="surveys-whole",
        columns=COLUMNS,
        alt=f"What {result.wave.title} came to, with intervals of 95 %",
    )
    groups = result.groups[1:]
    if groups:
        heading("By group", "Means; the one kind of group that was named on the form")
        labels = {each.key: each.label for each in groups[0].figures}
        frame = pd.DataFrame([_row(group) for group in groups])
        columns = {
            "group": Column("Group", pinned=True),
            "barrier": Column("Barrier", hidden=result.wave.kind != SurveyKind.READINESS),
        }
        columns |= {"answered": Column("Answered"), **{key: Column(label) for key, label in labels.items()}}
        show_frame(
            frame, key="surveys-groups", columns=columns, alt=f"The means of {result.wave.title} by group"
        )
    st.caption(
        f"Groups in which fewer than {SMALLEST_GROUP} answered stand together, for every reader. Where all of a group of fewer than 20 "
        "answered alike, one is counted a step nearer to the middle. Intervals are as if those who answered had been "
        "drawn by chance."
    )


def _row(group: GroupResult) -> dict[str, str]:
    means = {each.key: told(each, "value") for each in group.figures}
    return {
        "group": group.name,
        "barrier": group.barrier or "–",
        "answered": f"{group.answers} of {group.invited}",
    } | means


def told(each: Result, side: str) -> str:
    """A figure in words."""
    value = float(getattr(each.estimate, side))
    match each.unit:
        case "percent":
            return percent(value)
        case "minutes":
            return quantity(round(value), "minute")
        case _:
            return f"{value:.1f}"
