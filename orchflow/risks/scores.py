"""How likely times how bad: the scale of 1 to 5, and from when on a risk is a high one."""

from __future__ import annotations

from typing import Any, Final, Protocol

from orchflow.store.columns import field

LEAST: Final = 1
MOST: Final = 5
LIKELIHOODS: Final = "how likely it is: 1 hardly ever to 5 almost certain"
HIGH: Final = 15
"""With this score left a risk is high: almost certain and felt, or likely and severe."""
MIDDLE: Final = 8
"""With this one it is a medium one; below it is low."""


class Assessed(Protocol):
    """What was assessed: before controls and, where that was done, with them."""

    @property
    def likelihood(self) -> int: ...
    @property
    def impact(self) -> int: ...
    @property
    def residual_likelihood(self) -> int | None: ...
    @property
    def residual_impact(self) -> int | None: ...


def score_field(label: str, about: str, **told: Any) -> dict[str, Any]:
    """The field of a likelihood or an impact."""
    return field(label, least=LEAST, most=MOST, about=f"{about[0].upper()}{about[1:]}.", **told)


def inherent(risk: Assessed) -> tuple[int, int]:
    """Likelihood and impact before controls."""
    return risk.likelihood, risk.impact


def residual(risk: Assessed) -> tuple[int, int]:
    """Those that are left; of a risk whose controls nobody has assessed those before controls."""
    if risk.residual_likelihood is None or risk.residual_impact is None:
        return inherent(risk)
    return risk.residual_likelihood, risk.residual_impact


def score(place: tuple[int, int]) -> int:
    """Likelihood times impact."""
    return place[0] * place[1]


def level(of: int) -> str:
    """What a score is called."""
    return "high" if of >= HIGH else "medium" if of >= MIDDLE else "low"
