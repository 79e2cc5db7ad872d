"""The worked example: what follows from its figures follows from them."""

from __future__ import annotations

from math import comb, log

import pytest

from orchflow.errors import ConfigError
from orchflow.guidance.example import figures, fill

F = {name: value for name, value in figures().items() if isinstance(value, int | float)}


def _money(name: str) -> float:
    """A figure that is written with two decimals, as text."""
    return float(str(figures()[name]).replace(",", ""))


def _models_a_month(agent: str, runs: float) -> float:
    tokens = (
        F[f"{agent}.tokens_in"] * F[f"{agent}.price_in_1k"]
        + F[f"{agent}.tokens_out"] * F[f"{agent}.price_out_1k"]
    )
    return runs * tokens / 1000


def _hours_a_month(agent: str, runs: float) -> float:
    return runs * (F[f"{agent}.minutes_before"] - F[f"{agent}.minutes_with"]) / 60


def test_runs_are_the_share_of_the_mails() -> None:
    mails = (
        F["company.claims_mails_a_day"] * F["company.working_days_a_month"] * F["triage.share_of_mails"] / 100
    )

    assert F["derived.triage_runs_month"] == round(mails, -1)


@pytest.mark.parametrize("agent", ["triage", "wording", "reply"])
def test_models_and_hours_follow_from_runs_tokens_and_minutes(agent: str) -> None:
    runs = F["derived.triage_runs_month"] if agent == "triage" else F[f"{agent}.runs_month"]

    assert F[f"derived.{agent}_models_month"] == pytest.approx(_models_a_month(agent, runs), abs=0.005)
    assert F[f"derived.{agent}_hours_month"] == pytest.approx(_hours_a_month(agent, runs), abs=0.5)


def test_the_three_agents_add_up() -> None:
    agents = ("triage", "wording", "reply")

    assert F["derived.models_month"] == pytest.approx(
        sum(F[f"derived.{agent}_models_month"] for agent in agents)
    )
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


def test_what_the_agents_are_worth_a_month() -> None:
    kept = F["worth.recapture"] / 100
    operations = F["money.operations_hours_month"] * F["roles.project_hour_cost"]
    cost = F["derived.models_month"] + F["platform.infrastructure_month"] + operations
    runs = F["derived.triage_runs_month"] + F["wording.runs_month"] + F["reply.runs_month"]
    lines = {
        agent: F[f"derived.{agent}_hours_month"] * F["company.hour_cost"] * kept
        for agent in ("triage", "wording", "reply")
    }
    headline = lines["triage"] + lines["wording"]

    assert F["roles.project_hours"] * F["roles.project_hour_cost"] == F["money.project_cost"]
    assert F["roles.training_hours_core"] + F["roles.training_hours_users"] == F["money.training_hours"]
    assert F["roles.launch_training_cost"] == 4 * F["roles.launch_users"] * F["company.hour_cost"]
    assert F["worth.operations_month"] == operations
    assert F["worth.run_cost_month"] == round(cost)
    assert F["worth.runs_month"] == runs
    assert _money("worth.run_cost_a_run") == round(cost / runs, 2)
    assert F["worth.recaptured_month"] == pytest.approx(sum(lines.values()), abs=0.5)
    assert {agent: F[f"worth.{agent}_month"] for agent in lines} == pytest.approx(lines, abs=0.5)
    assert F["worth.headline_month"] == pytest.approx(headline, abs=0.5)
    assert F["worth.net_headline_month"] == pytest.approx(headline - cost, abs=0.5)
    assert F["worth.net_all_month"] == pytest.approx(sum(lines.values()) - cost, abs=0.5)
    assert F["worth.payback_headline"] == round(F["worth.once"] / (headline - cost), 1)
    assert F["worth.payback_all"] == round(F["worth.once"] / (sum(lines.values()) - cost), 1)
    assert F["worth.cash_month"] == F["worth.cash_hours_month"] * F["company.hour_cost"]


