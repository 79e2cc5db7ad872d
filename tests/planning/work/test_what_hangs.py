"""Comments, links and files that hang on rows of the plan."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound
from orchflow.people.permissions import Actor
from orchflow.planning.undo.undo import undo
from orchflow.planning.work import attachments
from orchflow.planning.work.attachments import (
    add_attachment,
    delete_attachment,
    list_attachments,
    read_attachment,
    safe_name,
)
from orchflow.planning.work.comments import add_comment, delete_comment, list_comments, update_comment
from orchflow.planning.work.links import add_link, delete_link, get_link, list_links, update_link
from orchflow.planning.work.rows import TaskRow
from orchflow.store.engine import Store

AddTask = Callable[..., TaskRow]


def test_members_comment_anywhere_and_change_their_own(
    store: Store, project: int, add_task: AddTask, mia: Actor, ada: Actor
) -> None:
    task = add_task()
    first = add_comment(store, mia, "task", task.id, "  First\nline ")
    add_comment(store, ada, "project", project, "On the project")
    assert (first.body, first.author_id) == ("  First\nline", mia.user_id)
    assert list_comments(store, mia, entity="task", entity_id=task.id) == [first]
    assert [row.entity for row in list_comments(store, mia, author_id=ada.user_id)] == ["project"]
    assert update_comment(store, mia, first.id, 1, {"body": "Second"}).row.body == "Second"
    with pytest.raises(Forbidden, match="nly its author"):
        update_comment(store, ada, first.id, 2, {"body": "Mine now"})


def test_comments_are_refused_where_nothing_is_and_when_they_say_nothing(
    store: Store, add_task: AddTask, mia: Actor, viewer: Actor
) -> None:
    task = add_task()
    with pytest.raises(NotFound, match="no task 99"):
        add_comment(store, mia, "task", 99, "Hello")
    with pytest.raises(Invalid, match="'user_account' is not one of"):
        add_comment(store, mia, "user_account", 1, "Hello")
    with pytest.raises(Invalid, match="must not be empty"):
        add_comment(store, mia, "task", task.id, " \n")
    with pytest.raises(Invalid, match=r"at most 20,000 fit"):
        add_comment(store, mia, "task", task.id, "x" * 20_001)
    with pytest.raises(Forbidden):
        add_comment(store, viewer, "task", task.id, "Hello")


def test_a_comment_is_deleted_by_its_author_or_a_manager(
    store: Store, add_task: AddTask, mia: Actor, ada: Actor, add_person: Callable[..., Actor]
) -> None:
    task, other = add_task(), add_person("max")
    comment = add_comment(store, mia, "task", task.id, "Hello")
    with pytest.raises(Forbidden):
        delete_comment(store, other, comment.id)
    undo(store, ada, delete_comment(store, ada, comment.id, 1))
    update_comment(store, mia, comment.id, 3, {"body": "Hello again"})
    with pytest.raises(ConflictError):
        delete_comment(store, mia, comment.id, 3)
    delete_comment(store, mia, comment.id)
    assert list_comments(store, mia) == []


def test_a_link_leads_to_a_document_an_agent_or_a_safe_address(
    store: Store, add_task: AddTask, ada: Actor, mia: Actor
) -> None:
    task = add_task()
    agent = add_link(store, ada, "task", task.id, kind="agent", target="hello-world", title="Hello")
    assert list_links(store, mia, kind="agent", target="hello-world") == [agent]
    for bad in ("javascript:alert(1)", "data:text/html,x", "example.org", "https://", "http://[broken"):
        with pytest.raises(Invalid, match="address like"):
            add_link(store, ada, "task", task.id, kind="url", target=bad)
        with pytest.raises(Invalid, match="address like"):
            update_link(store, ada, agent.id, 1, {"kind": "url", "target": bad})
    saved = update_link(store, ada, agent.id, 1, {"kind": "url", "target": "https://example.org/a?b"})
    assert get_link(store, mia, agent.id) == saved.row
    with pytest.raises(Forbidden):
        delete_link(store, mia, agent.id)
    undo(store, ada, delete_link(store, ada, agent.id, 2))
    assert [row.target for row in list_links(store, ada)] == ["https://example.org/a?b"]


def test_a_file_is_kept_once_under_its_hash(
    store: Store, add_task: AddTask, ada: Actor, tmp_path: Path
) -> None:
    task = add_task()
    one = add_attachment(store, tmp_path, ada, "task", task.id, filename="a.txt", content=b"text")
    two = add_attachment(
        store,
        tmp_path,
        ada,
        "task",
        task.id,
        filename="../../b.html",
        content=io.BytesIO(b"text"),
        content_type="Text/HTML",
    )
    assert (one.size, two.filename, two.content_type) == (4, "b.html", "text/html")
    assert [path.name for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == [one.sha256]
    assert read_attachment(store, tmp_path, ada, two.id)[1].read_bytes() == b"text"
    delete_attachment(store, ada, one.id, 1)
    assert list_attachments(store, ada, entity="task", entity_id=task.id) == [two]
    assert read_attachment(store, tmp_path, ada, two.id)[1].exists()


def test_a_file_too_large_or_empty_leaves_nothing(
    store: Store, add_task: AddTask, ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = add_task()
    monkeypatch.setattr(attachments, "LARGEST", 10)
    for content, reason in (
        (b"x" * 11, "larger than"),
        (io.BytesIO(b"x" * 11), "larger than"),
        (b"", "empty"),
    ):
        with pytest.raises(Invalid, match=reason):
            add_attachment(store, tmp_path, ada, "task", task.id, filename="a", content=content)
    assert list((tmp_path / "uploads").iterdir()) == []
    assert list_attachments(store, ada) == []


def test_members_attach_to_their_own_tasks(
    store: Store, add_task: AddTask, mia: Actor, tmp_path: Path
) -> None:
    own, other = add_task(assignee_id=mia.user_id), add_task()
    add_attachment(store, tmp_path, mia, "task", own.id, filename="a", content=b"x")
    with pytest.raises(Forbidden):
        add_attachment(store, tmp_path, mia, "task", other.id, filename="a", content=b"x")


def test_a_file_whose_bytes_are_lost_is_named(
    store: Store, add_task: AddTask, ada: Actor, tmp_path: Path
) -> None:
    made = add_attachment(store, tmp_path, ada, "task", add_task().id, filename="a.txt", content=b"x")
    (tmp_path / "uploads" / made.sha256[:2] / made.sha256).unlink()
    with pytest.raises(NotFound, match=r"content of 'a.txt' is missing"):
        read_attachment(store, tmp_path, ada, made.id)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\plan.xlsx", "plan.xlsx"),
        (".htaccess", "htaccess"),
        ('a"b\r\nSet-Cookie: x.txt', "abSet-Cookie x.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", "file"),
        ("...", "file"),
        ("ü" * 300 + ".docx", "ü" * 195 + ".docx"),
    ],
)
def test_file_names_are_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept
