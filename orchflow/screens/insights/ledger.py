"""Ledger: what efforts, their projects, goals and tasks, and teams cost; every amount once, and what belongs to nobody."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.insights.joint_forecast import JointForecast
from orchflow.insights.ledger import NEEDED, Ledger, linked_agents
from orchflow.metrics.figure_address import SCREEN
from orchflow.metrics.filters import period_in_words
from orchflow.metrics.unpriced import in_words
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.data.datasets_data import version_of
from orchflow.screens.insights import ledger_state as state
from orchflow.screens.insights.ledger_data import LedgerScreen, columns, ledger_screen, together
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import single_withheld
from orchflow.ui.filters import filter_bar
from orchflow.ui.overview import Entry, card, cards, entries, facts, overview, said
from orchflow.ui.page import heading, page
from orchflow.ui.states import boundary, empty
from orchflow.ui.table import data_table

ABOUT = "What efforts, projects, goals, tasks and teams cost: every amount once"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    if not all(map(actor.may, NEEDED)):
        page("Ledger", ABOUT)
        single_withheld("The ledger has the hours of single people")
        return
    head = st.container()
    ws = workspace()
    values = filter_bar({}, today=clock.today(ws.zone), start_date=ws.start_date)
    asked = state.EFFORT.get()
    effort = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    screen = ledger_screen(actor, values.start, values.end, effort)
    with boundary():
        if effort is None:
            with head:
                page("Ledger", ABOUT, computed_at=screen.read.computed_at, zone=zone())
            everything(actor, screen)
        else:
            with head:
                opened(actor, screen, effort)
            one(actor, screen, effort)


def everything(actor: Actor, screen: LedgerScreen) -> None:
    """The efforts, the teams, nobody and the total."""
    read = screen.read
    if not read.total.cost and not read.total.tasks:
        empty(
            "Nothing was spent in these days, and nothing is planned",
            "Choose another period.",
            icon="menu_book",
        )
        left_out(read)
        return
    overview(parts(read), key="ledger-parts")
    with st.container(border=True, key="ledger-lines"):
        heading("Whose it is", f"{period_in_words(read.start, read.end)}\\. Select an effort to open it\\.")
        picked = data_table(
            screen.rows, key="ledger", name="ledger", alt="What each effort and team cost, what belongs to nobody, and the total",
            columns=columns(currency()), on_select="rerun", downloads=actor.may(Permission.EXPORT), height=None,
        )  # fmt: skip
    if picked and (number := screen.efforts[picked[0]]) is not None:
        state.EFFORT.set(number)
        st.rerun()
    left_out(read)


def parts(read: Ledger) -> str:
    """The four parts of the cost, and what of it belongs to nobody; each leads to its rows."""
    total, money = read.total, currency()
    nobody = sum((line.cost for line in read.of("nobody")), start=total.cost * 0)
    notes = {
        "cost": f"{fmt.quantity(read.unpriced_calls, 'call')} without a price" if read.unpriced_calls else "",
        "development_cost": f"{fmt.hours(total.unpriced_hours)} without a rate"
        if total.unpriced_hours
        else "",
    }
    known = (
        ("total_cost", "In all", total.cost), ("cost", "Language models", total.llm), ("infrastructure_cost", "Infrastructure", total.infrastructure),
        ("development_cost", "Development", total.development), ("operations_cost", "Operations", total.operations),
    )  # fmt: skip
    lines = [
        Entry(
            label,
            notes.get(key, ""),
            fmt.value(value if value or not notes.get(key) else None, "money", money),
            to=_figure(read, key),
        )
        for key, label, value in known
    ]
    share = float(nobody / total.cost) if total.cost else 0.0
    return cards(
        card("What was spent", entries(lines, shown=5, nothing="", marked=False)),
        card(
            "What belongs to nobody",
            facts([(fmt.value(nobody, "money", money), f"{fmt.percent(share)} of all", "bad" if share > 0.1 else "plain")])
            + said("Link agents to tasks, goals, projects or efforts, or give shares of costs to their owners."),
        ),
    )  # fmt: skip


def opened(actor: Actor, screen: LedgerScreen, effort: int) -> None:
    """The title of an open effort, and the way back."""
    st.page_link(
        link("ledger"), label="Ledger", icon=":material/arrow_back:", query_params=state.EFFORT.address(None), width="content"
    )  # fmt: skip
    [line] = screen.read.of("effort")[:1] or [None]
    name = f"{line.number or ''} {line.name or ''}".strip() if line else f"Effort {effort}"
    page(
        name, "What it cost, from its projects to its tasks", computed_at=screen.read.computed_at, zone=zone()
    )


def one(actor: Actor, screen: LedgerScreen, effort: int) -> None:
    """One effort: what can be said of its end and its cost, what is behind it, and every line under it."""
    read = screen.read
    if not read.of("effort"):
        empty("There is no such effort", "Choose one of the ledger.", icon="menu_book")
        return
    today = clock.today(zone())
    forecast = together(actor, actor.role, effort, today, version_of(workspace()))
    overview(cards(statement(forecast), behind(read)), key="ledger-effort")
    with st.container(border=True, key="ledger-lines"):
        idle = f"; {fmt.quantity(screen.idle, 'task')} without cost and hours left out" if screen.idle else ""
        heading("What stands under it", f"{period_in_words(read.start, read.end)}{idle}")
        data_table(
            screen.rows, key=f"ledger-{effort}", name=f"ledger-effort-{effort}", alt="What each project, goal and task cost",
            columns=columns(currency()), downloads=actor.may(Permission.EXPORT), height=None,
            nothing=("Nothing stands under it", "It has no projects."),
        )  # fmt: skip
    unpriced(read)


def statement(told: JointForecast) -> str:
    """Done by a day and at a cost, both at once; or why that cannot be said."""
    money = currency()
    so_far = f"{fmt.value(told.spent, 'money', money)} were spent on it so far."
    if told.unpriced_hours:
        so_far += f" {in_words(told.unpriced_hours)}."
    if told.day is None or told.cost is None or told.alone is None:
        return card("By when and at what cost", said(f"It cannot be said. {told.missing}."), foot=so_far)
    numbers = facts([
        (fmt.day(told.day), "done by", "plain"), (fmt.value(told.cost, "money", money), "more until then, at most", "plain"),
        (f"{told.confidence} %", "both at once", "plain"),
    ])  # fmt: skip
    alone = f"Each for itself: {fmt.day(told.alone.day)}, {fmt.value(told.alone.cost, 'money', money)}."
    how = f"{told.trials:,} trials of {fmt.quantity(told.remaining, 'open task')}, each of days of the last {told.window_days} with their work and their money."
    return card("By when and at what cost", numbers + said(f"{alone} {how}"), foot=so_far)


def behind(read: Ledger) -> str:
    """The ways to the calls and hours of the effort's projects."""
    projects = [line for line in read.of("project") if line.cost]
    lines = [
        Entry(
            f"{line.number or ''} {line.name or ''}".strip(), "hours and expenses", fmt.value(line.cost, "money", currency()),
            to=_figure(read, "development_cost", project=line.project_id),
        )
        for line in sorted(projects, key=lambda line: -line.cost)
    ]  # fmt: skip
    agents = [
        Entry(agent, "calls of an agent that belongs to it", "", to=_figure(read, "cost", agent=agent))
        for agent in agents_of(read)
    ]
    return card(
        "Calls and hours behind it",
        entries([*agents, *lines], shown=5, nothing="Nothing was spent on it in these days.", marked=False),
    )


