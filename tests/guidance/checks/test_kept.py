"""What checks come to is kept with its history, exemptions and campaigns; on both engines of the plan store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from orchflow import clock
from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound, StoreError
from orchflow.guidance.begin import begin
from orchflow.guidance.check_tables import CheckState
from orchflow.guidance.checks import evaluate, results
from orchflow.guidance.checks.campaigns import (
    CHECK_CAMPAIGNS,
    campaign_named,
    campaign_standings,
    end_campaign,
)
from orchflow.guidance.checks.catalogue import CHECKS, concerned_by
from orchflow.guidance.checks.check import Outcome, failed, not_applicable, passed
from orchflow.guidance.checks.evaluate import evaluate_checks, run_checks
from orchflow.guidance.checks.exempted import list_exempted
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS, approve_exemption, end_exemption
from orchflow.guidance.checks.results import CheckStanding, check_history, flow_levels, get_check, list_checks
from orchflow.guidance.checks.tied import guides_tied, items_tied
from orchflow.metrics.document import answer, facts_for
from orchflow.people.job_role_changes import JOB_ROLE_CHANGES
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.tables import User
from orchflow.planning.undo.undo import undo
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace
from tests.guidance.checks.place import NOW, TODAY, Place
from tests.planning.clockwork import Clock
from tests.planning.conftest import AddPerson

KEY = "administrators"


@pytest.fixture
def place(space: Workspace, time: Clock) -> Place:
    """A workspace on each engine."""
    return Place(space, time)


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What checks come to, by their keys, in place of what is so; an exception is raised."""
    told: dict[str, Any] = {}

    def answer(key: str) -> Outcome:
        if isinstance(told[key], Exception):
            raise told[key]
        return told[key]  # type: ignore[no-any-return]

    class Scripted(dict[str, Any]):
        def __setitem__(self, key: str, value: Any) -> None:
            monkeypatch.setitem(CHECKS, key, replace(CHECKS[key], evaluate=lambda facts: answer(key)))
            told[key] = value

    return Scripted()


def come_to(place: Place, script: dict[str, Any], *outcomes: Any, key: str = KEY) -> CheckStanding:
    """Evaluate a check an hour apart."""
    for outcome in outcomes:
        script[key] = outcome
        evaluate_checks(place.ws, (key,), now=place.time.now)
        place.time.now += timedelta(hours=1)
    return get_check(place.ws, SYSTEM, key)


def test_every_check_can_be_evaluated_on_an_empty_and_on_a_used_workspace(place: Place) -> None:
    changed = evaluate_checks(place.ws)
    assert {each.key for each in changed} == set(CHECKS)
    place.person("ada", role=Role.ADMIN)
    place.task(place.project(), due=TODAY - timedelta(days=2))
    place.facts.agents(claims="active")
    place.facts.runs(place.facts.run("claims", TODAY))
    place.facts.calls(place.facts.call(TODAY))
    evaluate_checks(place.ws)
    standings = list_checks(place.ws, SYSTEM)
    assert [(standing.key, standing.trouble) for standing in standings if standing.trouble] == []
    assert [standing.key for standing in standings] == list(CHECKS)


def test_looking_again_changes_nothing_that_is_seen(place: Place) -> None:
    evaluate_checks(place.ws)
    version = place.ws.store.version("checks")
    place.time.now += timedelta(minutes=5)
    assert evaluate_checks(place.ws) == []
    assert place.ws.store.version("checks") == version
    assert get_check(place.ws, SYSTEM, KEY).evaluated_at == place.time.now


