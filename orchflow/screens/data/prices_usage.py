"""Usage that is priced: what has no amount, what a run would change, the runs there were, and taking one back."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from orchflow import format as fmt
from orchflow.costs.price_lists import unpriced_models
from orchflow.costs.price_runs import PriceRun, price_runs
from orchflow.costs.repricing import REASONS, Repricing, price_usage, undo_pricing
from orchflow.errand import Errand, HereErrand
from orchflow.errors import OrchflowError
from orchflow.people.permissions import Actor
from orchflow.progress import Progress
from orchflow.screens.data import prices_state as state
from orchflow.screens.data.prices_state import Asked, Pricing, Trial
from orchflow.screens.session import zone
from orchflow.ui import acts, notices
from orchflow.ui.choosers import segments
from orchflow.ui.page import heading
from orchflow.ui.states import empty, problem
from orchflow.ui.table import Column, data_table, show_frame
from orchflow.workspace import Workspace


def usage(ws: Workspace, actor: Actor) -> None:
    """Draw the view."""
    going = state.PRICING.get()
    if going is not None:
        st.fragment(_progress, run_every=0.5)(going)
        return
    _missing(ws, actor)
    asked = _ask()
    trial = state.TRIAL.get()
    with st.container(horizontal=True, vertical_alignment="center"):
        waiting = trial is not None and not trial.errand.ended
        if st.button("See what changes", key="prices-try", icon=":material/search:", disabled=waiting):
            work = partial(
                price_usage, first=asked.first, last=asked.last, everything=asked.everything, dry_run=True
            )
            state.TRIAL.set(Trial(asked, HereErrand(work, ws, actor)))
            st.rerun()
        st.caption("Nothing is changed by looking.")
    if trial is not None:
        _trial(ws, actor, trial, asked)
    _runs(ws, actor)


def _missing(ws: Workspace, actor: Actor) -> None:
    heading("Usage without an amount", "It is in no sum of cost until it has a price")
    rows = unpriced_models(ws, actor)
    if not rows:
        st.caption(":material/check: All usage has an amount.")
        return
    frame = pd.DataFrame(
        [
            (row.provider, row.model, row.calls, row.input_tokens, row.output_tokens, row.first_day, row.last_day,
             "A price is known" if row.known else "No price: add one to the price book")
            for row in rows
        ],
        columns=["provider", "model", "calls", "read", "written", "first", "last", "said"],
    )  # fmt: skip
    columns = {
        "provider": Column("Provider", width=110), "model": Column("Model", width=240), "calls": Column("Calls", "count"),
        "read": Column("Tokens read", "count"), "written": Column("Tokens written", "count"),
        "first": Column("First day", "day"), "last": Column("Last day", "day"), "said": Column("What to do", width=240),
    }  # fmt: skip
    show_frame(
        frame, key="prices-missing", columns=columns, alt="Models with usage without an amount", height=None
    )


def _ask() -> Asked:
    heading(
        "Price usage",
        "By the prices of its moment; what has none keeps what it has. All usage: also that whose amount its source reported",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = segments("Usage", state.WHICH, state.USAGE)
        picked = st.date_input(
            "Days", [], format="YYYY-MM-DD", key=state.DAYS.name, label_visibility="collapsed", width=260,
            help="The first and the last day; empty for all",
        )  # fmt: skip
    days: tuple[date, ...] = picked if isinstance(picked, tuple) else (picked,)
    first, last = (days[0], days[-1]) if days else (None, None)
    return Asked(which == "all", first, last)


def _trial(ws: Workspace, actor: Actor, trial: Trial, asked: Asked) -> None:
    if not trial.errand.ended:
        st.fragment(_looking, run_every=0.5)(trial.errand)
        return
    try:
        result = trial.errand.result()
    except OrchflowError as error:
        problem(error)
        return
    if trial.asked != asked:
        st.caption("Something else is asked for now: look again.")
        return
    _told(result)
    if result.rows and acts.button(
        f"Price {fmt.quantity(result.calls, 'call')}",
        key="prices-now",
        type="primary",
        icon=":material/sell:",
    ):
        work = partial(price_usage, first=asked.first, last=asked.last, everything=asked.everything)
        state.TRIAL.clear()
        acts.once(lambda: state.PRICING.set(Pricing(HereErrand(work, ws, actor), "Usage is priced")))
        st.rerun()


def _told(result: Repricing) -> None:
    money = result.currency
    if result.lines:
        frame = pd.DataFrame(
            [
                (f"{line.month:%Y-%m}", line.provider, line.model, line.calls, line.before, line.after, line.change)
                for line in result.lines
            ],
            columns=["month", "provider", "model", "calls", "before", "after", "change"],
        )  # fmt: skip
        st.markdown(
            f"**{fmt.quantity(result.calls, 'call')}** cost {fmt.plain(fmt.money(result.before, money))} now and "
            f"**{fmt.plain(fmt.money(result.after, money))}** then: {_signed(result, money)}."
        )
        data_table(
            frame,
            key="prices-changes",
            columns=change_columns(money),
            alt="What would change, by month and model",
        )
    else:
        st.caption("No usage that is asked for has a price.")
    if result.unconverted:
        st.warning(
            f"{fmt.quantity(result.unconverted, 'row')} of it in a currency without a rate of its day: add exchange rates."
        )
    if result.unpriced:
        lines = [
            f"- {fmt.plain(line.provider or 'no provider')} {fmt.plain(line.model or 'no model')}, {fmt.day(line.first_day)} to "
            f"{fmt.day(line.last_day)}: {fmt.quantity(line.calls, 'call')}. {REASONS[line.reason]}."
            for line in result.unpriced[:20]
        ]
        rest = len(result.unpriced) - len(lines)
        st.warning("Without a price:\n" + "\n".join([*lines, f"- and {rest} more"] if rest else lines))


def _signed(result: Repricing, money: str) -> str:
    change = result.after - result.before
    if not change:
        return "the same"
    return f"{fmt.plain(fmt.money(abs(change), money))} {'more' if change > 0 else 'less'}"


def change_columns(money: str) -> dict[str, Column]:
    """How the change by month and model is shown."""
    return {
        "month": Column("Month", width=90), "provider": Column("Provider", width=110), "model": Column("Model", width=260),
        "calls": Column("Calls", "count"), "before": Column("Now", "money", currency=money),
        "after": Column("Then", "money", currency=money), "change": Column("Change", "money", currency=money),
    }  # fmt: skip


def _runs(ws: Workspace, actor: Actor) -> None:
    runs = price_runs(ws, actor)
    heading("Runs of pricing", "Who priced what, by which prices; the newest can be taken back")
    if not runs:
        empty("Nothing has been priced yet", "See what would change first.")
        return
    frame = pd.DataFrame(
        [
            (run.run, run.started_at.astimezone(zone()), run.by_name, _of(run), run.calls, run.before, run.after, run.prices, run.state)
            for run in runs
        ],
        columns=["run", "at", "by", "of", "calls", "before", "after", "prices", "state"],
    )  # fmt: skip
    columns = {
        "run": Column("Run", "count", width=60), "at": Column("When", "moment", width=150), "by": Column("Who", width=130),
        "of": Column("Usage", width=210), "calls": Column("Calls", "count"),
        "before": Column("Before", "money", currency=ws.currency), "after": Column("After", "money", currency=ws.currency),
        "prices": Column("Shipped prices", width=150), "state": Column("State", width=90),
    }  # fmt: skip
    chosen = show_frame(
        frame, key="prices-runs", columns=columns, alt="Runs of pricing", on_select="rerun", known_by="run"
    )
    run = runs[chosen[0]] if chosen else None
    with st.container(horizontal=True, vertical_alignment="center"):
        able = run is not None and run.undone_at is None
        if acts.button(
            f"Take back run {run.run}" if run is not None and able else "Take back a run",
            key="prices-undo", disabled=not able, icon=":material/undo:",
        ) and run is not None:  # fmt: skip
            errand = HereErrand(partial(_take_back, run.run), ws, actor)
            acts.once(lambda: state.PRICING.set(Pricing(errand, f"Run {run.run} is taken back")))
            st.rerun()
        st.caption("Tick a run. What it priced is as it was before; usage that came since stays.")


def _take_back(run: int, ws: Workspace, actor: Actor, progress: Progress) -> int:
    return undo_pricing(ws, actor, run, progress=progress)


def _of(run: PriceRun) -> str:
    which = "All" if run.everything else "Without an amount"
    if run.first_day is None and run.last_day is None:
        return which
    return f"{which}, {fmt.day(run.first_day)} to {fmt.day(run.last_day)}"


def _looking(errand: Errand[Repricing]) -> None:
    if errand.ended:
        st.rerun()
    _bar(errand, "looked at")


def _progress(going: Pricing) -> None:
    errand = going.errand
    if not errand.ended:
        _bar(errand, "done")
        return
    state.PRICING.clear()
    try:
        errand.result()
    except OrchflowError as error:
        notices.refused(error, "Usage was not priced")
    else:
        notices.done(going.what)
    st.rerun()


def _bar(errand: Errand[Repricing] | Errand[int], what: str) -> None:
    rows, of = errand.rows
    st.progress(
        rows / (of or 1), f"{rows:,} of {fmt.quantity(of, 'row')} {what}. You can leave this page meanwhile."
    )
