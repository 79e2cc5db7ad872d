"""The register of risks: what is wrong with a row is said, with what to do about it, on every door."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orchflow import clock
from orchflow.errors import Forbidden, Invalid
from orchflow.inputs.row_file import import_rows
from orchflow.people.permissions import SYSTEM, Role
from orchflow.planning.undo.undo import undo
from orchflow.risks.entities import ENTITIES
from orchflow.risks.incidents import INCIDENTS
from orchflow.risks.reviews import RISK_REVIEWS
from orchflow.risks.risks import RISKS
from orchflow.store.engine import Store
from orchflow.store.entity import Entity
from orchflow.workspace import Workspace
from tests.people.conftest import AddPerson
from tests.planning.clockwork import Clock

RISK = {"title": "Wrong payout", "category": "reliability", "likelihood": 4, "impact": 5}
DAY = timedelta(days=1)


def today() -> date:
    return clock.now().date()


def refused(entity: Entity[Any], store: Store, **values: Any) -> dict[str, str]:
    """Field → what is wrong with it."""
    with pytest.raises(Invalid) as caught:
        entity.create(store, SYSTEM, **values)
    return {problem.field: problem.message for problem in caught.value.problems}


def test_a_risk_begins_open_unclassified_and_not_assessed_with_its_controls(store: Store) -> None:
    risk = RISKS.create(store, SYSTEM, **RISK)
    assert (risk.status, risk.treatment, risk.ai_act_class) == ("open", "reduce", "not_classified")
    assert (risk.residual_likelihood, risk.nist_function, risk.signal, risk.outcome) == (
        None,
        None,
        None,
        None,
    )


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"likelihood": 6}, "likelihood", "must be from 1 to 5"),
    ({"impact": 0}, "impact", "must be from 1 to 5"),
    ({"residual_likelihood": 5, "residual_impact": 5}, "residual_likelihood", "above the likelihood before controls (4)"),
    ({"residual_likelihood": 2}, "residual_impact", "tell both, or neither"),
    ({"last_review": "2199-01-01"}, "last_review", "is in the future"),
    ({"last_review": "2026-05-02", "next_review": "2026-05-01"}, "next_review", "is before the start"),
    ({"status": "closed"}, "closed_reason", "must say why it is closed"),
    ({"status": "closed", "closed_reason": "Rebuilt"}, "outcome", "must say what became of it"),
    ({"closed_reason": "Rebuilt"}, "closed_reason", "is for closed risks"),
    ({"agent": "triage", "system": "Gateway"}, "system", "must be empty beside an agent"),
    ({"category": "weather"}, "category", "is not one of"),
    ({"owner_id": 999}, "owner_id", "there is no"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "field", "why"), WRONG, ids=[f"{field}-{why[:20]}" for _, field, why in WRONG]
)
def test_what_cannot_be_is_refused_with_what_to_do(
    store: Store, told: dict[str, Any], field: str, why: str
) -> None:
    assert why in refused(RISKS, store, **RISK | told)[field]


def test_a_file_stores_its_good_rows_and_names_the_others(store: Store) -> None:
    rows = (
        "Risk,Category,Likelihood,Impact,Residual likelihood,Residual impact,Last review\n"
        "A,security,3,4,2,4,2026-05-01\n"
        "B,security,6,4,,,\n"
        "C,privacy,2,2,3,2,\n"
        "D,vendor,,2,,,\n"
        "E,bias,2,2,,,2199-01-01\n"
        "F,Bias,1.5,2,,,\n"
    )
    report = import_rows(store, SYSTEM, RISKS, rows.encode(), "risks.csv")
    assert report.created == 1
    assert [(problem.row, problem.field) for problem in report.problems] == [
        (3, "likelihood"), (4, "residual_likelihood"), (5, "likelihood"), (6, "last_review"), (7, "likelihood"),
    ]  # fmt: skip
    again = import_rows(store, SYSTEM, RISKS, rows.encode(), "risks.csv")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_review_moves_the_register_to_what_it_found(store: Store) -> None:
    risk = RISKS.create(store, SYSTEM, **RISK, residual_likelihood=3, residual_impact=5)
    review = RISK_REVIEWS.create(
        store, SYSTEM, risk_id=risk.id, day=today() - DAY, residual_likelihood=2, residual_impact=4
    )
    assert (review.likelihood, review.impact, review.next_review) == (4, 5, today() + timedelta(days=90))
    now = RISKS.get(store, SYSTEM, risk.id)
    assert (now.residual_likelihood, now.residual_impact) == (2, 4)
    assert (now.last_review, now.next_review) == (today() - DAY, review.next_review)


def test_a_review_that_assesses_nothing_takes_what_the_register_has(store: Store) -> None:
    risk = RISKS.create(store, SYSTEM, **RISK, residual_likelihood=3, residual_impact=5)
    review = RISK_REVIEWS.create(store, SYSTEM, risk_id=risk.id, day=today(), next_review=today() + DAY)
    assert (review.residual_likelihood, review.residual_impact) == (3, 5)
    assert RISKS.get(store, SYSTEM, risk.id).next_review == today() + DAY


def test_an_older_review_is_kept_and_moves_nothing(store: Store) -> None:
    risk = RISKS.create(store, SYSTEM, **RISK)
    RISK_REVIEWS.create(store, SYSTEM, risk_id=risk.id, day=today())
    RISK_REVIEWS.create(store, SYSTEM, risk_id=risk.id, day=today() - DAY, likelihood=1, impact=1)
    now = RISKS.get(store, SYSTEM, risk.id)
    assert (now.likelihood, now.last_review) == (4, today())


@pytest.mark.parametrize(
    ("told", "field", "why"),
    [
        ({"day": "2199-01-01"}, "day", "is in the future"),
        ({"day": "2026-05-01", "likelihood": 9}, "likelihood", "must be from 1 to 5"),
        ({"day": "2026-05-01", "residual_likelihood": 5, "residual_impact": 5}, "residual_likelihood", "above the likelihood"),
        ({"day": "2026-05-01", "next_review": "2026-04-01"}, "next_review", "is before the start"),
        ({"day": "2026-05-01", "risk_id": 999}, "risk_id", "there is no risk 999"),
    ],
)  # fmt: skip
def test_a_review_that_cannot_be_is_refused(store: Store, told: dict[str, Any], field: str, why: str) -> None:
    risk = RISKS.create(store, SYSTEM, **RISK)
    assert why in refused(RISK_REVIEWS, store, **{"risk_id": risk.id} | told)[field]


@pytest.mark.parametrize(
    ("told", "field", "why"),
    [
        ({"day": "2199-01-01"}, "day", "is in the future"),
        ({"hour": 24}, "hour", "must be from 0 to 23"),
        ({"hour": 12, "resolved_at": "2026-05-04T11:00:00Z"}, "resolved_at", "before the incident began"),
        ({"resolved_at": "2199-05-04T11:00:00Z"}, "resolved_at", "leave it empty until it is over"),
        ({"cost": 12}, "currency", "is needed beside a cost"),
        ({"cost": -1, "currency": "EUR"}, "cost", "must be from 0"),
        ({"severity": "awful"}, "severity", "is not one of"),
    ],
)
def test_an_incident_that_cannot_be_is_refused(
    store: Store, told: dict[str, Any], field: str, why: str
) -> None:
    assert why in refused(INCIDENTS, store, **{"title": "Outage", "day": "2026-05-04"} | told)[field]


def test_an_incident_has_begun(space: Workspace, time: Clock) -> None:
    time.now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    day = date(2026, 11, 20)
    told = refused(INCIDENTS, space.store, title="Outage", day=day, hour=23)
    assert told == {"hour": "is in the future: 23; it is 09:30, write an hour up to 9"}
    begun = INCIDENTS.create(space.store, SYSTEM, title="Outage", day=day, hour=9)
    with pytest.raises(Invalid, match="is in the future"):
        INCIDENTS.update(space.store, SYSTEM, begun.id, begun.version, {"hour": 10})
    INCIDENTS.create(space.store, SYSTEM, title="Outage", day=day - DAY, hour=23)


def test_a_file_tells_incidents_apart_by_agent_and_hour(store: Store) -> None:
    def read(*rows: str) -> tuple[int, int, int]:
        text = "\n".join(["Incident,Day,Hour,Agent,Severity", *rows])
        report = import_rows(store, SYSTEM, INCIDENTS, text.encode(), "incidents.csv")
        assert report.problems == ()
        return report.created, report.updated, report.unchanged

    assert read("Timeout,2026-05-04,9,claims,low") == (1, 0, 0)
    assert read("Timeout,2026-05-04,9,writer,low", "Timeout,2026-05-04,14,claims,low") == (2, 0, 0)
    assert read("Timeout,2026-05-04,9,claims,high", "Timeout,2026-05-04,9,writer,low") == (0, 1, 1)
    kept = {(row.agent, row.hour): row.severity.value for row in INCIDENTS.list(store, SYSTEM)}
    assert kept == {("claims", 9): "high", ("writer", 9): "low", ("claims", 14): "low"}


def test_a_risk_of_which_there_was_an_incident_was_not_prevented(store: Store) -> None:
    risk = RISKS.create(store, SYSTEM, **RISK)
    INCIDENTS.create(store, SYSTEM, title="Outage", day=date(2026, 5, 4), risk_id=risk.id)
    closed = {"status": "closed", "closed_reason": "Rebuilt"}
    with pytest.raises(Invalid, match="say occurred"):
        RISKS.update(store, SYSTEM, risk.id, risk.version, closed | {"outcome": "prevented"})
    assert (
        RISKS.update(store, SYSTEM, risk.id, risk.version, closed | {"outcome": "occurred"}).row.status
        == "closed"
    )


def test_its_owner_keeps_a_risk_and_reviews_it_and_nobody_elses(store: Store, add_person: AddPerson) -> None:
    owner, other = add_person("owner", Role.MEMBER), add_person("other", Role.MEMBER)
    risk = RISKS.create(store, SYSTEM, **RISK, owner_id=owner.user_id)
    kept = RISKS.update(store, owner, risk.id, risk.version, {"controls": "Two people look"}).row
    with pytest.raises(Forbidden):
        RISKS.update(store, owner, risk.id, kept.version, {"likelihood": 1})
    with pytest.raises(Forbidden):
        RISKS.update(store, other, risk.id, kept.version, {"controls": ""})
    assert RISK_REVIEWS.create(store, owner, risk_id=risk.id, day=today()).by_id == owner.user_id
    with pytest.raises(Invalid, match="only its owner or a manager"):
        RISK_REVIEWS.create(store, other, risk_id=risk.id, day=today() - DAY)
    with pytest.raises(Invalid, match="reviews of others"):
        RISK_REVIEWS.create(store, owner, risk_id=risk.id, day=today() - DAY, by_id=other.user_id)


@pytest.mark.parametrize("entity", ENTITIES.values(), ids=ENTITIES)
def test_leaders_read_and_only_those_who_keep_inputs_write(
    store: Store, add_person: AddPerson, entity: Entity[Any]
) -> None:
    viewer = add_person("viewer", Role.VIEWER)
    assert entity.list(store, viewer) == []
    with pytest.raises(Forbidden):
        entity.create(store, viewer, title="A", day=today())


def test_what_goes_with_a_risk_goes_and_comes_back_with_it(space: Workspace) -> None:
    risk = RISKS.create(space.store, SYSTEM, **RISK)
    RISK_REVIEWS.create(space.store, SYSTEM, risk_id=risk.id, day=today())
    incident = INCIDENTS.create(
        space.store, SYSTEM, title="Outage", day=date(2026, 5, 4), hour=9, risk_id=risk.id,
        resolved_at=datetime(2026, 5, 4, 10, tzinfo=UTC),
    )  # fmt: skip
    request = RISKS.delete(space.store, SYSTEM, risk.id)
    assert RISK_REVIEWS.list(space.store, SYSTEM) == []
    assert INCIDENTS.get(space.store, SYSTEM, incident.id).risk_id is None
    undo(space.store, SYSTEM, request)
    assert len(RISK_REVIEWS.list(space.store, SYSTEM)) == 1
    assert INCIDENTS.get(space.store, SYSTEM, incident.id).risk_id == risk.id


def test_a_review_is_taken_back_with_what_it_moved(space: Workspace) -> None:
    risk = RISKS.create(space.store, SYSTEM, **RISK, last_review=today() - 9 * DAY)
    RISK_REVIEWS.create(
        space.store, SYSTEM, request="reviewed", risk_id=risk.id, day=today(), likelihood=2, impact=2
    )
    undo(space.store, SYSTEM, "reviewed")
    now = RISKS.get(space.store, SYSTEM, risk.id)
    assert (now.likelihood, now.last_review, RISK_REVIEWS.list(space.store, SYSTEM)) == (
        4,
        today() - 9 * DAY,
        [],
    )


@pytest.fixture
def reviewed(space: Workspace) -> tuple[int, dict[str, int]]:
    """A risk that was reviewed twice: the number of the risk and those of the reviews."""
    risk = RISKS.create(space.store, SYSTEM, **RISK)
    made = {
        name: RISK_REVIEWS.create(
            space.store,
            SYSTEM,
            request=name,
            risk_id=risk.id,
            day=today() - back * DAY,
            likelihood=likelihood,
        ).id
        for name, back, likelihood in (("first", 9, 3), ("second", 2, 2))
    }
    return risk.id, made


Reviewed = tuple[int, dict[str, int]]


def stands(space: Workspace, risk_id: int) -> tuple[int, int | None]:
    """The likelihood in the register, and how many days ago it says the risk was reviewed."""
    now = RISKS.get(space.store, SYSTEM, risk_id)
    return now.likelihood, (today() - now.last_review).days if now.last_review else None


def correct(space: Workspace, review_id: int, **changes: Any) -> str:
    row = RISK_REVIEWS.get(space.store, SYSTEM, review_id)
    RISK_REVIEWS.update(space.store, SYSTEM, review_id, row.version, changes, request="corrected")
    return "corrected"


def test_the_register_has_the_latest_review_as_it_is_corrected(space: Workspace, reviewed: Reviewed) -> None:
    risk, made = reviewed
    request = correct(space, made["second"], likelihood=5)
    assert stands(space, risk) == (5, 2)
    undo(space.store, SYSTEM, request)
    assert stands(space, risk) == (2, 2)


def test_a_review_whose_day_becomes_an_earlier_one_is_the_latest_no_more(
    space: Workspace, reviewed: Reviewed
) -> None:
    risk, made = reviewed
    correct(space, made["second"], day=today() - 12 * DAY)
    assert stands(space, risk) == (3, 9)


def test_an_older_review_that_is_corrected_or_deleted_moves_nothing(
    space: Workspace, reviewed: Reviewed
) -> None:
    risk, made = reviewed
    correct(space, made["first"], likelihood=5)
    assert stands(space, risk) == (2, 2)
    RISK_REVIEWS.delete(space.store, SYSTEM, made["first"])
    assert stands(space, risk) == (2, 2)


def test_without_its_latest_review_the_register_has_the_one_before(
    space: Workspace, reviewed: Reviewed
) -> None:
    risk, made = reviewed
    request = RISK_REVIEWS.delete(space.store, SYSTEM, made["second"])
    assert stands(space, risk) == (3, 9)
    undo(space.store, SYSTEM, request)
    assert stands(space, risk) == (2, 2)
    RISK_REVIEWS.delete(space.store, SYSTEM, made["second"])
    RISK_REVIEWS.delete(space.store, SYSTEM, made["first"])
    assert stands(space, risk) == (3, None)


def test_a_review_that_is_taken_back_leaves_the_one_that_was_written_later_of_an_earlier_day(
    space: Workspace, reviewed: Reviewed
) -> None:
    risk, _ = reviewed
    RISK_REVIEWS.create(space.store, SYSTEM, risk_id=risk, day=today() - 5 * DAY, likelihood=1)
    undo(space.store, SYSTEM, "second")
    assert stands(space, risk) == (1, 5)


def test_what_somebody_wrote_into_the_register_stays_where_a_note_is_corrected(
    space: Workspace, reviewed: Reviewed
) -> None:
    risk, made = reviewed
    RISKS.update(space.store, SYSTEM, risk, RISKS.get(space.store, SYSTEM, risk).version, {"likelihood": 4})
    undo(space.store, SYSTEM, correct(space, made["second"], note="Two people looked"))
    assert stands(space, risk) == (4, 2)
