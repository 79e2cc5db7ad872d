"""The states of an alert, for a rule and one scope of it.

    armed ── beyond ──► fired ── somebody answers ──► acknowledged
      ▲                   │ clear                          │ clear
      └── clear ── back to normal ◄────────────────────────┘
                          └── beyond ──► fired

A value is `beyond` its limit, `clear` of it by the margin, `between`, or `unknown`. What is between changes nothing; what is
unknown is the state *no data*, which remembers where it was and goes on from there. What is `gone` has ended: should it come
back, it begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from orchflow.alerts.tables import AlertState, Side

Sign = Literal["beyond", "between", "clear", "unknown", "gone"]

_NEXT: dict[tuple[AlertState, Sign], AlertState] = {
    (AlertState.ARMED, "beyond"): AlertState.FIRED,
    (AlertState.FIRED, "clear"): AlertState.BACK_TO_NORMAL,
    (AlertState.ACKNOWLEDGED, "clear"): AlertState.BACK_TO_NORMAL,
    (AlertState.BACK_TO_NORMAL, "clear"): AlertState.ARMED,
    (AlertState.BACK_TO_NORMAL, "beyond"): AlertState.FIRED,
}


@dataclass(frozen=True)
class Place:
    """A state, and with *no data* the one that is held meanwhile."""

    state: AlertState = AlertState.ARMED
    held: AlertState | None = None

    @property
    def known(self) -> AlertState:
        """Where it is, were there data."""
        return self.held or self.state


def follow(place: Place, sign: Sign, *, may_fire: bool = True) -> Place:
    """Where it is after a reading; unless it `may_fire`, as twice in one period of a budget, beyond is as between."""
    if sign == "gone" or (sign == "unknown" and place.state is AlertState.ENDED):
        return Place(AlertState.ENDED)
    if place.state is AlertState.ENDED:
        place = Place()
    if sign == "unknown":
        return Place(AlertState.NO_DATA, place.known)
    if sign == "beyond" and not may_fire:
        sign = "between"
    return Place(_NEXT.get((place.known, sign), place.known))


def answered(place: Place) -> Place | None:
    """Where it is once somebody has acknowledged it; None where there is nothing to acknowledge."""
    if place.known is not AlertState.FIRED:
        return None
    if place.held is not None:
        return Place(AlertState.NO_DATA, AlertState.ACKNOWLEDGED)
    return Place(AlertState.ACKNOWLEDGED)


def at_equal(side: Side, chosen: bool | None) -> bool:
    """Whether a rule fires at exactly its limit: as was chosen, else a ceiling does and a floor does not."""
    return side is Side.ABOVE if chosen is None else chosen


def sign_of(
    value: Decimal, limit: Decimal, side: Side, equal: bool, margin: Decimal, most: Decimal | None = None
) -> Sign:
    """How a value stands to its limit; `margin` is in percent of the limit. At the `most` that there can be it is clear."""
    over = value - limit if side is Side.ABOVE else limit - value
    if over > 0 or (equal and over == 0):
        return "beyond"
    apart = abs(limit) * margin / 100
    if most is not None and side is Side.BELOW:
        apart = min(apart, max(most - limit, Decimal(0)))
    return "clear" if -over >= apart else "between"
