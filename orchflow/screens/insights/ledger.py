"""Ledger: what efforts, their projects, goals and tasks, and teams cost; every amount once, and what belongs to nobody."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.costs.hourly_rates import may_see_rates
from orchflow.errors import NotFound
from orchflow.insights.joint_forecast import JointForecast
from orchflow.insights.ledger import NOTHING, OPENED, Ledger, LedgerLine
from orchflow.insights.ledger_drill import Drill
from orchflow.metrics.figure_address import SCREEN
from orchflow.metrics.filters import Filters, period_in_words
from orchflow.metrics.unpriced import in_words
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.data.datasets_data import version_of
from orchflow.screens.figure_way import figure_way
from orchflow.screens.insights import ledger_state as state
from orchflow.screens.insights.ledger_data import (
    LedgerScreen,
    behind_line,
    columns,
    hour_columns,
    ledger_screen,
    together,
)
from orchflow.screens.session import currency, workspace, zone
from orchflow.screens.withheld import say_withheld, single_withheld, withheld_box
from orchflow.ui.cards import figure_row
from orchflow.ui.filters import filter_bar
from orchflow.ui.overview import Entry, card, cards, entries, facts, overview, said
from orchflow.ui.page import heading, on_a_phone, page
from orchflow.ui.states import boundary, empty
from orchflow.ui.table import data_table

ABOUT = "What efforts, projects, goals, tasks and teams cost: every amount once"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    head = st.container()
    ws = workspace()
    values = filter_bar({}, today=clock.today(ws.zone), start_date=ws.start_date)
    asked = state.EFFORT.get()
    effort = int(asked) if asked.isdecimal() and len(asked) < 10 else None
    if effort is not None and not opens(actor):
        with head:
            back()
            page("Ledger", ABOUT)
        single_withheld("What stands under an effort are the hours of single people")
        return
    with boundary():
        try:
            screen = ledger_screen(actor, values.start, values.end, effort)
        except NotFound as gone:
            with head:
                back()
            empty(str(gone), "Choose one of the ledger.", icon="menu_book")
            return
        if effort is None:
            with head:
                page("Ledger", ABOUT, computed_at=screen.read.computed_at, zone=zone())
            everything(actor, screen)
        else:
            with head:
                opened(actor, screen, effort)
            one(actor, screen, effort)


def opens(actor: Actor) -> bool:
    """Whether `actor` may see what stands under an effort."""
    return all(map(actor.may, OPENED))


def everything(actor: Actor, screen: LedgerScreen) -> None:
    """The efforts, the teams, nobody and the total."""
    read = screen.read
    if not read.lines and read.withheld:
        withheld_box()
        return
    if not read.total.cost and not read.total.tasks:
        empty(
            "Nothing was spent in these days, and nothing is planned",
            "Choose another period.",
            icon="menu_book",
        )
        left_out(actor, read)
        return
    figure_row(screen.figures, currency=currency(), zone=zone())
    say_withheld(read.withheld)
    with st.container(border=True, key="ledger-lines"):
        way = " Select an effort to open it\\." if opens(actor) else ""
        heading("Whose it is", f"{period_in_words(read.start, read.end)}\\.{way}{nobodys(read)}")
        picked = data_table(
            screen.rows, key="ledger", name="ledger", alt="What each effort and team cost, what belongs to nobody, and the total",
            columns=columns(currency()), on_select="rerun" if opens(actor) else "ignore", downloads=actor.may(Permission.EXPORT), height=height(screen),
            way=figure_way(Filters(read.start, read.end)),
        )  # fmt: skip
    if picked and (number := screen.lines[picked[0]].effort_id) is not None:
        state.EFFORT.set(number)
        st.rerun()
    left_out(actor, read)


def nobodys(read: Ledger) -> str:
    """How much belongs to nobody, and what to do about it; nothing where all has an owner."""
    line = next(iter(read.of("nobody")), NOTHING)
    if not line.cost or not read.total.cost:
        return ""
    share = fmt.plain(fmt.percent(float(line.cost / read.total.cost)))
    return f" {'At least ' if line.in_part else ''}{share} belongs to nobody: link agents to the plan, or give shares of costs to their owners\\."


def opened(actor: Actor, screen: LedgerScreen, effort: int) -> None:
    """The title of an open effort, and the way back."""
    back()
    [line] = screen.read.of("effort")
    page(
        _name(line),
        "What it cost, from its projects to its tasks",
        computed_at=screen.read.computed_at,
        zone=zone(),
    )


def back() -> None:
    """The way to all efforts."""
    st.page_link(
        link("ledger"), label="Ledger", icon=":material/arrow_back:", query_params=state.EFFORT.address(None), width="content"
    )  # fmt: skip


def height(screen: LedgerScreen) -> int:
    """As high as its lines, as long as they fit a window."""
    return min(31 * (len(screen.lines) + 1) + 2, 560)


def one(actor: Actor, screen: LedgerScreen, effort: int) -> None:
    """One effort: what can be said of its end and its cost, who works on it, every line under it, and what is behind a line."""
    read = screen.read
    today = clock.today(zone())
    forecast = together(actor, actor.role, effort, today, version_of(workspace()))
    [whole] = read.of("effort")
    overview(cards(statement(actor, forecast), calls(actor, read, whole)), key="ledger-effort")
    with st.container(border=True, key="ledger-lines"):
        idle = f"; {fmt.quantity(screen.idle, 'task')} without cost and hours left out" if screen.idle else ""
        heading(
            "What stands under it",
            f"{period_in_words(read.start, read.end)}{idle}\\. Select a line to see its calls and hours\\.",
        )
        picked = data_table(
            screen.rows, key=f"ledger-{effort}", name=f"ledger-effort-{effort}", alt="What each project, goal and task cost",
            columns=columns(currency(), effort, phone=on_a_phone()), downloads=actor.may(Permission.EXPORT), height=height(screen), on_select="rerun",
            way=figure_way(Filters(read.start, read.end)), nothing=("Nothing stands under it", "It has no projects."),
        )  # fmt: skip
    behind(actor, read, screen.lines[picked[0]] if picked else whole)
    unpriced(actor, read)


def statement(actor: Actor, told: JointForecast) -> str:
    """Done by a day and at a cost, both at once; or why that cannot be said."""
    money = currency()
    so_far = f"{fmt.value(told.spent, 'money', money)} were spent on it so far."
    if without := in_words(told.unpriced_hours, may_see_rates(actor)):
        so_far += f" {without}."
    if told.day is None or told.cost is None or told.alone is None:
        return card("By when and at what cost", said(f"It cannot be said. {told.missing}."), foot=so_far)
    sure = f"with {told.confidence} %"
    numbers = facts([
        (fmt.day(told.day), f"done by then {sure}", "plain"), (fmt.value(told.cost, "money", money), f"at that cost from today on {sure}", "plain"),
    ])  # fmt: skip
    alone = f"Both hold at once. Each for itself: {fmt.day(told.alone.day)}, {fmt.value(told.alone.cost, 'money', money)}."
    how = f"{told.trials:,} trials of {fmt.quantity(told.remaining, 'open task')}, each of days of the last {told.window_days} with their work and their money."
    return card("By when and at what cost", numbers + said(f"{alone} {how}"), foot=so_far)


def calls(actor: Actor, read: Ledger, line: LedgerLine) -> str:
    """The agents whose calls belong to a line, each with the way to its calls."""
    lines = [
        Entry(
            agent.name, fmt.quantity(agent.calls, "call") if agent.calls else "no calls in these days", fmt.value(agent.cost, "money", currency()),
            to=_figure(read, "cost", agent=agent.agent),
        )
        for agent in _drill(actor, read, line).agents
    ]  # fmt: skip
    nothing = "No agent is linked to it, or has a share of its cost in it."
    return card(
        "Agents that belong to it", entries(lines, shown=4, nothing=nothing, marked=False),
        foot="All calls of each in these days, of which a part may belong elsewhere." if lines else "",
    )  # fmt: skip


def behind(actor: Actor, read: Ledger, line: LedgerLine) -> None:
    """The calls and the hours behind a line."""
    found = _drill(actor, read, line)
    with st.container(border=True, key="ledger-behind"):
        heading(
            f"Hours of {_name(line)}",
            "At the mean rate of their month\\." if not may_see_rates(actor) else "",
        )
        data_table(
            found.hours, key="ledger-hours", name=f"hours-{line.kind}", alt=f"Hours of {_name(line)}, day by day", columns=hour_columns(currency()),
            downloads=actor.may(Permission.EXPORT), nothing=("No hours were logged on it in these days", "Choose another period."),
        )  # fmt: skip
    if line.kind != "effort":
        overview(calls(actor, read, line), key="ledger-calls")


def _drill(actor: Actor, read: Ledger, line: LedgerLine) -> Drill:
    return behind_line(actor, actor.role, line, read.start, read.end, version_of(workspace()))


def _name(line: LedgerLine) -> str:
    return " ".join(filter(None, [line.number, line.name])) or "Without a name"


def unpriced(actor: Actor, read: Ledger) -> None:
    """The hours that are in no sum, and the way to where they get a rate."""
    if without := in_words(read.total.unpriced_hours, may_see_rates(actor)):
        st.page_link(link("cost_inputs"), icon=":material/schedule:", label=fmt.plain(without))


def left_out(actor: Actor, read: Ledger) -> None:
    """The hours, calls and amounts that are in no sum, and the way to where they get a rate or a price."""
    unpriced(actor, read)
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
