"""What people keep about value: what is wrong with a row is said, with what to do about it, and who may change what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orchflow.costs.input_file import import_inputs
from orchflow.errors import Forbidden, Invalid
from orchflow.inputs.row_file import import_rows
from orchflow.people.permissions import SYSTEM, Role
from orchflow.planning.undo.undo import undo
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.value.assumptions import ASSUMPTIONS
from orchflow.value.benefits import BENEFITS
from orchflow.value.entities import ENTITIES
from orchflow.value.overlaps import overlaps
from orchflow.value.use_cases import USE_CASES, WORK_BASELINES
from tests.people.conftest import AddPerson

D = Decimal
NOV, DEC, JAN = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
HOURS = {"title": "Less typing", "agent": "writer", "starts": NOV, "minutes_likely": 12}
PAPER = {
    "title": "Less paper", "agent": "writer", "kind": "cost_avoided", "starts": NOV, "likely": 100, "currency": "EUR",
}  # fmt: skip
RATE = {"kind": "loaded_rate", "likely": 60, "currency": "EUR", "valid_from": NOV}
DISCOUNT = {"kind": "discount_rate", "likely": 10, "valid_from": NOV}
HORIZON = {"kind": "horizon", "likely": 3, "valid_from": NOV}
RECAPTURE = {"kind": "recapture", "likely": 50, "valid_from": NOV}


def refused(entity: Entity[Any], store: Store, **values: Any) -> dict[str, str]:
    """Field → what is wrong with it."""
    with pytest.raises(Invalid) as caught:
        entity.create(store, SYSTEM, **values)
    return {problem.field: problem.message for problem in caught.value.problems}


WRONG: list[tuple[Entity[Any], dict[str, Any], str, str]] = [
    (USE_CASES, {"title": "A", "value_likely": 5}, "currency", "say the currency"),
    (USE_CASES, {"title": "A", "value_low": 5, "currency": "EUR"}, "value_likely", "say what is expected"),
    (USE_CASES, {"title": "A", "value_low": 5, "value_likely": 4, "currency": "EUR"}, "value_low", "is more than Value, likely, 4"),
    (USE_CASES, {"title": "A", "value_likely": 4, "value_high": 3, "currency": "EUR"}, "value_high", "is less than Value, likely, 4"),
    (USE_CASES, {"title": "A", "stage": "dropped"}, "reason", "say why it was dropped"),
    (USE_CASES, {"title": "A", "stage": "live"}, "stage", "'live' is not"),
    (USE_CASES, {"title": "A", "risk": 6}, "risk", "must be from 1 to 5"),
    (WORK_BASELINES, {"day": NOV, "minutes": 5}, "agent", "say the agent, or the use case"),
    (WORK_BASELINES, {"agent": "writer", "day": NOV}, "minutes", "say at least one of Minutes a case"),
    (WORK_BASELINES, {"agent": "writer", "day": NOV, "error_rate": 101}, "error_rate", "must be from 0 to 100"),
    (WORK_BASELINES, {"agent": "writer", "day": NOV, "cost": 3}, "currency", "say the currency"),
    (WORK_BASELINES, {"agent": "writer", "minutes": 3}, "day", "must not be empty"),
    (BENEFITS, {**HOURS, "starts": None}, "starts", "must not be empty"),
    (BENEFITS, {**HOURS, "ends": NOV}, "ends", "hold on no day"),
    (BENEFITS, {**HOURS, "agent": None}, "agent", "say the agent, or the use case"),
    (BENEFITS, {**HOURS, "minutes_likely": None}, "minutes_likely", "how many minutes a completed run saves"),
    (BENEFITS, {**HOURS, "likely": 5, "currency": "EUR"}, "likely", "must be empty for “hours saved”"),
    (BENEFITS, {**HOURS, "minutes_high": 11}, "minutes_high", "is less than"),
    (BENEFITS, {**PAPER, "likely": None}, "likely", "say the amount"),
    (BENEFITS, {**PAPER, "currency": None}, "currency", "say the currency"),
    (BENEFITS, {**PAPER, "minutes_likely": 4}, "minutes_likely", "must be empty for “cost avoided”"),
    (BENEFITS, {**HOURS, "grade": "measured"}, "evidence_day", "say the day of the evidence"),
    (BENEFITS, {**HOURS, "grade": "verified", "evidence_day": NOV}, "approver_id", "approved by somebody else"),
    (ASSUMPTIONS, {**RECAPTURE, "likely": 101}, "likely", "must be from 0 to 100 %: no more time can be used"),
    (ASSUMPTIONS, {**DISCOUNT, "likely": -100}, "likely", "divided by nothing"),
    (ASSUMPTIONS, {**DISCOUNT, "agent": "writer"}, "agent", "must be empty"),
    (ASSUMPTIONS, {**HORIZON, "likely": 0}, "likely", "a horizon of no year has no return"),
    (ASSUMPTIONS, {**HORIZON, "likely": "2.5"}, "likely", "whole number of years"),
    (ASSUMPTIONS, {**HORIZON, "high": "4.5"}, "high", "whole number of years"),
    (ASSUMPTIONS, {**RECAPTURE, "currency": "EUR"}, "currency", "must be empty: it is in %, and no money"),
    (ASSUMPTIONS, {**RATE, "currency": None}, "currency", "say the currency"),
    (ASSUMPTIONS, {**RATE, "low": 70}, "low", "is more than Likely"),
    (ASSUMPTIONS, {"kind": "other", "likely": 5, "valid_from": NOV}, "name", "say its name"),
]  # fmt: skip


@pytest.mark.parametrize(("entity", "values", "field", "said"), WRONG)
def test_what_is_wrong_is_said_at_its_field(
    store: Store, entity: Entity[Any], values: dict[str, Any], field: str, said: str
) -> None:
    assert said in refused(entity, store, **values)[field]


def test_an_approver_is_somebody_else_than_the_owner(store: Store, add_person: AddPerson) -> None:
    ada, bo = (add_person(name).user_id for name in ("ada", "bo"))
    verified = {**HOURS, "grade": "verified", "evidence_day": NOV, "owner_id": ada}
    assert "somebody else" in refused(BENEFITS, store, **verified, approver_id=ada)["approver_id"]
    assert BENEFITS.create(store, SYSTEM, **verified, approver_id=bo).grade == "verified"


def test_owners_change_what_is_theirs_until_it_is_verified(store: Store, add_person: AddPerson) -> None:
    ada, bo = add_person("ada"), add_person("bo")
    case = USE_CASES.create(store, SYSTEM, title="Read claims", owner_id=ada.user_id)
    assert USE_CASES.update(store, ada, case.id, case.version, {"stage": "pilot"}).row.stage == "pilot"
    for actor, change in ((ada, {"title": "Mine"}), (bo, {"risk": 1})):
        with pytest.raises(Forbidden):
            USE_CASES.update(store, actor, case.id, 2, change)
    benefit = BENEFITS.create(store, SYSTEM, **HOURS, owner_id=ada.user_id)
    benefit = BENEFITS.update(store, ada, benefit.id, 1, {"minutes_likely": 11}).row
    with pytest.raises(Forbidden):
        BENEFITS.update(store, ada, benefit.id, 2, {"grade": "measured"})
    evidence = {"grade": "verified", "evidence_day": NOV, "approver_id": bo.user_id}
    benefit = BENEFITS.update(store, SYSTEM, benefit.id, 2, evidence).row
    with pytest.raises(Forbidden, match="verified"):
        BENEFITS.update(store, ada, benefit.id, benefit.version, {"minutes_likely": 90})


def test_what_is_verified_was_approved_as_it_is_by_somebody_else(store: Store, add_person: AddPerson) -> None:
    owner, other = add_person("m", Role.MANAGER), add_person("n", Role.MANAGER)
    row = BENEFITS.create(store, owner, **HOURS, owner_id=owner.user_id)
    approved = {"grade": "verified", "evidence_day": NOV, "approver_id": other.user_id}
    with pytest.raises(Invalid, match="somebody else than the owner"):
        BENEFITS.update(store, owner, row.id, row.version, approved)
    row = BENEFITS.update(store, other, row.id, row.version, approved).row
    for change in ({"minutes_likely": 90}, {"starts": DEC}, {"ends": JAN, "agent": "reader"}):
        with pytest.raises(Invalid, match="approved as it is"):
            BENEFITS.update(store, other, row.id, row.version, change)
    with pytest.raises(Invalid, match="somebody else than the owner"):
        BENEFITS.update(store, owner, row.id, row.version, {"minutes_likely": 90, "evidence_day": DEC})
    row = BENEFITS.update(store, other, row.id, row.version, {"minutes_likely": 10, "evidence_day": DEC}).row
    row = BENEFITS.update(store, owner, row.id, row.version, {"ends": JAN}).row  # less than was approved
    row = BENEFITS.update(store, owner, row.id, row.version, {"minutes_likely": 90, "grade": "measured"}).row
    assert (row.grade, row.minutes_likely) == ("measured", 90)


def test_who_only_sees_figures_reads_and_does_not_write(store: Store, add_person: AddPerson) -> None:
    viewer, manager = add_person("v", Role.VIEWER), add_person("m", Role.MANAGER)
    BENEFITS.create(store, manager, **HOURS)
    assert len(BENEFITS.list(store, viewer)) == 1
    for entity in ENTITIES.values():
        with pytest.raises(Forbidden):
            entity.create(store, viewer)


def test_an_assumption_knows_its_unit_and_holds_until_the_next_one(store: Store) -> None:
    first = ASSUMPTIONS.create(store, SYSTEM, **RECAPTURE)
    assert first.unit == "%"
    assert (
        "of the same assumption and agent"
        in refused(ASSUMPTIONS, store, **{**RECAPTURE, "valid_from": DEC})["valid_from"]
    )
    assert ASSUMPTIONS.create(store, SYSTEM, **RECAPTURE, agent="writer").agent == "writer"


def test_a_deleted_use_case_takes_its_baselines_along_and_comes_back(store: Store) -> None:
    case = USE_CASES.create(store, SYSTEM, title="Read claims")
    WORK_BASELINES.create(store, SYSTEM, use_case_id=case.id, day=NOV, minutes=24)
    request = USE_CASES.delete(store, SYSTEM, case.id)
    assert WORK_BASELINES.list(store, SYSTEM) == []
    undo(store, SYSTEM, request)
    (back,) = WORK_BASELINES.list(store, SYSTEM)
    assert back.use_case_id == case.id


def test_a_file_names_use_cases_by_their_titles(store: Store) -> None:
    case = USE_CASES.create(store, SYSTEM, title="Read claims", agent="reader")
    data = b"title,use case,kind,starts,minutes likely\nFaster,read claims,hours saved,2026-11-01,12\nFaster,nothing,,2026-11-01,3\n"
    report = import_rows(store, SYSTEM, BENEFITS, data, "benefits.csv")
    assert (report.created, [(each.row, each.field) for each in report.problems]) == (1, [(3, "use_case_id")])
    (benefit,) = BENEFITS.list(store, SYSTEM)
    assert (benefit.use_case_id, benefit.minutes_likely) == (case.id, 12)


def test_a_file_keeps_benefits_of_one_title_apart_by_use_case_and_kind(store: Store) -> None:
    for title in ("Read claims", "Read letters"):
        USE_CASES.create(store, SYSTEM, title=title, agent="reader")
    data = (
        b"title,agent,use case,kind,starts,minutes likely,likely,currency\n"
        b"Faster,reader,read claims,hours saved,2026-11-01,12,,\n"
        b"Faster,reader,read letters,hours saved,2026-11-01,5,,\n"
        b"Faster,reader,read letters,quality,2026-11-01,,70,EUR\n"
    )
    reports = [import_rows(store, SYSTEM, BENEFITS, part, "benefits.csv") for part in (data, data)]
    assert [(report.created, report.updated, report.problems) for report in reports] == [
        (3, 0, ()),
        (0, 0, ()),
    ]


def test_a_file_gives_the_currency_only_where_there_is_money(store: Store) -> None:
    data = b"assumption,likely,valid from\nrecapture,50,2026-11-01\nloaded rate,60,2026-11-01\n"
    report = import_inputs(store, SYSTEM, ASSUMPTIONS, data, "assumptions.csv", currency="EUR")
    assert (report.created, report.problems) == (2, ())
    assert {row.kind: row.currency for row in ASSUMPTIONS.list(store, SYSTEM)} == {
        "recapture": None, "loaded_rate": "EUR",
    }  # fmt: skip


def test_overlaps_are_named_and_the_stronger_evidence_counts(store: Store) -> None:
    case = USE_CASES.create(store, SYSTEM, title="Write", agent="writer")
    declared = BENEFITS.create(store, SYSTEM, **PAPER, ends=JAN)
    measured = BENEFITS.create(
        store, SYSTEM,
        **{**PAPER, "title": "Paper", "agent": None, "starts": DEC}, use_case_id=case.id, grade="measured", evidence_day=DEC,
    )  # fmt: skip
    BENEFITS.create(store, SYSTEM, **{**PAPER, "title": "Later", "starts": JAN, "agent": "reader"})
    BENEFITS.create(store, SYSTEM, **HOURS)
    (found,) = overlaps(BENEFITS.list(store, SYSTEM), {case.id: case.agent})
    assert (found.counted.id, found.left_out.id) == (measured.id, declared.id)
    assert (found.start, found.end) == (DEC, JAN)
