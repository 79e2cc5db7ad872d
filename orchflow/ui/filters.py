"""The filter bar: a period and choices, kept in the address so that a link shows the same view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import streamlit as st

from orchflow.format import period as written_period
from orchflow.format import plain
from orchflow.ui.address import came_back, check, known_values
from orchflow.ui.choosers import distinct, room, several
from orchflow.ui.menus import menu
from orchflow.ui.state import Key, Keys

SHARED = Keys("")
PERIODS = {
    "month": "This month",
    "7d": "7 days",
    "30d": "30 days",
    "90d": "90 days",
    "12m": "12 months",
    "start": "Since day 1",
    "custom": "Dates…",
}


@dataclass(frozen=True)
class FilterValues:
    """What is chosen: both days included, and for each field the values kept (none chosen: all)."""

    start: date
    end: date
    period: str
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        """The values chosen for a field; empty means every value."""
        return self.chosen.get(name, ())


@dataclass(frozen=True)
class Choice:
    """One field of the bar: its label and the values there are; `names` shows a value in other words.

    The values of a `quick` one stand side by side, each a click away.
    """

    label: str
    options: Sequence[str]
    names: Mapping[str, str] = field(default_factory=dict)
    quick: bool = False


def filter_bar(
    options: Mapping[str, Choice], keys: Keys = SHARED, *, today: date, start_date: date | None = None,
    periods: Sequence[str] = ("month", "30d", "90d", "start", "custom"), default: str = "month",
    beside: Callable[[], None] | None = None,
) -> FilterValues:  # fmt: skip
    """The bar on top of an insight screen.

    `options` maps a field's name, which is also its name in the address, to its choices; the address holds what the
    screen shows (`?period=30+days&provider=openai`). Screens share what was chosen unless they pass `keys` of their
    own. `today` is the workspace's day, `start_date` its Day 1.
    `beside` draws what else stands in the bar.
    """
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"{keys.screen or 'all'}-filters"
    ):
        check(keys.name("period"), "Period", [PERIODS[name] for name in periods])
        preset = st.segmented_control(
            "Period", list(periods), default=default, required=True, format_func=PERIODS.__getitem__,
            key=keys.name("period"), bind="query-params", label_visibility="collapsed", wrap=True,
            width=room(PERIODS[name] for name in periods),
        )  # fmt: skip
        preset = preset or default
        start, end = period_of(preset, today, start_date)
        if preset == "custom":
            start, end = _custom(keys, today)
        chosen = filter_popover(options, keys)
        if beside is not None:
            beside()
        values = FilterValues(start, end, preset, chosen)
        st.caption(" · ".join(_summary(values, options)), width="content")
    return values


def filter_popover(options: Mapping[str, Choice], keys: Keys = SHARED) -> dict[str, tuple[str, ...]]:
    """The choices alone, behind a button that says how many fields are narrowed; none chosen means every value.

    What is not chosen is drawn when the button is opened.
    """
    if not options:
        return {}
    count = sum(_narrowed(keys, name, choice) for name, choice in options.items())
    label = f"Filters ({count})" if count else "Filters"
    with menu(label, icon=":material/filter_list:", key=keys.name("filters")) as opened:
        return {
            name: _choose(keys.texts(name), choice) if opened or keys.texts(name).chosen() else ()
            for name, choice in options.items()
        }


def _narrowed(keys: Keys, name: str, choice: Choice) -> bool:
    """Whether the field will be narrowed once its widget, which comes later, has read the address or its own state."""
    key = keys.texts(name)
    if key.name in st.query_params and (came_back() or key.name not in st.session_state):
        return bool(known_values(key.name, _names(choice).values()))
    return bool(key.get()) and not came_back()


def period_of(preset: str, today: date, start_date: date | None) -> tuple[date, date]:
    """The first and last day of a preset; "start" without a Day 1 is twelve months."""
    match preset:
        case "month":
            return today.replace(day=1), today
        case "start" if start_date is not None:
            return min(start_date, today), today
        case "12m" | "start":
            return today - timedelta(days=364), today
        case _:
            length = int(preset[:-1]) if preset[:-1].isdigit() else 30
            return today - timedelta(days=length - 1), today


def _custom(keys: Keys, today: date) -> tuple[date, date]:
    check(keys.name("dates"), "Dates", _is_day)
    picked = st.date_input(
        "From and to", value=(today - timedelta(days=29), today), key=keys.name("dates"), bind="query-params",
        label_visibility="collapsed", format="YYYY-MM-DD", width=240,
    )  # fmt: skip
    found = [part for part in picked if part is not None] if isinstance(picked, tuple | list) else [picked]
    days = [part for part in found if isinstance(part, date)]
    if not days:
        return today - timedelta(days=29), today
    return min(days), max(days) if len(days) > 1 else today if min(days) <= today else min(days)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _choose(key: Key[list[str]], choice: Choice) -> tuple[str, ...]:
    names = {value: choice.names.get(value, value) for value in choice.options}
    look = {} if choice.quick else {"placeholder": "All"}
    return tuple(several(choice.label, names, key, quick=choice.quick, **look))


def _names(choice: Choice) -> dict[str, str]:
    """What stands for each value on the screen and in the address."""
    return distinct({value: choice.names.get(value, value) for value in choice.options})


def _summary(values: FilterValues, options: Mapping[str, Choice]) -> list[str]:
    parts = [plain(written_period(values.start, values.end))]
    for name, picked in values.chosen.items():
        if picked:
            choice = options[name]
            words = ", ".join(choice.names.get(value, value) for value in picked[:3])
            more = f" and {len(picked) - 3} more" if len(picked) > 3 else ""
            parts.append(f"{choice.label}: {plain(words)}{more}")
    return parts