def test_what_a_mail_costs_by_hand_and_with_the_agent() -> None:
    a_minute = F["company.hour_cost"] / 60
    run = F["triage.tokens_in"] * F["triage.price_in_1k"] + F["triage.tokens_out"] * F["triage.price_out_1k"]

    assert F["worth.mail_by_hand"] == round(F["triage.minutes_before"] * a_minute, 2)
    assert F["worth.mail_with_agent"] == round(F["triage.minutes_with"] * a_minute, 2)
    assert F["worth.triage_model_run"] == pytest.approx(run / 1000)
    assert F["worth.triage_time_cut"] == round(
        100 - 100 * F["triage.minutes_with"] / F["triage.minutes_before"]
    )


def test_adoption_and_load_follow_from_seats_and_runs() -> None:
    a, s = (
        {name.partition(".")[2]: value for name, value in F.items() if name.startswith(f"{part}.")}
        for part in ("adoption", "scale")
    )
    days, hours = F["company.working_days_a_month"], s["working_hours_a_day"]
    cost = F["derived.models_month"] + F["platform.infrastructure_month"] + F["worth.operations_month"]

    assert a["rate_day_56"] == round(100 * a["active_day_56"] / a["seats_day_56"], 1)
    assert a["inactive_day_91"] == F["operations.seats_day_91"] - F["operations.active_day_91"]
    assert a["inactive_day_91"] == a["no_need"] + a["no_knowledge"] + a["no_trust"] + a["no_time"]
    assert s["runs_day"] == round(F["worth.runs_month"] / days)
    assert s["runs_hour"] == round(F["worth.runs_month"] / days / hours)
    assert s["peak_runs_hour"] == s["peak_factor"] * s["runs_hour"]
    assert s["at_once"] == round(s["peak_runs_hour"] / 3600 * F["triage.p95_seconds"], 1)
    assert s["weeks_to_limit"] == round(
        log(s["limit_runs_day"] / s["runs_day"]) / log(1 + s["growth_week"] / 100)
    )
    assert _money("scale.models_tenfold") == pytest.approx(10 * F["derived.models_month"])
    assert s["models_share"] == round(100 * F["derived.models_month"] / cost, 1)
    assert s["infrastructure_share"] == round(100 * F["platform.infrastructure_month"] / cost, 1)
    assert s["operations_share"] == round(100 * F["worth.operations_month"] / cost, 1)
    for agent in ("triage", "wording", "reply"):
        assert _money(f"scale.{agent}_1k") == pytest.approx(_models_a_month(agent, 1000))

    assert F["worth.triage_time_cut"] == round(
        100 - 100 * F["triage.minutes_with"] / F["triage.minutes_before"]
    )


def test_what_a_run_costs_and_what_follows_from_it() -> None:
    runs = {agent: _models_a_month(agent, 1) for agent in ("triage", "wording", "reply")}
    month = {"triage": F["derived.triage_runs_month"], "wording": F["wording.runs_month"]}

    assert {agent: F[f"{agent}.run_cost"] for agent in runs} == pytest.approx(runs)
    assert F["reply.chain_cost"] == pytest.approx(sum(runs.values()))
    assert F["practice.cases_cost"] == pytest.approx(F["triage.test_questions"] * runs["triage"])
    assert F["practice.wording_cases_cost"] == round(F["wording.test_questions"] * runs["wording"], 2)
    for agent, count in month.items():
        more = count * 0.1 * F[f"{agent}.price_in_1k"]
        assert F[f"prompts.{agent}_hundred_month"] == pytest.approx(more, abs=0.006)
    assert F["privacy.mask_cost"] == F["privacy.mask_hours"] * F["roles.project_hour_cost"]
    assert F["design.approval_minutes_day"] == round(F["chain.cases_day"] * F["chain.approval_minutes"])