def test_one_that_cannot_be_evaluated_keeps_its_last_result_and_says_why(
    place: Place, script: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    broken = StoreError("The disk is gone", "Put it back.")
    never = come_to(place, script, broken, key="single-sign-on")
    assert (never.state, never.last_state, never.trouble) == (
        "could_not_be_evaluated", None, "The disk is gone. Put it back.",
    )  # fmt: skip
    before = come_to(place, script, passed("3 administrators"))
    stands = come_to(place, script, ZeroDivisionError("secret"))
    assert (stands.state, stands.last_state, stands.words) == (
        "could_not_be_evaluated", CheckState.PASSED, "3 administrators",
    )  # fmt: skip
    assert stands.trouble == "Its evaluation failed (ZeroDivisionError); the log tells more"
    assert stands.evaluated_at == before.evaluated_at
    assert not stands.settled
    assert "The check administrators could not be evaluated" in caplog.text
    assert come_to(place, script, passed("3 administrators")).state == "passed"


def test_a_failing_check_does_not_keep_the_others_from_being_evaluated(
    place: Place, script: dict[str, Any]
) -> None:
    script[KEY] = RuntimeError("broken")
    changed = evaluate_checks(place.ws)
    assert len(changed) == len(CHECKS) - 1


class Unreadable(evaluate.CheckFacts):
    """A workspace of which nothing can be read."""

    def __init__(self, ws: Workspace, now: datetime | None = None) -> None:
        self.now = clock.now()

    @property
    def ws(self) -> Workspace:  # type: ignore[override]
        raise StoreError("It cannot be read", "Try again.")


def test_each_check_says_so_when_what_it_reads_cannot_be_read(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate_checks(place.ws)
    before = {standing.key: standing.state for standing in list_checks(place.ws, SYSTEM)}
    monkeypatch.setattr(evaluate, "CheckFacts", Unreadable)
    assert evaluate_checks(place.ws) == []
    for standing in list_checks(place.ws, SYSTEM):
        assert (standing.state, standing.last_state) == ("could_not_be_evaluated", before[standing.key])
        assert standing.trouble == "It cannot be read. Try again."


def test_the_history_tells_when_and_on_what_evidence_a_state_changed(
    place: Place, script: dict[str, Any]
) -> None:
    come_to(place, script, failed("1 administrator"), failed("1 administrator"), passed("2 administrators"))
    history = check_history(place.ws, SYSTEM, KEY)
    assert [(entry.before, entry.now, entry.words) for entry in history] == [
        (CheckState.FAILED, CheckState.PASSED, "2 administrators"),
        (None, CheckState.FAILED, "1 administrator"),
    ]
    assert history[0].at == NOW + timedelta(hours=2)
    assert get_check(place.ws, SYSTEM, KEY).since == NOW + timedelta(hours=2)


def test_words_that_stay_the_same_are_told_of_every_change(place: Place, script: dict[str, Any]) -> None:
    come_to(place, script, passed("The newest is of Monday"), failed("The newest is of Monday"))
    assert [entry.words for entry in check_history(place.ws, SYSTEM, KEY)] == ["The newest is of Monday"] * 2


def test_three_changes_of_state_in_seven_days_are_flapping(place: Place, script: dict[str, Any]) -> None:
    assert not come_to(place, script, passed(""), failed(""), passed("")).flapping
    assert come_to(place, script, failed("")).flapping
    place.time.now += timedelta(days=7)
    assert not get_check(place.ws, SYSTEM, KEY).flapping


def test_a_check_that_is_no_longer_declared_is_forgotten(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate_checks(place.ws)
    monkeypatch.delitem(CHECKS, KEY)
    evaluate_checks(place.ws)
    assert KEY not in {row.key for row in results.CHECK_RESULTS.list(place.ws.store, SYSTEM)}


def test_who_may_not_see_the_evidence_is_told_the_state_and_why(place: Place, viewer: Actor) -> None:
    place.person("claims-team", email="team@acme.example")
    evaluate_checks(place.ws)
    told = get_check(place.ws, viewer, "no-shared-account")
    assert (told.state, told.words, told.missing) == ("failed", None, ())
    assert told.withheld == "The evidence is for those who may see people and teams"
    assert [entry.words for entry in check_history(place.ws, viewer, "no-shared-account")] == [""]
    assert get_check(place.ws, SYSTEM, "no-shared-account").missing == ("claims-team",)


def test_only_managers_have_checks_evaluated(place: Place, add_person: AddPerson) -> None:
    with pytest.raises(Forbidden):
        run_checks(place.ws, add_person("mia"))
    with pytest.raises(NotFound, match="no check 'unknown'"):
        run_checks(place.ws, SYSTEM, ["unknown"])
    assert [each.key for each in run_checks(place.ws, add_person("ada", Role.MANAGER), [KEY])] == [KEY]


def levels_of(outcomes: dict[str, Outcome], place: Place, script: dict[str, Any]) -> list[tuple[int, str]]:
    for key, outcome in outcomes.items():
        come_to(place, script, outcome, key=key)
    levels = flow_levels(list_checks(place.ws, SYSTEM, keys=outcomes))
    return [(level.level, level.name) for level in levels]


def test_a_level_is_reached_when_all_up_to_it_are_settled_and_one_passes(
    place: Place, script: dict[str, Any]
) -> None:
    one, two, three = "agent-rows-whole", "pilot-people", "cost-attributed"
    good, bad, none = passed(""), failed(""), not_applicable("")
    assert levels_of({one: bad, two: good, three: good}, place, script) == [(0, "Not in place")]
    assert levels_of({one: none, two: good, three: good}, place, script) == [(0, "Not in place")]
    assert levels_of({one: good, two: bad, three: good}, place, script) == [(1, "In place")]
    assert levels_of({one: good, two: none, three: good}, place, script) == [(1, "In place")]
    lacking = {"agent-status-agrees": none}  # a platform may tell one status only
    assert levels_of({one: good, **lacking, two: good, three: bad}, place, script) == [(2, "In use")]
    assert levels_of({one: good, two: good, three: bad}, place, script) == [(2, "In use")]
    assert levels_of({one: good, two: good, three: good}, place, script) == [(3, "Proven")]


def test_the_figure_counts_what_passes_among_what_applies_and_is_not_exempt(
    place: Place, script: dict[str, Any], add_person: AddPerson
) -> None:
    def figure() -> float | None:
        told = answer(facts_for(place.ws, SYSTEM, "checks_passed"), "checks_passed")
        assert told.value is not None or told.missing == "No self-check that applies was evaluated yet"
        return told.value  # type: ignore[return-value]

    come_to(place, script, not_applicable(""), key="sprint-running")
    assert figure() is None
    come_to(place, script, passed(""))
    come_to(place, script, failed(""), key="single-sign-on")
    assert figure() == 0.5
    asked = exemption(place, add_person("mia"), key="single-sign-on")
    assert figure() == 0.5
    approve_exemption(place.ws.store, add_person("ada", Role.MANAGER), asked.id)
    assert figure() == 1.0


def exemption(place: Place, actor: Actor, days: int = 30, **values: Any) -> Any:
    fields = {"key": KEY, "reason": "There are only three of us", "expires": TODAY + timedelta(days=days)}
    return CHECK_EXEMPTIONS.create(place.ws.store, actor, **fields | values)


def test_an_exemption_holds_once_somebody_else_approved_it_until_its_day(
    place: Place, script: dict[str, Any], add_person: AddPerson
) -> None:
    mia, ada = add_person("mia"), add_person("ada", Role.MANAGER)
    come_to(place, script, failed("1 administrator"))
    asked = exemption(place, mia)
    assert asked.asked_by_id == mia.user_id
    assert not get_check(place.ws, SYSTEM, KEY).settled
    approved = approve_exemption(place.ws.store, ada, asked.id)
    assert (approved.approved_by_id, approved.approved_at) == (ada.user_id, place.time.now)
    stands = get_check(place.ws, SYSTEM, KEY)
    assert (stands.state, stands.exempt_until, stands.settled) == ("failed", asked.expires, True)
    place.time.now = NOW + timedelta(days=31)
    assert get_check(place.ws, SYSTEM, KEY).exempt_until is None


def test_nobody_approves_what_they_asked_for(place: Place, add_person: AddPerson) -> None:
    ada, mia = add_person("ada", Role.ADMIN), add_person("mia")
    own = exemption(place, ada)
    with pytest.raises(Forbidden, match="asked for themselves"):
        approve_exemption(place.ws.store, ada, own.id)
    with pytest.raises(Forbidden):
        approve_exemption(place.ws.store, mia, own.id)
    of_the_operator = exemption(place, SYSTEM)
    with pytest.raises(Forbidden):
        approve_exemption(place.ws.store, SYSTEM, of_the_operator.id)


def test_what_is_wrong_with_an_exemption_is_told(place: Place, viewer: Actor) -> None:
    with pytest.raises(Invalid, match="key: there is no check budget-set"):
        exemption(place, SYSTEM, key="budget-set")
    for days in (-1, 367):
        with pytest.raises(Invalid, match="expires: must be from today on and at most 366 days ahead"):
            exemption(place, SYSTEM, days)
    with pytest.raises(Invalid, match="reason"):
        exemption(place, SYSTEM, reason=" ")
    with pytest.raises(Forbidden):
        exemption(place, viewer)


def test_a_decided_exemption_stays_as_it_is_and_is_ended(place: Place, add_person: AddPerson) -> None:
    store, ada, ben = place.ws.store, add_person("ada", Role.MANAGER), add_person("ben", Role.MANAGER)
    mia, tom = add_person("mia"), add_person("tom")
    asked = exemption(place, mia)
    changed = CHECK_EXEMPTIONS.update(store, mia, asked.id, asked.version, {"reason": "Two of us"}).row
    row = approve_exemption(store, ada, changed.id)
    assert approve_exemption(store, ben, row.id).approved_by_id == ada.user_id
    for actor in (mia, ada):
        with pytest.raises((Forbidden, Invalid)):
            CHECK_EXEMPTIONS.update(store, actor, row.id, row.version, {"reason": "For ever"})
    with pytest.raises(Invalid, match="part of the record"):
        CHECK_EXEMPTIONS.delete(store, ada, row.id)
    with pytest.raises(Forbidden):
        end_exemption(store, tom, row.id)
    ended = end_exemption(store, mia, row.id)
    assert ended.ended_at is not None
    assert end_exemption(store, ada, row.id).ended_at == ended.ended_at
    with pytest.raises(Invalid, match="has ended"):
        approve_exemption(store, ben, row.id)


def test_a_campaign_tells_what_is_left_who_sees_to_it_and_whether_it_is_missed(
    place: Place, script: dict[str, Any], add_person: AddPerson
) -> None:
    ada = add_person("ada", Role.MANAGER)
    come_to(place, script, passed("fine"))
    come_to(place, script, failed("off"), key="single-sign-on")
    CHECK_CAMPAIGNS.create(
        place.ws.store, ada, name="Audit", deadline=TODAY + timedelta(days=9),
        owners={KEY: None, "single-sign-on": ada.user_id},
    )  # fmt: skip
    (stands,) = campaign_standings(place.ws, ada)
    assert (stands.state, stands.settled, stands.total, stands.days_left) == ("running", 1, 2, 9)
    assert [(each.key, each.settled, each.owner, each.left) for each in stands.checks] == [
        (KEY, True, None, False),
        ("single-sign-on", False, "Ada", False),
    ]
    place.change(User, ada.user_id or 0, active=False)
    place.time.now = NOW + timedelta(days=10)
    (stands,) = campaign_standings(place.ws, SYSTEM)
    assert (stands.state, stands.checks[1].left) == ("missed", True)
    come_to(place, script, passed("on"), key="single-sign-on")
    assert campaign_standings(place.ws, SYSTEM)[0].state == "met"


@pytest.mark.parametrize(
    ("owners", "words"),
    [
        ({}, "names no check"),
        ({"budget-set": None}, "there is no check budget-set"),
        ({KEY: 4711}, "there is no user 4711"),
        ({KEY: "Ada"}, "is not the number of a person"),
        ([KEY], "must give who sees to each check"),
    ],
)
def test_what_is_wrong_with_a_campaign_is_told(place: Place, owners: Any, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        CHECK_CAMPAIGNS.create(place.ws.store, SYSTEM, name="Audit", deadline=TODAY, owners=owners)


def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Which checks are evaluated from now on, each time."""
    seen: list[list[str]] = []
    real = evaluate._try

    def note(check: Any, facts: Any) -> Any:
        seen[-1].append(check.key)
        return real(check, facts)

    def begin(ws: Workspace, moved: Sequence[str] | None) -> Any:
        seen.append([])
        return evaluate.evaluate_checks(ws, None if moved is None else concerned_by(moved))

    monkeypatch.setattr(evaluate, "_try", note)
    monkeypatch.setattr("orchflow.subscribers.evaluate_after", begin)
    return seen


def test_an_event_evaluates_the_checks_that_it_concerns_and_no_other(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver = dispatcher(place.ws).deliver
    deliver()
    seen = evaluated(monkeypatch)
    place.project()
    deliver()
    assert sorted(seen.pop()) == sorted(concerned_by({"effort", "project"}))
    place.facts.agents(claims="active")
    deliver()
    assert set(seen.pop()) == {
        "agent-status-agrees",
        "agent-rows-whole",
        "agents-linked",
        "agents-owned",
        "agents-used",
    }
    deliver()
    assert seen == []


def test_a_check_turns_by_itself_when_what_it_asks_for_is_done(place: Place) -> None:
    deliver = dispatcher(place.ws).deliver
    place.person("ada", role=Role.ADMIN)
    deliver()
    assert get_check(place.ws, SYSTEM, KEY).state == "failed"
    place.person("ben", role=Role.ADMIN)
    deliver()
    assert get_check(place.ws, SYSTEM, KEY).words == "2 active administrators; 2 to 5 are asked for"
    assert get_check(place.ws, SYSTEM, KEY).state == "passed"


def test_what_was_not_approved_is_withdrawn_by_who_asked_or_refused_by_another(
    place: Place, add_person: AddPerson
) -> None:
    store, ada, mia = place.ws.store, add_person("ada", Role.MANAGER), add_person("mia")
    withdrawn, refused, waiting = (exemption(place, mia) for _ in range(3))
    end_exemption(store, mia, withdrawn.id)
    end_exemption(store, ada, refused.id)
    late = exemption(place, mia, days=5)
    approve_exemption(store, ada, late.id)

    listed = {each.id: each for each in list_exempted(place.ws, mia)}

    assert [each.state for each in list_exempted(place.ws, mia)][:2] == ["asked", "in_force"]
    assert (listed[withdrawn.id].state, listed[withdrawn.id].ended_by) == ("withdrawn", "Mia")
    assert (listed[refused.id].state, listed[refused.id].ended_by) == ("refused", "Ada")
    assert (listed[late.id].soon, listed[late.id].days_left, listed[late.id].approved_by) == (True, 5, "Ada")
    assert (listed[waiting.id].may_approve, listed[waiting.id].may_end, listed[waiting.id].own) == (
        False,
        True,
        True,
    )
    assert [each.id for each in list_exempted(place.ws, ada) if each.may_approve] == [waiting.id]
    with pytest.raises(Invalid, match="was refused"):
        approve_exemption(store, ada, refused.id)


def test_whose_job_role_approves_exemptions_is_told_so_and_refuses_them_as_well(
    place: Place, add_person: AddPerson
) -> None:
    store, ada = place.ws.store, add_person("ada", Role.MANAGER)
    role = JOB_ROLE_CHANGES.create(store, SYSTEM, name="Risk officer", approves=True)
    vic = add_person("vic", Role.VIEWER, job_role=role.key)
    asked, other = exemption(place, ada), exemption(place, ada)
    assert [(each.may_approve, each.may_end) for each in list_exempted(place.ws, vic)] == [(True, True)] * 2

    end_exemption(store, vic, other.id)
    approve_exemption(store, vic, asked.id)

    assert [each.may_end for each in list_exempted(place.ws, vic)] == [False, False]
    with pytest.raises(Forbidden, match="who asked or a manager"):
        end_exemption(store, vic, asked.id)


def test_nobody_changes_what_another_asks_for_and_approves_that(place: Place, add_person: AddPerson) -> None:
    ada, asked = add_person("ada", Role.MANAGER), exemption(place, add_person("mia"))

    with pytest.raises(Forbidden, match="only who asked"):
        CHECK_EXEMPTIONS.update(place.ws.store, ada, asked.id, asked.version, {"reason": "For ever"})


def test_an_act_upon_an_exemption_is_taken_back_by_who_did_it_alone(
    place: Place, add_person: AddPerson
) -> None:
    store, ada, ben = place.ws.store, add_person("ada", Role.MANAGER), add_person("ben", Role.MANAGER)
    mia = add_person("mia")
    asked = exemption(place, mia, request="ask")
    approve_exemption(store, ada, asked.id, request="approve")
    end_exemption(store, ada, asked.id, request="end")
    with pytest.raises(Forbidden, match="Only who decided"):
        undo(store, ben, "end")

    undo(store, ada, "end")
    assert list_exempted(place.ws, mia)[0].state == "in_force"
    undo(store, ada, "approve")
    assert list_exempted(place.ws, mia)[0].state == "asked"
    again = exemption(place, mia, request="again")
    undo(store, mia, "again")
    assert [each.id for each in list_exempted(place.ws, mia)] == [asked.id]
    assert again.id != asked.id


def test_a_campaign_is_ended_and_all_that_is_done_to_it_can_be_taken_back(
    place: Place, add_person: AddPerson
) -> None:
    store, ada, mia = place.ws.store, add_person("ada", Role.MANAGER), add_person("mia")
    made = CHECK_CAMPAIGNS.create(
        store, ada, request="make", name="Audit", deadline=TODAY + timedelta(days=9), owners={KEY: None}
    )
    with pytest.raises(Forbidden):
        end_campaign(store, mia, made.id)
    ended = end_campaign(store, ada, made.id, made.version, "end")
    assert end_campaign(store, ada, made.id).ended_at == ended.ended_at
    assert campaign_standings(place.ws, mia)[0].state == "ended"
    with pytest.raises(ConflictError):
        end_campaign(store, ada, made.id, made.version)

    undo(store, ada, "end")
    assert campaign_standings(place.ws, mia)[0].state == "running"
    CHECK_CAMPAIGNS.delete(store, ada, made.id, request="drop")
    undo(store, ada, "drop")
    assert campaign_named(store, mia, "AUDIT").owners == {KEY: None}
    with pytest.raises(NotFound, match="no campaign 'Other'"):
        campaign_named(store, mia, "Other")


def test_a_check_has_the_unit_of_what_it_measures() -> None:
    assert {check.unit for check in CHECKS.values()} == {"count", "percent", "days", "ms"}


def test_every_check_has_a_guide_and_names_the_items_that_follow_it(place: Place) -> None:
    begin(place.ws.store, SYSTEM, "flow-1-initial-setup", TODAY)

    assert all(guides_tied(check) for check in CHECKS.values())
    (item,) = items_tied(place.ws.store, SYSTEM, "single-sign-on")
    assert (item.flow, item.step, item.state) == ("flow-1-initial-setup", "authentication-setup", "open")
