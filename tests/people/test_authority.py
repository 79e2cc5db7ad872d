"""What an actor in hand may do is decided when it is done: what was taken away since is refused, nothing is stored."""

from __future__ import annotations

import ast
import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import orchflow
from orchflow.api.tokens import bearer_of, create_token, revoke_token
from orchflow.errors import Forbidden, OrchflowError
from orchflow.people.credentials import reset_password, set_password
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.sign_in import actor_for_token, sign_out
from orchflow.people.tables import TOPIC, Team, User
from orchflow.people.teams import add_team
from orchflow.people.users import add_user, disable_user, update_user
from orchflow.store.engine import Store
from orchflow.store.tables import Change
from tests.people.conftest import PASSWORD, AddPerson, Time


def version_of(store: Store, user_id: int) -> int:
    with store.read() as session:
        return session.get_one(User, user_id).version


def set_role(role: Role) -> Callable[[Store, Actor], object]:
    return lambda store, actor: update_user(
        store, SYSTEM, actor.user_id or 0, version_of(store, actor.user_id or 0), {"role": role}
    )


TAKEN_AWAY: dict[str, Callable[[Store, Actor], object]] = {
    "disabled": lambda store, actor: disable_user(store, SYSTEM, actor.user_id or 0),
    "made inactive in the grid": lambda store, actor: update_user(
        store, SYSTEM, actor.user_id or 0, version_of(store, actor.user_id or 0), {"active": False}
    ),
    "signed out elsewhere": sign_out,
    "given a one-time password": lambda store, actor: reset_password(store, SYSTEM, actor.user_id or 0),
    "a new password": lambda store, actor: set_password(
        store, actor, actor.user_id or 0, "another long password", current=PASSWORD
    ),
    **{f"now a {role}": set_role(role) for role in Role if role is not Role.ADMIN},
}


@pytest.fixture
def signed_in(store: Store, add_person: AddPerson, time: Time) -> Actor:
    """An administrator (there is another one) in a session that began a moment ago."""
    add_person("root", Role.ADMIN)
    add_person("eve", Role.ADMIN)
    time.forward(seconds=1)
    began = time.moment
    time.forward(seconds=1)
    actor = actor_for_token(store, "eve", began)
    assert actor is not None
    return actor


def changes(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Change)) or 0


@pytest.mark.parametrize("how", TAKEN_AWAY)
def test_what_was_taken_away_since_is_refused_and_nothing_is_stored(
    store: Store, signed_in: Actor, how: str
) -> None:
    add_team(store, signed_in, name="Before")
    TAKEN_AWAY[how](store, signed_in)
    before = changes(store)
    for write in (
        lambda: add_user(store, signed_in, username="mole", role=Role.ADMIN),
        lambda: add_team(store, signed_in, name="After"),
        lambda: update_user(store, signed_in, signed_in.user_id or 0, 1, {"display_name": "Still here"}),
    ):
        with pytest.raises(Forbidden) as refusal:
            write()
        assert "nothing was done" in str(refusal.value)
        assert refusal.value.hint
    assert changes(store) == before
    with pytest.raises(Forbidden), store.read(signed_in):
        raise AssertionError("what leaves the product is read on behalf of somebody who may not any more")


def test_every_change_of_role_ends_what_began_under_the_old_one(store: Store, add_person: AddPerson) -> None:
    """A program's token outlives the sessions: the role it was let in with is compared."""
    add_person("root", Role.ADMIN)
    actor = add_person("eve", Role.ADMIN)
    for before, after in [(a, b) for a in Role for b in Role if a is not b]:
        set_role(before)(store, actor)
        claim = dataclasses.replace(actor, role=before)
        with store.unit(claim):
            pass
        set_role(after)(store, actor)
        with pytest.raises(Forbidden, match=f"is {after} now, no longer {before}"), store.unit(claim):
            raise AssertionError("the unit was opened")
        with store.unit(dataclasses.replace(actor, role=after)):
            pass


def test_who_signs_in_again_goes_on(store: Store, signed_in: Actor, time: Time) -> None:
    sign_out(store, signed_in)
    again = actor_for_token(store, "eve", time.forward(seconds=1))
    assert again is not None
    assert add_team(store, again, name="After").name == "After"


def test_nobody_but_the_product_itself_acts_without_an_account(store: Store) -> None:
    with pytest.raises(Forbidden), store.unit(Actor(None, "system", "Orchestrator Flow", Role.ADMIN)):
        raise AssertionError("the unit was opened")


@pytest.mark.parametrize("end", ["revoked", "expired", "disabled"])
def test_a_token_that_ended_after_its_request_was_let_in_writes_nothing(
    store: Store, signed_in: Actor, time: Time, end: str
) -> None:
    row, secret = create_token(store, SYSTEM, signed_in.user_id or 0, "write", days=1)
    bearer = bearer_of(store, secret)
    assert bearer is not None
    add_team(store, bearer.actor, name="Before")
    match end:
        case "revoked":
            revoke_token(store, SYSTEM, row.id)
        case "expired":
            time.forward(days=2)
        case _:
            disable_user(store, SYSTEM, signed_in.user_id or 0)
    with pytest.raises(Forbidden):
        add_team(store, bearer.actor, name="After")
    assert bearer_of(store, secret) is None


