"""What the simulation brings forth, before anything is loaded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from orchflow.demo import models
from orchflow.demo.calls import STATUSES, calls_of
from orchflow.demo.directory import agents, users
from orchflow.demo.facts import Facts
from orchflow.demo.incidents import OUTAGES
from orchflow.demo.journey import journey
from orchflow.demo.runs import runs_of
from orchflow.demo.simulation import Simulation
from orchflow.demo.source import SimulatedSource
from orchflow.demo.working_days import is_holiday, is_working_day, working_day
from orchflow.errors import UsageError

from .conftest import NOW

ZONE = ZoneInfo("Europe/Berlin")


def simulated(days: int = 180, events: int = 20_000, seed: int = 1, now: datetime = NOW) -> Simulation:
    return Simulation(seed, days, events, ZONE, now)


def everything(simulation: Simulation) -> list[pa.Table]:
    source = SimulatedSource(simulation)
    return [batch.rows for job in source.jobs() for batch in source.read(job, None, False)]


def test_the_same_seed_and_day_give_the_same_rows() -> None:
    assert everything(simulated(days=40, events=3_000)) == everything(simulated(days=40, events=3_000))


def test_another_seed_gives_other_rows() -> None:
    assert everything(simulated(days=40, events=3_000)) != everything(
        simulated(days=40, events=3_000, seed=2)
    )


def test_later_on_the_same_day_earlier_calls_are_the_same() -> None:
    morning = simulated(now=NOW - timedelta(hours=5))
    evening = simulated(now=NOW + timedelta(hours=5))
    earlier, later = calls_of(morning, 180), calls_of(evening, 180)
    assert 0 < len(earlier) < len(later)
    assert calls_of(morning, 179).moment.tolist() == calls_of(evening, 179).moment.tolist()


@pytest.mark.parametrize(("events", "tolerance"), [(2_000, 0.3), (20_000, 0.04), (400_000, 0.02)])
def test_there_are_about_as_many_events_as_asked_for(events: int, tolerance: float) -> None:
    simulation = simulated(events=events)
    made = sum(len(calls_of(simulation, day)) for day in range(1, 181))
    assert made == pytest.approx(events, rel=tolerance)


@pytest.mark.parametrize("days", [1, 2, 3, 5, 9, 14, 21, 30, 75, 400])
def test_any_length_works(days: int) -> None:
    simulation = simulated(days=days, events=800)
    assert sum(len(calls_of(simulation, day)) for day in range(1, days + 1)) > 0
    assert len(everything(simulation)) >= len(SimulatedSource(simulation).jobs())


def test_nothing_lies_ahead() -> None:
    simulation = simulated()
    runs = runs_of(simulation, 180)
    assert len(runs)
    assert runs.start.max() <= simulation.now_us
    assert calls_of(simulation, 180).moment.max() <= simulation.now_us


def test_runs_of_a_conversation_do_not_overlap() -> None:
    runs = runs_of(simulated(events=400_000), 150)
    order = np.lexsort((runs.start, runs.conversation))
    same = runs.conversation[order][1:] == runs.conversation[order][:-1]
    assert same.any()
    assert (runs.start[order][1:][same] > runs.end[order][:-1][same]).all()


def test_weekends_and_holidays_are_quiet_and_the_last_month_is_the_busiest() -> None:
    simulation = simulated()
    per_day = {simulation.date_of(day): len(calls_of(simulation, day)) for day in range(1, 181)}
    working = [count for day, count in per_day.items() if is_working_day(day)]
    free = [count for day, count in per_day.items() if not is_working_day(day)]
    assert np.mean(free) < 0.15 * np.mean(working)
    assert is_holiday(date(2026, 9, 7))
    months = [sum(list(per_day.values())[first : first + 30]) for first in range(0, 180, 30)]
    assert months == sorted(months)


def test_people_work_in_office_hours_of_the_workspace_zone() -> None:
    simulation = simulated()
    day = simulation.days - 8
    hours = (runs_of(simulation, day).start - simulation.midnight(day)) / 3.6e9
    assert ((hours >= 7) & (hours < 19)).mean() > 0.8


def test_a_day_of_ten_million_events_has_few_groups() -> None:
    calls = calls_of(simulated(events=10_000_000), 178)
    groups = np.unique(np.stack([calls.caller, calls.person, calls.model, calls.status]), axis=1)
    assert len(calls) > 100_000
    assert groups.shape[1] < 2_000


def test_every_provider_and_both_places_of_cost_are_in_use() -> None:
    own, gateway = Facts(simulated()).usage(150)
    assert set(own["provider"].to_pylist()) == {"anthropic", "openai", "google", "xai", "ollama"}
    assert set(gateway["provider"].to_pylist()) == {"openrouter"}
    assert own["organization"].null_count == own.num_rows
    assert gateway["organization"].null_count == 0


def test_calls_that_fail_have_no_amount() -> None:
    own, gateway = Facts(simulated()).usage(150)
    usage = pa.concat_tables([own, gateway])
    assert set(usage["status"].to_pylist()) <= set(STATUSES)
    failed = usage.filter(pc.not_equal(usage["status"], "completed"))
    assert failed.num_rows
    assert failed["cost"].null_count == failed.num_rows


def test_a_price_change_shows_in_the_cost_of_a_token() -> None:
    place = models.INDEX["gpt-4o"]
    assert models.prices_on(59)[0][place] == 2 * models.prices_on(60)[0][place]


def test_an_outage_fails_the_runs_of_its_provider() -> None:
    simulation = simulated(events=200_000)
    outage = OUTAGES[0]
    day = (working_day(simulation.date_of(outage.day)) - simulation.start).days + 1
    runs = runs_of(simulation, day)
    hours = (runs.start - simulation.midnight(day)) / 3.6e9
    during = (hours >= outage.start_hour) & (hours < outage.end_hour)
    theirs = models.PROVIDER_OF[runs.model] == models.PROVIDERS.index(outage.provider)
    assert runs.failed[during & theirs].mean() > 0.7
    assert runs.failed[~during].mean() < 0.1


def test_there_are_120_people_with_one_sign_in_per_role() -> None:
    people = simulated().people
    assert len({person.username for person in people}) == len({person.email for person in people}) == 120
    assert sorted(person.sign_in for person in people if person.sign_in) == [
        "admin", "analyst", "manager", "member", "viewer",
    ]  # fmt: skip
    assert users(simulated()).num_rows > 120


def test_agents_come_alive_over_the_months() -> None:
    assert [agents(simulated(days=days)).num_rows for days in (2, 20, 60, 180)] == [0, 5, 12, 18]
    status = dict(
        zip(*(agents(simulated())[column].to_pylist() for column in ("slug", "status")), strict=True)
    )
    assert set(status.values()) == {"active", "draft", "disabled", "archived"}


def test_the_plan_moves_with_time() -> None:
    def done(days: int) -> int:
        return journey(simulated(days=days))["journey_tasks"]["status"].to_pylist().count("completed")

    assert done(2) < done(60) < done(180)


def test_someone_is_asked_and_someone_is_running_now() -> None:
    simulation = simulated()
    assert runs_of(simulation, 180).open.sum() >= 3
    assert sum(runs_of(simulation, day).waiting.sum() for day in range(177, 181)) > 0


@pytest.mark.parametrize("values", [{"days": 0}, {"days": 99_999}, {"events": 0}, {"seed": -1}])
def test_senseless_numbers_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(UsageError) as refused:
        simulated(**values)
    assert refused.value.hint


def test_a_watermark_reads_its_day_once_more_and_goes_on() -> None:
    source = SimulatedSource(simulated(days=30, events=2_000))
    (batch,) = source.read("conversations", {"day": "2026-11-18"}, False)
    days = {moment.astimezone(ZONE).date() for moment in batch.rows["started_at"].to_pylist()}
    assert days == {date(2026, 11, 18), date(2026, 11, 19), date(2026, 11, 20)}
    assert batch.watermark == {"day": "2026-11-20"}


def test_times_are_utc() -> None:
    own, _ = Facts(simulated(days=20, events=500)).usage(15)
    assert own["occurred_at"].type.tz == "UTC"
    assert own["occurred_at"][0].as_py().astimezone(UTC).year == 2026
