"""The worked example: what follows from its figures follows from them."""

from __future__ import annotations

import pytest

from orchflow.errors import ConfigError
from orchflow.guidance.example import figures, fill

F = {name: value for name, value in figures().items() if isinstance(value, int | float)}


def _models_a_month(agent: str, runs: float) -> float:
    tokens = F[f"{agent}.tokens_in"] * F[f"{agent}.price_in_1k"] + F[f"{agent}.tokens_out"] * F[f"{agent}.price_out_1k"]
    return runs * tokens / 1000


def _hours_a_month(agent: str, runs: float) -> float:
    return runs * (F[f"{agent}.minutes_before"] - F[f"{agent}.minutes_with"]) / 60


def test_runs_are_the_share_of_the_mails() -> None:
    mails = F["company.claims_mails_a_day"] * F["company.working_days_a_month"] * F["triage.share_of_mails"] / 100

    assert F["derived.triage_runs_month"] == round(mails, -1)


@pytest.mark.parametrize("agent", ["triage", "wording", "reply"])
def test_models_and_hours_follow_from_runs_tokens_and_minutes(agent: str) -> None:
    runs = F["derived.triage_runs_month"] if agent == "triage" else F[f"{agent}.runs_month"]

    assert F[f"derived.{agent}_models_month"] == pytest.approx(_models_a_month(agent, runs), abs=0.005)
    assert F[f"derived.{agent}_hours_month"] == pytest.approx(_hours_a_month(agent, runs), abs=0.5)


def test_the_three_agents_add_up() -> None:
    agents = ("triage", "wording", "reply")

    assert F["derived.models_month"] == pytest.approx(sum(F[f"derived.{agent}_models_month"] for agent in agents))
    assert F["derived.hours_month"] == sum(F[f"derived.{agent}_hours_month"] for agent in agents)
    assert F["derived.value_month"] == F["derived.hours_month"] * F["company.hour_cost"]
    assert F["derived.triage_value_month"] == F["derived.triage_hours_month"] * F["company.hour_cost"]


def test_the_pilot_and_the_approvals() -> None:
    assert F["derived.pilot_error_rate"] == round(100 * F["triage.pilot_errors"] / F["triage.pilot_runs"], 1)
    assert F["reply.approved_unchanged"] + F["reply.approved_changed"] + F["reply.rejected"] == 100


def test_a_page_names_figures_and_an_unknown_one_is_refused() -> None:
    assert fill("{{ company.people }} people", figures()) == "1,240 people"
    with pytest.raises(ConfigError, match=r"company\.persons"):
        fill("{{ company.persons }}", figures())
