"""Who takes back what was done to rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchflow.alerts.rules import ALERT_RULES
from orchflow.errors import Forbidden, Invalid
from orchflow.people.permissions import Actor, Role
from orchflow.planning.undo.undo import undo
from orchflow.store.request import new_request
from orchflow.workspace import Workspace
from tests.alerts.conftest import AddRule
from tests.alerts.test_rules import demote
from tests.metrics.facts import SmallFacts


def test_members_take_back_what_they_did_to_their_own_rules(
    space: Workspace, facts: SmallFacts, ada: Actor, add_person: Callable[..., Actor], add_rule: AddRule
) -> None:
    mia = add_person("mia", Role.MEMBER)
    rule = add_rule(mia)
    changed = new_request()
    ALERT_RULES.update(space.store, mia, rule.id, rule.version, {"limit": 99}, changed)
    undo(space.store, mia, changed)
    [back] = ALERT_RULES.list(space.store, mia)
    assert back.limit == 10
    deleted = ALERT_RULES.delete(space.store, mia, rule.id)
    undo(space.store, mia, deleted)
    assert [row.id for row in ALERT_RULES.list(space.store, mia)] == [rule.id]
    made = new_request()
    ALERT_RULES.create(space.store, mia, request=made, name="More", figure="cost", limit=1)
    undo(space.store, mia, made)
    assert [row.name for row in ALERT_RULES.list(space.store, mia)] == ["Cost"]


def test_members_take_back_nothing_of_others_and_nothing_that_they_may_no_longer_ask_for(
    space: Workspace, facts: SmallFacts, ada: Actor, add_person: Callable[..., Actor], add_rule: AddRule
) -> None:
    mia, ana = add_person("mia", Role.MEMBER), add_person("ana", Role.ANALYST)
    theirs = ALERT_RULES.delete(space.store, ada, add_rule().id)
    with pytest.raises(Forbidden):
        undo(space.store, mia, theirs)
    given = add_rule(mia, name="Given")
    request = new_request()
    ALERT_RULES.update(space.store, ada, given.id, given.version, {"owner_id": ada.user_id}, request)
    with pytest.raises(Forbidden):
        undo(space.store, mia, request)
    of_people = add_rule(ana, kind="anomaly", window="own", name="Days", limit=None)
    deleted = ALERT_RULES.delete(space.store, ana, of_people.id)
    demote(space, ana, role=Role.MEMBER)
    less = Actor(ana.user_id, ana.username, ana.display_name, Role.MEMBER)
    with pytest.raises(Invalid, match="may not see figures of single people"):
        undo(space.store, less, deleted)
    assert not ALERT_RULES.list(space.store, ada, ids=[of_people.id])
