"""The period and the choices of an insight screen."""

from __future__ import annotations

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from orchflow.ui.filters import period_of

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("preset", "start"),
    [
        ("month", date(2026, 11, 1)),
        ("7d", date(2026, 11, 16)),
        ("30d", date(2026, 10, 24)),
        ("start", date(2026, 5, 1)),
        ("12m", date(2025, 11, 23)),
    ],
)
def test_a_period_ends_today_and_includes_both_days(preset: str, start: date) -> None:
    assert period_of(preset, TODAY, date(2026, 5, 1)) == (start, TODAY)


def test_without_a_day_one_the_longest_period_is_a_year() -> None:
    assert period_of("start", TODAY, None) == (date(2025, 11, 23), TODAY)


def bar() -> None:
    from datetime import date

    import streamlit as st

    from orchflow.ui.filters import Choice, filter_bar

    values = filter_bar(
        {"provider": Choice("Provider", ["openai", "google"])},
        today=date(2026, 11, 22),
        start_date=date(2026, 5, 1),
    )
    st.json({"start": str(values.start), "end": str(values.end), "provider": list(values.of("provider"))})


def test_the_address_restores_period_and_choices() -> None:
    shown = AppTest.from_function(bar)
    shown.query_params["period"] = "30 days"
    shown.query_params["provider"] = "google"
    shown.run(timeout=20)

    assert not shown.exception
    assert '"start": "2026-10-24"' in shown.json[0].value
    assert '"google"' in shown.json[0].value


def test_a_choice_that_does_not_exist_is_dropped() -> None:
    shown = AppTest.from_function(bar)
    shown.query_params["provider"] = "skynet"
    shown.run(timeout=20)

    assert not shown.exception
    assert "skynet" not in shown.json[0].value


def test_what_is_chosen_is_said_in_words() -> None:
    shown = AppTest.from_function(bar)
    shown.session_state["filters"] = True
    shown.run(timeout=20)
    shown.multiselect[0].set_value(["openai"]).run()

    assert shown.caption[0].value == "1–22 Nov 2026 · Provider: openai"
