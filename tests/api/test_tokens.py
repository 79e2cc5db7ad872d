"""Who a token stands for, and what its scope and its user's role let it do."""

from __future__ import annotations

import pytest

from orchflow.api.tokens import MARK, bearer_of, create_token, list_tokens, revoke_token
from orchflow.clock import now
from orchflow.errors import Forbidden, Invalid, NotFound
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.token_tables import ApiToken
from orchflow.people.users import disable_user, update_user
from orchflow.store.tables import Change
from tests.api.conftest import Client, Place, project_in


def test_only_a_hash_of_the_secret_is_kept_also_in_the_history(both: Place) -> None:
    secret = both.secret(both.person("member").id)

    with both.store.read() as session:
        (token,) = session.query(ApiToken).all()
        changes = session.query(Change).filter(Change.entity == "api_token").all()
    assert secret not in str(vars(token))
    assert token.secret_hash not in str([change.new for change in changes])


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Bearer {MARK}wrong", "Basic abc"])
def test_without_a_valid_token_nothing_is_told(place: Place, given: str) -> None:
    answer = Client(place.app, headers={"Authorization": given} if given else {}).get("/tasks")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_a_token_it_is_not_told_which_addresses_exist(place: Place) -> None:
    assert Client(place.app).get("/nothing-here").status_code == 401


def test_a_token_ends_with_its_user_at_once(place: Place) -> None:
    person = place.person("manager")
    client = Client(place.app, place.secret(person.id))
    assert client.get("/tasks").status_code == 200

    disable_user(place.store, SYSTEM, person.id)

    assert client.get("/tasks").status_code == 401


def test_a_revoked_or_expired_token_is_refused(place: Place) -> None:
    person = place.person("manager")
    row, secret = create_token(place.store, SYSTEM, person.id, "read")
    revoke_token(place.store, SYSTEM, row.id)
    assert bearer_of(place.store, secret) is None

    row, secret = create_token(place.store, SYSTEM, person.id, "read", days=1)
    assert bearer_of(place.store, secret) is not None
    with place.store.unit(SYSTEM) as session:
        token = session.get(ApiToken, row.id)
        assert token is not None
        token.expires_at = now()
    assert bearer_of(place.store, secret) is None
    assert [token.state for token in list_tokens(place.store, SYSTEM)] == ["revoked", "expired"]


def test_a_token_acts_with_the_present_role_of_its_user(place: Place) -> None:
    person = place.person("manager")
    client = Client(place.app, place.secret(person.id))
    effort = {"number": 1, "name": "First agents"}
    assert client.post("/efforts", effort).status_code == 201

    update_user(place.store, SYSTEM, person.id, person.version, {"role": "viewer"})

    answer = client.post("/efforts", {**effort, "number": 2})
    assert answer.status_code == 403
    assert "may not change the plan" in answer.json()["detail"]


def test_a_token_for_reading_writes_nothing(place: Place) -> None:
    client = place.client("manager", scope="read")

    assert client.get("/efforts").status_code == 200
    answer = client.post("/efforts", {"number": 1, "name": "First agents"})
    assert answer.status_code == 403
    assert "may only read" in answer.json()["detail"]


def test_a_one_time_password_does_not_stop_the_tokens_of_its_user(place: Place) -> None:
    from orchflow.people.users import add_user

    robot, _ = add_user(place.store, SYSTEM, username="robot", role="manager")

    assert Client(place.app, place.secret(robot.id)).get("/tasks").status_code == 200


def test_the_scope_admin_is_for_administrators_and_ends_with_their_role(place: Place) -> None:
    with pytest.raises(Invalid, match="admin is for administrators"):
        create_token(place.store, SYSTEM, place.person("manager").id, "admin")
    place.person("admin", "first")
    person = place.person("admin", "second")
    _, secret = create_token(place.store, SYSTEM, person.id, "admin")

    update_user(place.store, SYSTEM, person.id, person.version, {"role": "manager"})

    bearer = bearer_of(place.store, secret)
    assert bearer is not None
    assert bearer.scope == "write"


def test_people_make_see_and_revoke_tokens_of_their_own_alone(both: Place) -> None:
    mine, others = both.person("member", "ada"), both.person("member", "ben")
    ada = Actor(mine.id, "ada", "Ada", Role.MEMBER)
    row, _ = create_token(both.store, ada, mine.id, "write", name="sync")
    theirs, _ = create_token(both.store, SYSTEM, others.id, "write")

    assert [token.name for token in list_tokens(both.store, ada)] == ["sync"]
    with pytest.raises(Forbidden):
        create_token(both.store, ada, others.id, "read")
    with pytest.raises(NotFound):
        revoke_token(both.store, ada, theirs.id)
    assert revoke_token(both.store, ada, row.id).state == "revoked"


def test_when_a_token_was_last_used_is_noted_without_a_new_version(place: Place) -> None:
    secret = place.secret(place.person("viewer").id, "read")
    bearer_of(place.store, secret)

    (row,) = list_tokens(place.store, SYSTEM)
    assert row.last_used_at is not None
    assert row.version == 1


def test_members_edit_their_own_tasks_and_comment_and_viewers_only_read(place: Place) -> None:
    project_id = project_in(place.store)
    manager, viewer = place.client("manager"), place.client("viewer")
    person = place.person("member")
    member = Client(place.app, place.secret(person.id))
    mine = manager.post(
        "/tasks", {"project_id": project_id, "title": "Mine", "assignee_id": person.id}
    ).json()
    other = manager.post("/tasks", {"project_id": project_id, "title": "Other"}).json()

    assert member.patch(f"/tasks/{mine['id']}", 1, status="in_progress").status_code == 200
    assert member.patch(f"/tasks/{mine['id']}", 2, points=8).status_code == 403
    assert member.patch(f"/tasks/{other['id']}", 1, status="done").status_code == 403
    assert member.post("/tasks", {"project_id": project_id, "title": "New"}).status_code == 403
    assert member.delete(f"/tasks/{mine['id']}").status_code == 403
    comment = {"entity": "task", "entity_id": other["id"], "body": "Ready?"}
    assert member.post("/comments", comment).status_code == 201
    assert viewer.get("/tasks").status_code == 200
    assert viewer.post("/comments", comment).status_code == 403
    assert viewer.patch(f"/tasks/{mine['id']}", 2, status="done").status_code == 403
