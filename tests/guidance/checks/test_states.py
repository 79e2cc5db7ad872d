"""Every check, in each of its states, on data made by hand."""

from __future__ import annotations

import pytest

from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.planning.journey.content import load_flows
from orchflow.screens.catalogue import BY_NAME
from tests.guidance.checks.place import Place
from tests.guidance.checks.stories import ALWAYS_APPLIES, STORIES


@pytest.mark.parametrize("key", STORIES)
def test_it_is_told_by_what_there_is(place: Place, key: str) -> None:
    for happens, state, words in STORIES[key]:
        happens(place)
        outcome = place.outcome(key)
        assert (outcome.state, words in outcome.words) == (state, True), outcome.words


@pytest.mark.parametrize("key", CHECKS)
def test_each_of_its_states_is_told(key: str) -> None:
    states = {state for _, state, _ in STORIES[key]}
    assert states == {"passed", "failed"} if key in ALWAYS_APPLIES else {"passed", "failed", "not_applicable"}


def test_it_belongs_to_a_step_and_leads_to_a_screen() -> None:
    steps = {(flow.flow, step.key) for flow in load_flows().flows for step in flow.steps}
    for check in CHECKS.values():
        assert (check.flow, check.step) in steps, check.key
        assert check.mend.screen in ("", *BY_NAME), check.key
        assert check.question.endswith("?")
        assert check.mend.words.endswith("."), check.key


def test_checklists_name_only_checks_that_there_are() -> None:
    steps = [step for flow in load_flows().flows for step in flow.steps]
    assert {item.check for step in steps for item in step.checklist if item.check} <= set(CHECKS)