def in_thread(work: Callable[[], object], errors: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_a_disabling_that_is_under_way_comes_first(store: Store, add_person: AddPerson) -> None:
    """Who writes meanwhile waits for it, and is refused."""
    eve = add_person("eve", Role.ADMIN)
    errors: list[BaseException] = []
    with store.unit(SYSTEM, alone=TOPIC) as session:
        session.get_one(User, eve.user_id, with_for_update=True).active = False
        session.flush()
        writing = in_thread(lambda: add_team(store, eve, name="After"), errors)
    writing.join()
    assert [type(error) for error in errors] == [Forbidden]
    with store.read() as session:
        assert session.scalar(sa.select(Team.id)) is None


def test_a_person_who_is_writing_stays_who_they_are_until_it_is_stored(
    store: Store, add_person: AddPerson
) -> None:
    """Nobody can disable them in the middle of it, so what is stored was stored by somebody who might."""
    add_person("root", Role.ADMIN)
    eve = add_person("eve", Role.ADMIN)
    order: list[str] = []

    def disable() -> None:
        disable_user(store, SYSTEM, eve.user_id or 0)
        order.append("disabled")

    errors: list[BaseException] = []
    with store.unit(eve) as session:
        session.add(Team(name="Before"))
        session.flush()
        if store.engines.kind == "postgresql":
            assert held_by_another(store, eve)
        disabling = in_thread(disable, errors)
        order.append("written")
    disabling.join()
    assert (order, errors) == (["written", "disabled"], [])


def held_by_another(store: Store, actor: Actor) -> bool:
    """Whether the row of `actor` cannot be taken by another connection."""
    chosen = sa.select(User.id).where(User.id == actor.user_id).with_for_update(nowait=True)
    with Session(store.engines.writer) as other:
        try:
            other.execute(chosen)
        except sa.exc.OperationalError:
            return True
    return False


SYSTEM_WRITES = {
    "alerts/evaluate.py": "what rules of alerts came to, each read with the rights of its owner",
    "api/idempotency.py": "the answer to a request, not what it asks for",
    "api/tokens.py": "when a token was used last",
    "people/identities.py": "who a provider vouches for, before anybody is signed in",
    "people/lockout.py": "attempts to sign in",
    "people/sign_in.py": "the first administrator, and when somebody signed in",
    "demo/alerts/past.py": "the demo",
    "demo/plan/fill.py": "the demo",
    "demo/surveys.py": "the demo",
    "dispatch.py": "how far each subscriber has followed the events",
    "guidance/calendar.py": "due days that follow the holidays of the workspace",
    "guidance/checks/evaluate.py": "what self-checks came to",
    "surveys/invitations.py": "waves whose first day has come, and those whose last day is over",
    "guidance/ticks.py": "items that follow their tasks and self-checks",
}


def _author(node: ast.AST) -> str | None:
    """On whose behalf a call opens a unit of work or the telling of a past; None for every other node."""
    match node:
        case ast.Call(func=ast.Attribute(attr="unit"), args=[author, *_]):
            return ast.unparse(author)
        case ast.Call(func=ast.Name(id="retell"), args=[_, author, *_]):
            return ast.unparse(author)
    return None


def test_no_feature_writes_on_behalf_of_anybody_but_its_actor() -> None:
    """A unit opened for `SYSTEM` asks for nobody's rights, so each place that does has its reason here."""
    root = Path(orchflow.__file__).parent
    on_behalf_of_system = set()
    for file in root.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            author = _author(call)
            if author not in (None, "actor", "caller.actor"):
                assert author == "SYSTEM", f"{file}: {ast.unparse(call)}"
                on_behalf_of_system.add(file.relative_to(root).as_posix())
    assert on_behalf_of_system == SYSTEM_WRITES.keys()


def test_the_refusal_is_an_error_that_speaks_to_the_user(store: Store, signed_in: Actor) -> None:
    disable_user(store, SYSTEM, signed_in.user_id or 0)
    with pytest.raises(OrchflowError) as refusal, store.unit(signed_in):
        raise AssertionError("the unit was opened")
    assert str(refusal.value) == "The account of Eve is disabled, so nothing was done"
    assert refusal.value.hint == "Ask an administrator to enable it."


def test_who_is_not_in_the_store_hears_that_there_is_no_such_account(store: Store) -> None:
    stranger = Actor(4711, "nobody", "Nobody", Role.ADMIN)
    with pytest.raises(OrchflowError) as refusal, store.unit(stranger):
        raise AssertionError("the unit was opened")
    assert str(refusal.value) == "There is no account of Nobody, so nothing was done"
    assert refusal.value.hint == "Ask an administrator to add one."
