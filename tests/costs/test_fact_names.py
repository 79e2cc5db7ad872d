"""Names of agents, providers and models: offered from what facts know; others are kept, and told."""

from __future__ import annotations

import pytest

from orchflow.costs.budgets import BUDGETS
from orchflow.costs.fact_names import fact_names, offered, unknown_names
from orchflow.costs.input_file import import_inputs
from orchflow.costs.prices import PRICES
from orchflow.costs.shares import COST_SHARES
from orchflow.people.permissions import SYSTEM
from orchflow.warehouse.load import load_batch
from orchflow.warehouse.sql import Query
from orchflow.workspace import Workspace
from tests.warehouse.conftest import NOW, table

CALL = {
    "event_id": "1",
    "occurred_at": "2026-07-20T10:00:00Z",
    "provider": "Acme",
    "model": "wise-1",
}
BUDGET = {"scope": "agent", "currency": "EUR"}


@pytest.fixture
def used(space: Workspace) -> Workspace:
    """A call of the agent claims-triage to the model wise-1 of Acme."""
    with space.warehouse.write() as tx:
        load_batch(tx, "usage", "platform", table([CALL]), now=NOW)
    with space.warehouse.write() as tx:
        tx.execute(Query.of("agent", "insert into callers values ('platform', 'key-1', 'claims-triage')"))
    return space


def test_what_facts_know_is_offered(used: Workspace) -> None:
    known = fact_names(used.warehouse)
    assert offered(PRICES, PRICES.fields["model"], known) == ("wise-1",)
    assert offered(BUDGETS, BUDGETS.fields["agent"], known) == ("claims-triage",)
    assert offered(COST_SHARES, COST_SHARES.fields["subject"], known) == ("Acme", "claims-triage", "platform")


def test_a_name_that_no_fact_has_is_told_and_one_that_is_meant_is_named(used: Workspace) -> None:
    known = fact_names(used.warehouse)
    rows = [{**BUDGET, "agent": name} for name in ("Claims-Triage", "claims-triag", "still-to-come", None)]
    told = {(notice.row, notice.field): notice.message for notice in unknown_names(BUDGETS, rows, known)}
    assert told == {
        (0, "agent"): "facts write it 'claims-triage': with other capitals nothing of it is counted",
        (1, "agent"): "no agent is called 'claims-triag' in what was read so far; is 'claims-triage' meant?",
        (
            2,
            "agent",
        ): "no agent is called 'still-to-come' in what was read so far: it is kept as it is written",
    }
    shared = [{"subject_kind": kind, "subject": "acme"} for kind in ("provider", "agent", "entry")]
    assert [notice.row for notice in unknown_names(COST_SHARES, shared, known)] == [1]


def test_they_are_read_once_for_what_is_loaded(used: Workspace) -> None:
    known = fact_names(used.warehouse)
    assert fact_names(used.warehouse) is known
    with used.warehouse.write() as tx:
        load_batch(tx, "usage", "platform", table([CALL | {"event_id": "2", "model": "wise-2"}]), now=NOW)
    assert fact_names(used.warehouse)["model"] == ("wise-1", "wise-2")


def test_models_that_have_a_shipped_price_are_known(used: Workspace) -> None:
    rows = [{"provider": "anthropic", "model": "claude-sonnet-4-20250514"}]
    assert unknown_names(PRICES, rows, fact_names(used.warehouse)) == []


def test_before_there_are_facts_nothing_is_said(space: Workspace) -> None:
    assert unknown_names(BUDGETS, [{**BUDGET, "agent": "x"}], fact_names(space.warehouse)) == []


def test_a_file_tells_the_rows_of_unknown_names_and_keeps_them(used: Workspace) -> None:
    file = b"name,scope,agent,amount,from\nA,agent,claims-triage,5,2026-11-01\nB,agent,new-one,5,2026-11-01\n"
    report = import_inputs(
        used.store, SYSTEM, BUDGETS, file, "budgets.csv", currency="EUR", known=fact_names(used.warehouse)
    )
    assert (report.created, report.problems) == (2, ())
    assert [(notice.row, notice.field) for notice in report.notices] == [(3, "agent")]
