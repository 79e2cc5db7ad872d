"""Every check, in each of its states, on data made by hand."""

from __future__ import annotations

import pytest

from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.people.job_roles import JOB_ROLES
from tests.guidance.checks.place import Place
from tests.guidance.checks.stories import ALWAYS_APPLIES, STORIES

assert JOB_ROLES


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
