"""Sessions whose tabs were closed are shut down once the framework has let them go, and only then."""

from __future__ import annotations

from orchflow.closed_tabs import sweep


class Session:
    def __init__(self, name: str) -> None:
        self.id = name
        self.shutdowns = 0

    def shutdown(self) -> None:
        self.shutdowns += 1


def test_a_session_that_the_framework_no_longer_lists_is_shut_down_once() -> None:
    open_tab, closed = Session("open"), Session("closed")
    seen = sweep([open_tab, closed], {})
    seen = sweep([open_tab], seen)
    sweep([open_tab], seen)
    assert (open_tab.shutdowns, closed.shutdowns) == (0, 1)


def test_a_session_that_is_gone_already_is_no_longer_asked_for() -> None:
    seen = sweep([Session("collected")], {})
    assert sweep([], seen) == {}
