"""The state machine, against a slow recomputation from the whole past; and the boundary of a limit."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchflow.alerts.burn_windows import BURN_WINDOWS
from orchflow.alerts.states import Place, Sign, answered, at_equal, follow, sign_of
from orchflow.alerts.tables import AlertState, Side

ACTS = ("beyond", "between", "clear", "unknown", "answer")


def slowly(past: list[str]) -> Place:
    """The state from everything that happened: what counts is what came since it was last clear."""
    if "gone" in past:  # it begins anew with what is read of it after that
        later = past[len(past) - past[::-1].index("gone") :]
        anew = [place for place, act in enumerate(later) if act not in ("answer", "unknown")]
        return slowly(later[anew[0] :]) if anew else Place(AlertState.ENDED)
    told = [act for act in past if act not in ("between", "unknown")]
    known, since = AlertState.ARMED, []
    for place, act in enumerate(told):
        if act == "beyond" and known in (AlertState.ARMED, AlertState.BACK_TO_NORMAL):
            known, since = AlertState.FIRED, told[place + 1 :]
        elif act == "clear":
            raised = known in (AlertState.FIRED, AlertState.ACKNOWLEDGED)
            known = AlertState.BACK_TO_NORMAL if raised else AlertState.ARMED
    if known is AlertState.FIRED and "answer" in since:
        known = AlertState.ACKNOWLEDGED
    read = [act for act in past if act != "answer"]
    return Place(AlertState.NO_DATA, known) if read and read[-1] == "unknown" else Place(known)


@given(st.lists(st.sampled_from((*ACTS, "gone")), max_size=40))
def test_the_state_is_what_the_whole_past_makes_it(past: list[str]) -> None:
    place = Place()
    for act in past:
        place = (answered(place) or place) if act == "answer" else follow(place, act)  # type: ignore[arg-type]
    assert place == slowly(past)


@given(st.lists(st.sampled_from(ACTS), max_size=40))
def test_it_fires_once_until_it_was_clear_and_no_data_neither_fires_nor_resets(past: list[str]) -> None:
    place, fired, cleared = Place(), False, True
    for act in past:
        before = place
        place = (answered(place) or place) if act == "answer" else follow(place, act)  # type: ignore[arg-type]
        fired = place.known is AlertState.FIRED and before.known is not AlertState.FIRED
        assert not fired or (act == "beyond" and cleared)
        cleared = act == "clear" or (cleared and not fired)
        if act == "unknown":
            assert (place.state, place.known) == (AlertState.NO_DATA, before.known)


@pytest.mark.parametrize(
    ("side", "equal", "value", "sign"),
    [
        (Side.ABOVE, None, "10", "beyond"),
        (Side.ABOVE, False, "10", "between"),
        (Side.ABOVE, None, "10.00000001", "beyond"),
        (Side.ABOVE, None, "9.99999999", "between"),
        (Side.ABOVE, None, "9", "clear"),
        (Side.BELOW, None, "10", "between"),
        (Side.BELOW, True, "10", "beyond"),
        (Side.BELOW, None, "9.9", "beyond"),
        (Side.BELOW, None, "11", "clear"),
    ],
)
def test_at_equal_is_decided(side: Side, equal: bool | None, value: str, sign: Sign) -> None:
    assert sign_of(D(value), D(10), side, at_equal(side, equal), D(10)) == sign


@given(
    st.decimals(-1000, 1000, places=2), st.decimals(-1000, 1000, places=2), st.sampled_from(Side), st.booleans(), st.integers(0, 100)
)  # fmt: skip
def test_a_value_is_on_one_side_and_a_wider_margin_clears_no_more(
    value: D, limit: D, side: Side, equal: bool, margin: int
) -> None:
    sign = sign_of(value, limit, side, equal, D(margin))
    assert (sign == "beyond") == (sign_of(value, limit, side, equal, D(0)) == "beyond")
    if sign == "clear":
        assert sign_of(value, limit, side, equal, D(0)) == "clear"


def test_a_budgets_threshold_is_raised_once_in_its_period() -> None:
    fired = follow(Place(), "beyond")
    back = follow(fired, "clear")
    assert follow(back, "beyond", may_fire=False) == back
    assert follow(back, "beyond").state is AlertState.FIRED


def test_the_rates_of_the_windows_are_those_of_the_golden_vector() -> None:
    assert [window.rate for window in BURN_WINDOWS.values()] == [D("14.4"), D(6), D(1)]


@pytest.mark.parametrize(
    ("value", "sign"), [("97", "beyond"), ("98", "between"), ("99", "between"), ("100", "clear")]
)
def test_a_share_is_back_to_normal_at_the_latest_when_it_is_whole(value: str, sign: Sign) -> None:
    """Five percent above 98 % there is nothing."""
    assert sign_of(D(value), D(98), Side.BELOW, False, D(5), D(100)) == sign