def agents_of(read: Ledger) -> list[str]:
    """The agents that rows of the effort link to."""
    [effort] = read.of("effort")
    return linked_agents(workspace(), effort.effort_id) if effort.effort_id is not None else []


def unpriced(read: Ledger) -> None:
    """The hours that are in no sum, and the way to where they get a rate."""
    if without := read.total.unpriced_hours:
        st.page_link(link("cost_inputs"), icon=":material/schedule:", label=fmt.plain(in_words(without)))


def left_out(read: Ledger) -> None:
    """The hours, calls and amounts that are in no sum, and the way to where they get a rate or a price."""
    unpriced(read)
    if read.unpriced_calls:
        st.page_link(
            link("prices"), icon=":material/money_off:",
            label=f"{fmt.quantity(read.unpriced_calls, 'call')} without a price are in no sum",
        )  # fmt: skip
    if read.unconverted:
        st.page_link(
            link("exchange_rates"), icon=":material/currency_exchange:",
            label=f"{fmt.quantity(read.unconverted, 'amount')} without a rate of exchange are in no sum",
        )  # fmt: skip


def _figure(read: Ledger, key: str, **narrowed: object) -> str:
    return f"{SCREEN}?{urlencode({'figure': key, 'from': read.start, 'to': read.end, **narrowed})}"