def test_the_return_of_the_agents() -> None:
    gross = {agent: F[f"derived.{agent}_hours_month"] for agent in ("triage", "wording", "reply")}
    kept, project = F["worth.recapture"] / 100, F["worth.once"]
    cost = F["derived.models_month"] + F["platform.infrastructure_month"] + F["worth.operations_month"]
    claimed = (gross["triage"] + gross["wording"]) * F["company.hour_cost"]
    post = (
        F["company.working_days_a_month"]
        * F["scale.working_hours_a_day"]
        * (1 - F["company.sick_leave"] / 100)
    )
    year, rate = 12 * (claimed * kept - cost), F["worth.discount"] / 100

    def roi(months: int) -> float:
        spent = project + months * cost
        return 100 * (months * claimed * kept - spent) / spent

    assert project == F["money.project_cost"] + F["risks.penetration_test"]
    assert F["worth.recaptured_hours"] == round(sum(gross.values()) * kept)
    assert F["worth.headline_hours"] == round((gross["triage"] + gross["wording"]) * kept)
    assert F["worth.verified_hours"] == round(gross["triage"] * kept)
    assert F["worth.headline_share"] == round(100 * F["worth.headline_month"] / F["worth.recaptured_month"])
    assert F["worth.posts"] == round(sum(gross.values()) * kept / post, 1)
    assert F["worth.roi_year_1"] == round(roi(12), 1)
    assert F["worth.roi_year_3"] == round(roi(36))
    assert F["worth.npv_year_3"] == round(sum(year / (1 + rate) ** t for t in (1, 2, 3)) - project, -2)
    assert F["worth.break_even_recapture"] == round(100 * cost / claimed, 1)
    left = {"break_even": claimed * kept - cost, "24_months": claimed * kept - cost - project / 24}
    for when, net in left.items():
        assert F[f"worth.volume_{when}"] == round(100 * (1 - net / (claimed * kept)))
        assert F[f"worth.prices_{when}"] == round(1 + net / F["derived.models_month"])
        assert F[f"worth.operations_{when}"] == round(1 + net / F["worth.operations_month"], 1)
    assert F["worth.recapture_24_months"] == round(100 * (project / 24 + cost) / claimed, 1)


def _wilson(hits: float, of: float) -> tuple[float, float]:
    """The 95 % interval of a share, in percent."""
    z, share = 1.96, hits / of
    middle = share + z * z / (2 * of)
    spread = z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return 100 * (middle - spread) / (1 + z * z / of), 100 * (middle + spread) / (1 + z * z / of)


def test_how_sure_the_samples_make() -> None:
    low, high = _wilson(F["evaluation.blind_agent"], 50)
    assert (F["evaluation.blind_low"], F["evaluation.blind_high"]) == (round(low), round(high))
    low, high = _wilson(F["triage.pilot_errors"], F["triage.pilot_runs"])
    assert F["evaluation.errors_low"] == pytest.approx(low, abs=0.05)
    assert F["evaluation.errors_high"] == pytest.approx(high, abs=0.05)

    won, lost, cases = F["chain.only_chain"], F["chain.only_single"], F["chain.compared_cases"]
    more = (won - lost) / cases
    spread = 1.96 * (won + lost - (won - lost) ** 2 / cases) ** 0.5 / cases
    tail = sum(comb(int(won + lost), count) for count in range(int(lost) + 1))
    assert F["chain.accepted_more"] == pytest.approx(100 * more)
    assert F["chain.more_low"] == round(100 * (more - spread))
    assert F["chain.more_high"] == round(100 * (more + spread))
    assert F["chain.sign_p"] == pytest.approx(2 * tail / 2 ** (won + lost), abs=0.005)


def test_chunks_passages_and_weeks() -> None:
    assert F["wording.chunks_page"] == round(F["wording.chunks"] / F["wording.pages"], 1)
    assert F["wording.rule_low"] == round(100 * (1 - 45 * F["wording.documents"] / F["wording.chunks"]))
    assert F["wording.passages_cost"] == round(1.25 * F["wording.price_in_1k"], 3)
    assert F["chain.break_even_weeks"] == round(F["chain.break_even_kept"] / F["chain.cases_day"] / 5)
