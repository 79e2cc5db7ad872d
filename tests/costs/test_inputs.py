"""What people keep about costs: what is wrong with a row is said, with what to do about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.occasions import BUSINESS_MEASURES, TIMELINE_EVENTS
from orchflow.costs.shares import COST_SHARES
from orchflow.errors import Forbidden, Invalid
from orchflow.metrics.inputs import COSTS
from orchflow.metrics.targets import TARGETS
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.teams import add_team, delete_team
from orchflow.planning.work.efforts import create_effort, delete_effort
from orchflow.planning.work.projects import create_project
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from tests.people.conftest import AddPerson

D = Decimal
NOV, DEC, JAN = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
MONEY = {"amount": 1200, "currency": "EUR"}
HOUR = {"rate": 80, "currency": "EUR", "valid_from": NOV}
SHARE = {
    "subject_kind": "agent",
    "subject": "writer",
    "owner_kind": "agent",
    "agent": "reader",
    "valid_from": NOV,
}


def refused(entity: Entity[Any], store: Store, **values: Any) -> dict[str, str]:
    """Field → what is wrong with it."""
    with pytest.raises(Invalid) as caught:
        entity.create(store, SYSTEM, **values)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_a_row_of_each_is_kept_as_it_was_told(store: Store) -> None:
    entry = COST_ENTRIES.create(store, SYSTEM, name="Licences", starts="2026-11-01", **MONEY)
    assert (entry.every, entry.part, entry.kind, entry.amount) == ("month", "operations", "other", D(1200))
    budget = BUDGETS.create(store, SYSTEM, name="All", valid_from=NOV, **MONEY)
    assert (budget.thresholds, budget.period, budget.scope) == ([50, 80, 100], "month", "workspace")
    measure = BUSINESS_MEASURES.create(store, SYSTEM, name="Claims", month="2026-11-17", value="1250,5")
    assert (measure.month, measure.value, measure.unit) == (NOV, D("1250.5"), "")
    assert (
        TARGETS.create(store, SYSTEM, figure="Error rate", value="0.02", valid_from=NOV).figure
        == "error_rate"
    )
    assert COST_SHARES.create(store, SYSTEM, **SHARE, share="33.33").share == D("33.33")
    assert HOURLY_RATES.create(store, SYSTEM, **HOUR).person_id is None
    assert (
        TIMELINE_EVENTS.create(store, SYSTEM, day=NOV, title="Launch", kind="Price change").kind
        == "price_change"
    )


WRONG: list[tuple[Entity[Any], dict[str, Any], str, str]] = [
    (BUDGETS, {"name": "A", "valid_from": NOV, **MONEY, "amount": 0}, "amount", "end the budget"),
    (BUDGETS, {"name": "A", "valid_from": NOV, **MONEY, "amount": -5}, "amount", "must be from 0"),
    (BUDGETS, {"name": "A", "valid_from": NOV, "valid_to": NOV, **MONEY}, "valid_to", "hold on no day"),
    (BUDGETS, {"name": "A", "valid_from": DEC, "valid_to": NOV, **MONEY}, "valid_to", "is before the start"),
    (BUDGETS, {"name": "A", "valid_from": NOV, **MONEY, "thresholds": "50, 0"}, "thresholds", "whole percents"),
    (BUDGETS, {"name": "A", "valid_from": NOV, **MONEY, "thresholds": [12.5]}, "thresholds", "whole percents"),
    (BUDGETS, {"name": "A", "valid_from": NOV, **MONEY, "scope": "agent"}, "agent", "say which agent"),
    (BUDGETS, {"name": "A", "valid_from": NOV, **MONEY, "provider": "x"}, "provider", "must be empty"),
    (HOURLY_RATES, {**HOUR, "rate": -1}, "rate", "must be from 0"),
    (HOURLY_RATES, {**HOUR, "rate": "NaN"}, "rate", "is not a number"),
    (HOURLY_RATES, {**HOUR, "currency": "EURO"}, "currency", "is not a currency"),
    (HOURLY_RATES, {**HOUR, "job_role": "wizard"}, "job_role", "'wizard' is not"),
    (COST_SHARES, {**SHARE, "share": "100.01"}, "share", "must be from 0.01 to 100"),
    (COST_SHARES, {**SHARE, "share": 0}, "share", "must be from 0.01 to 100"),
    (COST_SHARES, {**SHARE, "share": 5, "owner_kind": "goal"}, "goal_id", "say which goal"),
    (COST_SHARES, {**SHARE, "share": 5, "agent": "writer"}, "agent", "name another owner"),
    (COST_SHARES, {**SHARE, "share": 5, "subject_kind": "entry"}, "subject", "there is no cost entry"),
    (COST_ENTRIES, {"name": "A", "starts": NOV, "ends": NOV, **MONEY}, "ends", "hold on no day"),
    (COST_ENTRIES, {"name": "A", "starts": NOV, **MONEY, "amount": "1e400"}, "amount", "not"),
    (COST_ENTRIES, {"name": "A", "starts": NOV, **MONEY, "amount": "1.00005"}, "amount", "more than 4 decimals"),
    (COST_ENTRIES, {"name": "A", "starts": NOV, **MONEY, "every": "week"}, "every", "is not one of"),
    (TARGETS, {"figure": "happiness", "value": 1, "valid_from": NOV}, "figure", "list of definitions"),
    (BUSINESS_MEASURES, {"name": "A", "month": "soon", "value": 1}, "month", "is not a date"),
    (BUSINESS_MEASURES, {"name": "A", "month": NOV, "value": -1}, "value", "must be from 0"),
]  # fmt: skip


def test_what_is_wrong_says_what_to_do(store: Store) -> None:
    for entity, values, field, words in WRONG:
        assert words in refused(entity, store, **values).get(field, ""), (entity.key, values)


def test_a_new_row_is_judged_with_what_it_holds_where_nothing_is_said(store: Store) -> None:
    effort = create_effort(store, SYSTEM, name="Foundations")
    first, other = (create_project(store, SYSTEM, effort_id=effort.id, name=name) for name in ("A", "B"))
    told = {
        "subject": "writer",
        "valid_from": NOV,
    }  # the costs of an agent belong to a project, unless it says otherwise
    share = COST_SHARES.create(store, SYSTEM, **told, project_id=first.id, share=60)
    assert (share.subject_kind, share.owner_kind) == ("agent", "project")
    assert "comes to 110" in refused(COST_SHARES, store, **told, project_id=other.id, share=50)["share"]
    assert "already" in refused(COST_SHARES, store, **told, project_id=first.id, share=5)["valid_from"]
    assert (
        "for “workspace”"
        in refused(BUDGETS, store, name="A", valid_from=NOV, **MONEY, provider="x")["provider"]
    )


def test_two_rates_of_one_person_never_hold_on_one_day(
    store: Store,
    add_person: AddPerson,
) -> None:
    ada, ben = (add_person(name).user_id for name in ("ada", "ben"))
    open_end = HOURLY_RATES.create(store, SYSTEM, **HOUR, person_id=ada)
    HOURLY_RATES.create(store, SYSTEM, **HOUR, person_id=ben)
    HOURLY_RATES.create(store, SYSTEM, **HOUR)

    told = refused(HOURLY_RATES, store, **{**HOUR, "valid_from": DEC, "person_id": ada})
    assert told["valid_from"] == (
        f"hourly rate {open_end.id} of the same person or job role holds from 2026-11-01 already: let it end on "
        "2026-12-01 (Valid to), or change the days of this one"
    )
    assert "job_role" in refused(HOURLY_RATES, store, **HOUR, person_id=ada, job_role="developer")

    next_one = Edit(None, None, {**HOUR, "valid_from": DEC, "person_id": ada})
    report = HOURLY_RATES.save(
        store, SYSTEM, [next_one, Edit(open_end.id, open_end.version, {"valid_to": DEC})]
    )
    assert report.saved == 2, "what makes room is written first"


def test_stretches_that_move_past_each_other_are_saved_at_once(store: Store) -> None:
    first = BUDGETS.create(store, SYSTEM, name="All", valid_from=NOV, valid_to=DEC, **MONEY)
    second = BUDGETS.create(store, SYSTEM, name="All", valid_from=DEC, valid_to=JAN, **MONEY)

    middle = date(2026, 12, 15)
    report = BUDGETS.save(
        store, SYSTEM,
        [Edit(first.id, first.version, {"valid_to": middle}), Edit(second.id, second.version, {"valid_from": middle})],
    )  # fmt: skip
    assert report.saved == 2
    both = [Edit(None, None, {"name": "New", "valid_from": NOV, **MONEY}) for _ in range(2)]
    told = BUDGETS.save(store, SYSTEM, both)
    assert (told.saved, [problem.field for problem in told.problems]) == (1, ["valid_from"])


def test_shares_of_a_cost_are_at_most_the_whole_on_every_day(store: Store) -> None:
    half = COST_SHARES.create(store, SYSTEM, **SHARE, share=60)
    other = SHARE | {"agent": "checker"}
    later = COST_SHARES.create(store, SYSTEM, **(other | {"valid_from": DEC, "share": 40}))

    told = refused(COST_SHARES, store, **SHARE | {"agent": "third", "share": "0.01"})
    assert told["share"] == (
        f"comes to 100.01 % from 2026-12-01 with 60.00 % of cost share {half.id}, 40.00 % of cost share {later.id}: "
        "at most 100 % of a cost can belong to somebody; lower one of them, or let it end before"
    )
    COST_SHARES.create(
        store, SYSTEM, **SHARE | {"agent": "third", "share": 40, "valid_to": DEC}
    )  # only in November
    swap = [
        Edit(later.id, later.version, {"share": 60}),
        Edit(half.id, half.version, {"share": 40}),
    ]
    assert COST_SHARES.save(store, SYSTEM, swap).saved == 2, "the lower share makes room for the higher one"


def test_what_a_cost_belonged_to_is_deleted_with_its_shares_and_the_cost_stays(store: Store) -> None:
    team = add_team(store, SYSTEM, name="Claims")
    effort = create_effort(store, SYSTEM, name="Foundations")
    project = create_project(store, SYSTEM, effort_id=effort.id, name="Sign-in")
    of_team = {"owner_kind": "team", "agent": None, "team_id": team.id, "share": 10}
    COST_SHARES.create(store, SYSTEM, **SHARE | of_team)
    entry = COST_ENTRIES.create(
        store, SYSTEM, name="Seats", starts=NOV, project_id=project.id, team_id=team.id, **MONEY
    )
    assert "project_id" in refused(COST_ENTRIES, store, name="Seats", starts=NOV, project_id=99, **MONEY)

    delete_team(store, SYSTEM, team.id, team.version)
    delete_effort(store, SYSTEM, effort.id, effort.version)

    assert COST_SHARES.list(store, SYSTEM) == []
    left = COST_ENTRIES.get(store, SYSTEM, entry.id)
    assert (left.project_id, left.team_id) == (None, None)


@pytest.mark.parametrize("entity", COSTS.values(), ids=COSTS)
def test_only_those_who_keep_costs_change_them(
    store: Store,
    add_person: AddPerson,
    entity: Entity[Any],
) -> None:
    analyst: Actor = add_person("analyst", Role.ANALYST)
    with pytest.raises(Forbidden, match="may not keep prices, rates, budgets and costs"):
        entity.create(store, analyst)
    if entity is HOURLY_RATES:
        with pytest.raises(Forbidden):
            entity.list(store, analyst)
    else:
        assert entity.list(store, analyst) == []
