"""Whose review is late is told what is next; risks are found by their titles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orchflow import clock
from orchflow.guidance.what_next import what_next
from orchflow.insights.search import search
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.risks.risks import RISKS
from orchflow.workspace import Workspace
from tests.people.conftest import AddPerson


@pytest.fixture
def ada(space: Workspace, add_person: AddPerson) -> Actor:
    """Three risks are hers: the review of one is late, of one due in days, of one far off; a late one is nobody's."""
    ada = add_person("ada", Role.MEMBER)
    today = clock.today(space.zone)
    for title, days, owner in (
        ("Late", -3, ada.user_id),
        ("Soon", 5, ada.user_id),
        ("Far", 60, ada.user_id),
        ("Nobody's", -9, None),
    ):
        RISKS.create(
            space.store, SYSTEM, title=f"{title} risk", category="privacy", likelihood=2, impact=2, owner_id=owner,
            next_review=today + timedelta(days=days),
        )  # fmt: skip
    return ada


def test_late_and_soon_due_reviews_are_next_for_the_owner(
    space: Workspace, ada: Actor, add_person: AddPerson
) -> None:
    told = [each for each in what_next(space, ada) if each.kind == "review"]
    assert [(each.urgency, each.title) for each in told] == [
        ("attention", "Review the risk: Late risk"),
        ("todo", "Review the risk: Soon risk"),
    ]
    assert told[0].link.startswith("risk?risk=")
    assert not [each for each in what_next(space, add_person("bob", Role.MEMBER)) if each.kind == "review"]


def test_a_risk_is_found_by_its_title(space: Workspace, ada: Actor) -> None:
    assert [(hit.kind, hit.title) for hit in search(space, ada, "risk late")] == [("risk", "Late risk")]
