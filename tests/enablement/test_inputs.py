"""Completions and assessments are people's data; champions speak for themselves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchflow.enablement.seats import CHAMPIONS, SEAT_PURCHASES
from orchflow.enablement.skills import SKILL_ASSESSMENTS
from orchflow.enablement.trainings import TRAINING_COMPLETIONS, TRAININGS
from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.inputs.changes import latest_changes
from orchflow.inputs.row_file import import_rows
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.undo.undo import undo
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from tests.people.conftest import AddPerson

DAY = date(2026, 11, 20)


@pytest.fixture
def ada(add_person: AddPerson) -> Actor:
    return add_person("ada", role=Role.MEMBER)


@pytest.fixture
def ben(add_person: AddPerson) -> Actor:
    return add_person("ben", role=Role.MEMBER)


@pytest.fixture
def manager(add_person: AddPerson) -> Actor:
    return add_person("max", role=Role.MANAGER)


@pytest.fixture
def training(store: Store) -> Any:
    return TRAININGS.create(store, SYSTEM, name="Agents at work", job_roles=["Backend engineer"])


def test_a_training_is_required_of_job_roles_that_there_are(store: Store, training: Any) -> None:
    assert training.job_roles == ["backend_engineer"]
    with pytest.raises(Invalid, match="wizard"):
        TRAININGS.create(store, SYSTEM, name="Magic", job_roles=["wizard"])


def test_trainings_and_skills_are_not_told_apart_by_capitals(store: Store, ada: Actor, training: Any) -> None:
    with pytest.raises(Invalid, match="already"):
        TRAININGS.create(store, SYSTEM, name="agents at WORK")
    TRAININGS.update(store, SYSTEM, training.id, 1, {"name": "Agents At Work"})
    SKILL_ASSESSMENTS.create(store, ada, skill="Prüfen", level=2, day=DAY)
    with pytest.raises(Invalid, match="already"):
        SKILL_ASSESSMENTS.create(store, ada, skill="PRÜFEN", level=3, day=DAY)


def test_everybody_enters_and_reads_their_own_completions_and_nobody_elses(
    store: Store, ada: Actor, ben: Actor, manager: Actor, training: Any
) -> None:
    own = TRAINING_COMPLETIONS.create(store, ada, training_id=training.id, day=DAY)
    assert own.person_id == ada.user_id
    with pytest.raises(Forbidden, match="another person's"):
        TRAINING_COMPLETIONS.create(store, ada, training_id=training.id, day=DAY, person_id=ben.user_id)
    other = TRAINING_COMPLETIONS.create(
        store, manager, training_id=training.id, day=DAY, person_id=ben.user_id, result="failed"
    )

    assert TRAINING_COMPLETIONS.list(store, ada) == [own]
    assert TRAINING_COMPLETIONS.list(store, ben) == [other]
    assert TRAINING_COMPLETIONS.list(store, manager) == [own, other]
    with pytest.raises(NotFound):
        TRAINING_COMPLETIONS.get(store, ada, other.id)
    with pytest.raises(Forbidden):
        latest_changes(store, ada, TRAINING_COMPLETIONS, 10)


@pytest.mark.parametrize(("version", "result"), [(1, "passed"), (1, "failed"), (2, "passed"), (9, "failed")])
def test_an_edit_of_another_persons_row_tells_nothing_of_it(
    store: Store, ada: Actor, manager: Actor, training: Any, version: int, result: str
) -> None:
    row = TRAINING_COMPLETIONS.create(store, manager, training_id=training.id, day=DAY)
    TRAINING_COMPLETIONS.update(store, manager, row.id, 1, {"result": "failed"})

    (outcome,) = TRAINING_COMPLETIONS.save(store, ada, [Edit(row.id, version, {"result": result})]).outcomes

    assert (outcome.row, outcome.conflicts, outcome.gone) == (None, (), True)
    assert outcome.problems[0].message == f"There is no training completion {row.id}"
    with pytest.raises(NotFound, match="There is no"):
        TRAINING_COMPLETIONS.delete(store, ada, row.id, 1)
    TRAINING_COMPLETIONS.delete(store, ada, row.id)
    assert [one.result for one in TRAINING_COMPLETIONS.list(store, manager)] == ["failed"]


def test_a_deleted_row_of_another_person_tells_neither_who_deleted_it_nor_when(
    store: Store, ada: Actor, manager: Actor, training: Any
) -> None:
    row = TRAINING_COMPLETIONS.create(store, manager, training_id=training.id, day=DAY)
    TRAINING_COMPLETIONS.delete(store, manager, row.id)
    (outcome,) = TRAINING_COMPLETIONS.save(store, ada, [Edit(row.id, 1, {"result": "failed"})]).outcomes
    assert (outcome.gone, outcome.problems[0].message) == (True, f"There is no training completion {row.id}")
    with pytest.raises(NotFound, match="There is no"):
        TRAINING_COMPLETIONS.delete(store, ada, row.id, 1)
    with pytest.raises(NotFound, match="max deleted"):
        TRAINING_COMPLETIONS.delete(store, manager, row.id, 1)


def test_what_others_wrote_down_of_a_person_is_not_theirs_to_delete_or_change(
    store: Store, ada: Actor, manager: Actor, training: Any
) -> None:
    failed = TRAINING_COMPLETIONS.create(
        store, manager, training_id=training.id, day=DAY, person_id=ada.user_id, result="failed"
    )
    found = SKILL_ASSESSMENTS.create(
        store, manager, skill="Prompting", level=1, day=DAY, assessed_by="assessor", person_id=ada.user_id
    )
    for entity, row in ((TRAINING_COMPLETIONS, failed), (SKILL_ASSESSMENTS, found)):
        with pytest.raises(Forbidden, match="others wrote down"):
            entity.delete(store, ada, row.id)
    with pytest.raises(Forbidden, match="others wrote down"):
        TRAINING_COMPLETIONS.update(store, ada, failed.id, 1, {"result": "passed"})
    own = SKILL_ASSESSMENTS.create(store, ada, skill="Prompting", level=2, day=DAY)
    SKILL_ASSESSMENTS.delete(store, ada, own.id)
    assert SKILL_ASSESSMENTS.list(store, ada) == [found]


def test_an_act_on_people_s_data_is_taken_back_by_those_who_keep_it(
    store: Store, ada: Actor, manager: Actor, training: Any
) -> None:
    own = TRAINING_COMPLETIONS.create(store, ada, training_id=training.id, day=DAY)
    request = TRAINING_COMPLETIONS.delete(store, ada, own.id)
    with pytest.raises(Forbidden):
        undo(store, ada, request)
    undo(store, manager, request)
    assert [row.id for row in TRAINING_COMPLETIONS.list(store, ada)] == [own.id]


def test_a_file_of_a_member_holds_their_own_completions(
    store: Store, ada: Actor, ben: Actor, training: Any
) -> None:
    text = "Training,Person,Day\nAgents at work,,2026-11-20\nagents at work,ben,2026-11-20\n"
    report = import_rows(store, ada, TRAINING_COMPLETIONS, text.encode(), "done.csv")
    assert (report.created, [problem.row for problem in report.problems]) == (1, [3])
    assert TRAINING_COMPLETIONS.list(store, ben) == []


def test_what_an_assessor_found_is_not_changed_by_whom_it_is_about(
    store: Store, ada: Actor, manager: Actor
) -> None:
    mine = SKILL_ASSESSMENTS.create(store, ada, skill="Prompting", level=2, day=DAY)
    with pytest.raises(Forbidden, match="assessor"):
        SKILL_ASSESSMENTS.create(store, ada, skill="Prompting", level=4, day=DAY, assessed_by="assessor")
    found = SKILL_ASSESSMENTS.create(
        store, manager, skill="Prompting", level=1, day=DAY, assessed_by="assessor", person_id=ada.user_id
    )
    assert SKILL_ASSESSMENTS.update(store, ada, mine.id, 1, {"level": 3}).row.level == 3
    with pytest.raises(Forbidden, match="assessor"):
        SKILL_ASSESSMENTS.update(store, ada, found.id, 1, {"level": 4})
    with pytest.raises(Invalid, match="4"):
        SKILL_ASSESSMENTS.update(store, ada, mine.id, 2, {"level": 5})


def test_champions_opt_in_themselves_and_leaving_is_not_taken_back(
    store: Store, ada: Actor, manager: Actor
) -> None:
    row = CHAMPIONS.create(store, ada, helps_with="Agents for claims")
    for other in (manager, SYSTEM):
        with pytest.raises(Forbidden, match="only the person"):
            CHAMPIONS.create(store, other, helps_with="Everything", person_id=ada.user_id)
    with pytest.raises(Forbidden):
        CHAMPIONS.update(store, manager, row.id, 1, {"helps_with": "Nothing"})
    assert CHAMPIONS.list(store, manager) == [row]
    request = CHAMPIONS.delete(store, ada, row.id)
    with pytest.raises(NotFound):
        undo(store, SYSTEM, request)
    assert CHAMPIONS.list(store, manager) == []
    assert latest_changes(store, manager, CHAMPIONS, 10) == [], "who left is not to be found in the history"


def test_seats_at_one_price_follow_each_other(store: Store) -> None:
    bought = {"platform": "Orchestrator AI", "price": 30, "currency": "USD"}
    SEAT_PURCHASES.create(store, SYSTEM, seats=60, valid_from=date(2026, 5, 1), **bought)
    with pytest.raises(Invalid, match="let it end on 2026-11-01"):
        SEAT_PURCHASES.create(store, SYSTEM, seats=80, valid_from=date(2026, 11, 1), **bought)
