"""A figure opened: what it is, how it is counted, the rows behind it, its sources, its target and where else it is."""

from __future__ import annotations

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.alerts.of_figure import rules_on
from orchflow.alerts.rules import ALERT_RULES
from orchflow.errors import Forbidden, OrchflowError
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.opening import OpenedFigure
from orchflow.metrics.rows_behind import why_no_rows
from orchflow.people.permissions import Actor, Permission
from orchflow.reports.dataset import Measure
from orchflow.reports.figure_rows import FigureRows
from orchflow.screens.data.datasets_files import file_line, files
from orchflow.screens.insights import alert_form, alerts_data
from orchflow.screens.insights import figure_state as state
from orchflow.screens.insights.alert_cards import rules_card
from orchflow.screens.insights.figure_cards import around
from orchflow.screens.insights.figure_data import PAGE, FigureScreen, RowsPage, figure_screen, rows_page
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import say_withheld, single_withheld, withheld_box
from orchflow.table_files.writers import title_of
from orchflow.ui.cards import figure_row
from orchflow.ui.choosers import segments
from orchflow.ui.overview import overview
from orchflow.ui.page import heading, page
from orchflow.ui.state import Key
from orchflow.ui.states import boundary, empty, problem
from orchflow.ui.table import ROW, show_frame


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    key = state.FIGURE.get()
    if key not in METRICS:
        page("Figure", "What is behind a figure")
        empty(
            "Choose a figure",
            "Every figure of the strips opens here, and every one on Definitions.",
            icon="query_stats",
        )
        return
    try:
        screen = figure_screen(actor, key, state.FIGURE.address(None), clock.today(zone()))
    except OrchflowError as error:
        page(METRICS[key].label, METRICS[key].question)
        problem(error)
        return
    answer = screen.opened.answer
    page(answer.label, METRICS[key].question, answer.as_of, answer.computed_at, zone=zone())
    figure_row(screen.figures, currency=currency(), zone=zone())
    say_withheld(answer.withheld)
    with boundary():
        counted(screen.opened)
        overview(around(screen.opened, currency()), key="figure-around")
        watched(actor, key)
        rows(actor, screen)


def counted(opened: OpenedFigure) -> None:
    """The definition, the formula and the query."""
    answer = opened.answer
    with st.container(border=True, key="figure-counted"):
        when = f"Of {period_in_words(answer.start, answer.end)}."
        heading("How it is counted", f"{when} {fmt.plain(answer.definition)}")
        if opened.formula:
            st.code(opened.formula, language="sql", wrap_lines=True)
        for title, text, language in (("Query", answer.sql, "sql"), ("Code", opened.code, "python")):
            if text:
                with st.expander(title):
                    st.code(text, language=language, height=320)


def watched(actor: Actor, key: str) -> None:
    """The rules of alerts over the figure, and a way to make one."""
    may_see, may_add = actor.may(ALERT_RULES.view), actor.may(ALERT_RULES.add)
    rules = rules_on(alerts_data.alerts_now(actor), key) if may_see else []
    if not (rules or may_add):
        return
    with st.container(border=True, gap="small", key="figure-alerts"):
        overview(rules_card(rules), key="figure-alerts-card")
        if may_add and st.button("New rule", icon=":material/add:", key="figure-alerts-new", type="tertiary"):
            alert_form.write(actor, None, key)


def rows(actor: Actor, screen: FigureScreen) -> None:
    """The rows behind the figure, a page at a time, and as a file."""
    with st.container(border=True, key="figure-rows"):
        if not screen.parts:
            heading("Rows behind it", fmt.plain(why_no_rows(screen.facts, screen.opened.answer.key)))
            return
        part = chosen(screen)
        name = f"{screen.name}/{'+'.join(part.behind.of)}"
        pages = state.leafed(name)
        try:
            read = rows_page(actor, screen, part, (pages.get() or [""])[-1])
        except Forbidden as refused:
            heading("Rows behind it", fmt.plain(part.dataset.description))
            if part.dataset.single:
                single_withheld("Single rows are not shown")
            else:
                withheld_box(str(refused), refused.hint)
            return
        told(actor, part, read, len(pages.get()))
        if not read.rows.empty:
            show_frame(
                read.rows, key=f"figure-rows-{part.dataset.name}", columns=read.columns, alt=f"Rows behind {screen.opened.answer.label}",
                height=min(ROW * (len(read.rows.frame) + 1) + 2, 430),
            )  # fmt: skip
        leaf(pages, read)


def chosen(screen: FigureScreen) -> FigureRows:
    """Which of the parts is looked at: the first, unless the reader chose another one."""
    if len(screen.parts) == 1:
        return screen.parts[0]
    names = {
        part.behind.of[
            0
        ]: f"{title_of(part.dataset.name)}: {', '.join(METRICS[key].label for key in part.behind.of)}"
        for part in screen.parts
    }
    of = segments("Rows of", names, state.OF, screen.parts[0].behind.of[0], wrap=True)
    return next(part for part in screen.parts if part.behind.of[0] == of)


def told(actor: Actor, part: FigureRows, read: RowsPage, leafed: int) -> None:
    """How many rows there are and which are seen; a file of them all for those who may export."""
    first = leafed * PAGE + 1
    seen = (
        f", {first:,} to {first + len(read.rows.frame) - 1:,} of them here"
        if read.rows.frame.size and read.count > PAGE
        else ""
    )
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        heading(
            "Rows behind it",
            fmt.plain(
                f"{part.dataset.description}: {fmt.quantity(read.count, 'row')}{seen}. Instants are UTC."
            ),
        )
        if actor.may(Permission.EXPORT):
            with st.container(horizontal=True, width="content", gap="small"):
                files(workspace(), actor, part.dataset, part.part, Measure(read.count))
    file_line()


def leaf(pages: Key[list[str]], read: RowsPage) -> None:
    """The ways to the page before and to the next one."""
    before = pages.get()
    if not before and read.next is None:
        return
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Before", icon=":material/chevron_left:", key="figure-before", type="tertiary", disabled=not before,
            on_click=pages.set, args=(before[:-1],),
        )  # fmt: skip
        st.button(
            "Next", icon=":material/chevron_right:", key="figure-next", type="tertiary", disabled=read.next is None,
            on_click=pages.set, args=([*before, read.next or ""],),
        )  # fmt: skip
