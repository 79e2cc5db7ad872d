"""What is still open in a browser stores nothing and hands out nothing once the right to it was taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Download, expect

from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.people.sign_in import sign_out
from orchflow.people.users import UserRow, add_user, update_user
from orchflow.planning.tables import Task
from orchflow.planning.work.comments import list_comments
from orchflow.store.engine import Store, open_store
from orchflow.store.tables import Change
from tests.browser.conftest import Visitor

PASSWORD = "correct horse battery"


@pytest.fixture
def store(demo_home: Path) -> Iterator[Store]:
    """The plan store of the running server, as an operator's command opens it."""
    opened = open_store(f"sqlite:///{demo_home / 'plan.sqlite'}", backups=demo_home / "backups")
    yield opened
    opened.dispose()


def demoted(store: Store, user: UserRow) -> None:
    update_user(store, SYSTEM, user.id, user.version, {"role": "viewer"})


TAKEN_AWAY: dict[str, Callable[[Store, UserRow], object]] = {
    "demoted": demoted,
    "signed-out": lambda store, user: sign_out(
        store, Actor(user.id, user.username, user.display_name, user.role)
    ),
}


def written(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.max(Change.id))) or 0


@pytest.mark.parametrize("how", TAKEN_AWAY)
def test_dialog_callback_fragment_and_download_are_refused(
    visit: Callable[..., Visitor], store: Store, how: str
) -> None:
    user, _ = add_user(
        store, SYSTEM, username=f"eve-{how}", role=Role.ADMIN, password=PASSWORD, must_change_password=False
    )
    with store.read() as session:
        task = session.scalar(sa.select(sa.func.min(Task.id)))
    visitor = visit()
    tabs = [visitor.enter(user.username, "/people")]
    for path in (f"/plan?task={task}", "/timeline", "/cost"):
        visitor.page = visitor.new_page()
        tabs.append(visitor.go(path))
    dialog, callback, fragment, download = tabs
    dialog.get_by_role("button", name="Add a person").click()
    dialog.get_by_label("Name", exact=True).fill("Mole")
    fragment.get_by_role("button", name="Take a baseline").click()
    fragment.get_by_label("Name", exact=True).fill("Still here")
    download.get_by_role("button", name="Download", exact=True).first.click()
    expect(download.get_by_test_id("stDownloadButton").first).to_be_visible()
    visitor.ran(callback, callback.get_by_text("Comments").first.click)
    comment = callback.get_by_placeholder("Write a comment")
    comment.fill("Still here")
    visitor.ran(callback, comment.blur)

    TAKEN_AWAY[how](store, user)
    before = written(store)

    dialog.get_by_role("button", name="Add", exact=True).click()
    fragment.get_by_role("button", name="Keep it").click()
    for page in (dialog, fragment):
        expect(page.get_by_text("nothing was done")).to_be_visible()
    callback.get_by_role("button", name="Comment", exact=True).click()
    expect(callback.get_by_label("Username")).to_be_visible()
    handed_out: list[Download] = []
    download.on("download", lambda file: handed_out.append(file))
    download.get_by_test_id("stDownloadButton").get_by_role("button", name="CSV").first.click()
    expect(download.get_by_text("nothing was done").first).to_be_visible()
    assert not handed_out
    assert written(store) == before
    assert task is not None
    assert not [
        one for one in list_comments(store, SYSTEM, entity="task", entity_id=task) if one.author_id == user.id
    ]
