"""What the address asks for that is not here is said, and the rest of it is shown."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def screen() -> None:
    from datetime import date

    import streamlit as st

    from orchflow.ui.address import say_unknown
    from orchflow.ui.choosers import segments, select, switch
    from orchflow.ui.filters import Choice, filter_bar
    from orchflow.ui.state import Keys

    keys = Keys("board")
    values = filter_bar(
        {"provider": Choice("Provider", ["openai", "google"])},
        today=date(2026, 11, 22),
        start_date=date(2026, 5, 1),
    )
    by = segments("Columns", {"status": "Status", "person": "Person"}, keys.text("columns", "status"))
    sprint = select("Sprint", {"1": "Sprint 1", "2": "Sprint 2"}, keys.text("sprint"))
    finished = switch("Finished", keys.flag("finished"))
    say_unknown()
    st.json([values.period, values.of("provider"), by, sprint, finished])


def opened(**address: str | list[str]) -> AppTest:
    shown = AppTest.from_function(screen)
    for name, value in address.items():
        shown.query_params[name] = value
    shown.run(timeout=20)
    assert not shown.exception
    return shown


@pytest.mark.parametrize(
    ("address", "said", "shown"),
    [
        ({"period": "30 days", "provider": "skynet"}, "Provider “skynet”", '["30d", [], "status", "1", false]'),
        ({"period": "a fortnight", "provider": "google"}, "Period “a fortnight”", '["month", ["google"], "status", "1", false]'),
        ({"provider": ["google", "skynet", "hal"]}, "Provider “skynet”, “hal”", '["month", ["google"], "status", "1", false]'),
        ({"board.columns": "Colour"}, "Columns “Colour”", '["month", [], "status", "1", false]'),
        ({"board.sprint": "Sprint 9", "board.columns": "Person"}, "Sprint “Sprint 9”", '["month", [], "person", "1", false]'),
        ({"board.finished": "perhaps"}, "Finished “perhaps”", '["month", [], "status", "1", false]'),
        ({"period": "Dates…", "dates": ["yesterday", "2026-11-02"]}, "Dates “yesterday”", None),
    ],
)  # fmt: skip
def test_an_unknown_value_is_said_and_the_rest_is_shown(
    address: dict[str, str | list[str]], said: str, shown: str | None
) -> None:
    screen = opened(**address)

    assert [toast.value.replace("\\", "") for toast in screen.toast] == [
        f"The address asks for what is not here: {said}. The rest of it is shown."
    ]
    if shown is not None:
        assert screen.json[0].value == shown
    assert not screen.run().toast


def test_of_what_is_there_nothing_is_said() -> None:
    address = {
        "period": "30 days",
        "provider": "google",
        "board.columns": "Person",
        "board.sprint": "Sprint 2",
        "board.finished": "TRUE",
    }

    shown = opened(**address, utm_source="mail")

    assert not shown.toast
    assert shown.json[0].value == '["30d", ["google"], "person", "2", true]'


@pytest.mark.parametrize(
    ("provider", "label"),
    [
        (["google"], "Filters (1)"),
        (["skynet"], "Filters"),
        (["google", "skynet"], "Filters (1)"),
        ([], "Filters"),
    ],
)
def test_the_button_counts_the_filters_of_the_address_at_once(provider: list[str], label: str) -> None:
    shown = opened(provider=provider) if provider else opened()

    assert [block.proto.popover.label for block in shown.get("popover")] == [label]


def several_of() -> None:
    import streamlit as st

    from orchflow.ui.address import say_unknown
    from orchflow.ui.choosers import several
    from orchflow.ui.state import Keys

    keys = Keys("timeline")
    traced = several("Show", {"path": "Path", "links": "Links"}, keys.texts("show"), quick=True)
    columns = several("Columns", {"a": "Due", "b": "Due"}, keys.texts("columns"), default=["b"])
    say_unknown()
    st.json([traced, columns])


@pytest.mark.parametrize(
    ("address", "said", "shown"),
    [
        ({}, [], '[[], ["b"]]'),
        ({"timeline.show": ["Links", "Path"], "timeline.columns": "Due (a)"}, [], '[["links", "path"], ["a"]]'),
        ({"timeline.show": ["Path", "Gold"]}, ["Show “Gold”"], '[["path"], ["b"]]'),
        ({"timeline.columns": "Age"}, ["Columns “Age”"], '[[], ["b"]]'),
    ],
)  # fmt: skip
def test_of_several_choices_the_unknown_ones_are_said(
    address: dict[str, str | list[str]], said: list[str], shown: str
) -> None:
    screen = AppTest.from_function(several_of)
    for name, value in address.items():
        screen.query_params[name] = value
    screen.run(timeout=20)

    assert not screen.exception
    assert [toast.value.replace("\\", "").split(": ")[1].split(". The")[0] for toast in screen.toast] == said
    assert screen.json[0].value == shown
