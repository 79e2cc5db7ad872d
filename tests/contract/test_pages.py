"""However many rows the platform puts on a page, none is lost; where one cannot be reached, the run stops and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchflow.ingest.reconcile import list_removed, reconcile_source
from orchflow.ingest.sources import api_v2
from orchflow.ingest.sources.orchestrator_api import OrchestratorApi
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace
from tests.contract.fake_dataset import USERS, Dataset
from tests.contract.fake_orchestrator import SERVICE, FakeOrchestrator
from tests.contract.test_api_source import EAGER, ask, assert_truth, ingest, settings_for

ME = next(user[0] for user in USERS if user[1] == SERVICE)
HELD = (
    "select conversation_id, present from conversations where starts_with(conversation_id, 'own-') order by 1"
)


@pytest.mark.parametrize(
    ("version", "rows"), [("enterprise", 3), ("enterprise", 70), ("v2", 60), ("v2", 400)]
)
def test_pages_that_end_early_lose_nothing(ws: Workspace, version: str, rows: int) -> None:
    """Nothing says that a server shows fewer rows than it was asked for."""
    with FakeOrchestrator(version, Dataset(calls=150 if rows < 100 else 900, ties=20)) as fake:  # type: ignore[arg-type]
        fake.faults.short_pages = rows
        fake.own_conversations = [f"own-{n:04}" for n in range(rows * 2)]
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)
        held = len(fake.own_conversations) if version == "v2" else 0
        assert len(ask(ws, HELD)) == held


@pytest.mark.parametrize("version", ["enterprise", "v2"])
@pytest.mark.parametrize(
    "fault", [{"uneven_pages": True}, {"empty_every": 3}, {"uneven_pages": True, "empty_every": 5}]
)
def test_pages_of_any_length_lose_nothing(ws: Workspace, version: str, fault: dict[str, object]) -> None:
    with FakeOrchestrator(version, Dataset(calls=300)) as fake:  # type: ignore[arg-type]
        for name, value in fault.items():
            setattr(fake.faults, name, value)
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)


@pytest.mark.parametrize("version", ["enterprise", "v2"])
@pytest.mark.parametrize("every", [2, 7])
def test_pages_that_come_again_end_in_the_truth_or_in_a_sentence(
    ws: Workspace, version: str, every: int
) -> None:
    with FakeOrchestrator(version, Dataset(calls=300)) as fake:  # type: ignore[arg-type]
        fake.faults.repeats_every = every
        result = ingest(ws, fake)
        assert fake.requests < 1000
        if result.state != "failed":
            assert_truth(ws, fake)
        else:
            assert "orchestrator_db" in str(result.hint)
        fake.faults.repeats_every = None
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)


def crowded(crowd: str, size: int) -> Dataset:
    """A hundred calls of sixty days, and `size` calls or runs of one instant among them."""
    dataset = Dataset(calls=100)
    at = dataset.now - timedelta(days=20)
    for _ in range(size):
        if crowd == "calls":
            dataset.add_call(at, started=at)
        else:
            dataset.add_run(at)
    return dataset


@pytest.mark.parametrize("version", ["enterprise", "v2"])
@pytest.mark.parametrize("crowd", ["calls", "runs"])
@pytest.mark.parametrize("most", [None, 150])
def test_a_crowd_of_one_instant_is_read_whole_or_told(
    ws: Workspace, version: str, crowd: str, most: int | None
) -> None:
    """v2 has no way to see all of a millisecond that one page cannot hold."""
    dataset = crowded(crowd, 300 if most else 1500)
    with FakeOrchestrator(version, dataset) as fake:  # type: ignore[arg-type]
        fake.faults.short_pages = most
        result = ingest(ws, fake)
        assert fake.requests < 1000
    if version == "enterprise" or (crowd == "runs" and most is None):
        assert result.error is None
        told = ask(ws, "select count(*), sum(cost) from usage_events")
        if version == "enterprise":
            assert told == [(len(dataset.truth.costs), dataset.truth.total)]
        else:  # of events that say the same at one instant v2 cannot be asked whether they are copies
            events = [event for event in dataset.events if event.type == "llm.usage"]
            distinct = {
                (event.at, event.conversation, event.agent, event.cost, event.failed) for event in events
            }
            assert told[0][0] == len(dataset.calls) + len(distinct)
    else:
        assert result.state == "failed"
        assert "and shows no more than that" in str(result.error)
        assert "orchestrator_db" in str(result.hint)


@pytest.mark.parametrize("days", [0, 400])
def test_v2_tells_of_a_crowd_at_either_end_of_what_there_is(ws: Workspace, days: int) -> None:
    dataset = Dataset(calls=60)
    at = dataset.now - timedelta(days=days, minutes=1)
    for _ in range(120):
        dataset.add_call(at, started=at)
    with FakeOrchestrator("v2", dataset) as fake:
        fake.faults.short_pages = 100
        assert "holds more than 100 calls started at" in str(ingest(ws, fake).error)


def test_all_there_is_may_lie_in_one_instant(ws: Workspace) -> None:
    dataset = Dataset(calls=0)
    at = dataset.now - timedelta(days=3)
    dataset.events.clear()
    for _ in range(300):
        dataset.add_call(at, started=at)
    with FakeOrchestrator("v2", dataset) as fake:
        assert ingest(ws, fake).error is None
        assert ask(ws, "select count(*) from usage_events") == [(300,)]


def test_v2_events_of_the_last_minutes_come_at_once_however_short_its_pages(ws: Workspace) -> None:
    with FakeOrchestrator("v2", Dataset(calls=50)) as fake:
        for second in range(200):
            fake.arrive(runs=1, at=datetime.now(UTC) - timedelta(seconds=second + 2))
        fake.faults.short_pages = 100
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)


def test_an_empty_page_does_not_make_a_comparison_take_rows_away(ws: Workspace) -> None:
    with FakeOrchestrator("enterprise", Dataset(calls=300)) as fake:
        assert ingest(ws, fake).error is None
        fake.faults.empty_every = 2
        reconcile_source(ws, SYSTEM, OrchestratorApi(settings_for(fake), EAGER))
        assert_truth(ws, fake)


def test_v2_conversations_of_ones_own_that_are_gone_are_found(ws: Workspace) -> None:
    """Events still tell of them; the list of one's own does not."""
    with FakeOrchestrator("v2", Dataset(calls=50)) as fake:
        fake.own_conversations = [f"own-{n}" for n in range(3)]
        fake.dataset.conversations.append(("own-1", "writer", "legal", ME))
        for event in fake.dataset.add_run(fake.dataset.now - timedelta(hours=1), "own-1"):
            fake._keep_event(event)
        assert ingest(ws, fake).error is None
        others = (
            "select count(*) from conversations where present and not starts_with(conversation_id, 'own-')"
        )
        before = ask(ws, others)
        del fake.own_conversations[1]
        result = reconcile_source(ws, SYSTEM, OrchestratorApi(settings_for(fake), EAGER))
        assert (result.state, result.jobs[0].gone) == ("done", 1)
        assert "Tasks and other people's conversations are not compared" in str(result.jobs[0].hint)
        assert ask(ws, HELD) == [("own-0", True), ("own-1", False), ("own-2", True)]
        assert list(list_removed(ws, SYSTEM)["event_id"]) == ["own-1"]
        assert ingest(ws, fake, full=True).error is None
        assert ask(ws, HELD) == [("own-0", True), ("own-1", False), ("own-2", True)]
        assert len(list_removed(ws, SYSTEM)) == 1
        assert ask(ws, others) == before
        assert_truth(ws, fake)


@pytest.mark.parametrize("moves", ["one is deleted", "one goes to the front"])
def test_conversations_that_a_moving_list_skips_are_not_taken_for_gone(ws: Workspace, moves: str) -> None:
    with FakeOrchestrator("v2", Dataset(calls=10)) as fake:
        fake.faults.short_pages = 50
        fake.own_conversations = [f"own-{n:03}" for n in range(150)]
        assert ingest(ws, fake).state == "done"

        def move(target: str) -> None:
            if "agent-conversations" in target and "offset=50" in target:
                fake.before_answer = lambda target: None
                moved = fake.own_conversations.pop(10 if moves == "one is deleted" else 60)
                if moves == "one goes to the front":
                    fake.own_conversations.insert(0, moved)

        fake.before_answer = move
        result = ingest(ws, fake)
        assert result.state == "partial"
        assert "none of one's own is taken for gone: run the source again" in str(result.hint)
        assert list_removed(ws, SYSTEM).empty
        assert len(ask(ws, f"select * from ({HELD}) where present")) == 150
        assert ingest(ws, fake).state == "done"
        gone = ["own-010"] if moves == "one is deleted" else []
        assert list(list_removed(ws, SYSTEM)["event_id"]) == gone


def test_a_list_that_shows_less_than_it_says_is_a_clear_stop(ws: Workspace) -> None:
    with FakeOrchestrator("v2", Dataset(calls=50)) as fake:
        fake.own_conversations = [f"own-{n}" for n in range(500)]
        fake.faults.empty_every = 1
        assert ingest(ws, fake).state == "failed"
        fake.faults.empty_every = None
        assert ingest(ws, fake).error is None
        assert len(ask(ws, HELD)) == 500


def test_the_most_rows_that_v2_shows_are_found_out(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOrchestrator("v2", Dataset(calls=1200, days=1)) as fake:
        fake.faults.short_pages = 90
        assert ingest(ws, fake).error is None
        assert_truth(ws, fake)
        assert sum(api_v2.RECORDS in path for path in fake.paths) < 150
