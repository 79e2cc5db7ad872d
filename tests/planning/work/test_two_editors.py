"""However the work of two people on one task falls together, nobody overwrites a change they have not seen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchflow.errors import ConflictError
from orchflow.people.newcomers import Newcomer, add_people
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.work.efforts import create_effort
from orchflow.planning.work.projects import create_project
from orchflow.planning.work.tasks import create_task, get_task, update_task
from orchflow.store.engine import Store, open_store

FIELDS = ("title", "points", "status", "description")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["a", "b", "c"]),
    "points": st.sampled_from([None, 1, 2]),
    "status": st.sampled_from(["backlog", "ready", "done"]),
    "description": st.sampled_from(["", "x", "y"]),
}
edits = st.fixed_dictionaries({}, optional=VALUES).filter(bool)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.sampled_from([0, 1]), st.just({})),
        st.tuples(st.just("save"), st.sampled_from([0, 1]), edits),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def plan() -> Iterator[tuple[Store, int, list[Actor]]]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/plan.sqlite", backups=Path(folder))
        effort = create_effort(store, SYSTEM, number=1, name="E")
        project = create_project(store, SYSTEM, number="1.1", effort_id=effort.id, name="P").id
        names = ("ada", "bob")
        ids = add_people(store, SYSTEM, [Newcomer(name, name, role=Role.MANAGER) for name in names])
        editors = [Actor(*known, name, Role.MANAGER) for *known, name in zip(ids, names, names, strict=True)]
        yield store, project, editors
        store.dispose()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_random_interleavings_never_lose_an_unseen_change(
    plan: tuple[Store, int, list[Actor]], work: list[tuple[str, int, dict[str, Any]]]
) -> None:
    store, project, editors = plan
    task = create_task(store, SYSTEM, project_id=project, title="a")
    seen = [task, task]
    for kind, who, changes in work:
        before = get_task(store, SYSTEM, task.id)
        if kind == "read":
            seen[who] = before
            continue
        base = seen[who]
        unseen = {name for name in FIELDS if getattr(before, name) != getattr(base, name)}
        lost = {
            name
            for name, value in changes.items()
            if name in unseen and value not in (getattr(before, name), getattr(base, name))
        }
        if lost:
            with pytest.raises(ConflictError) as conflict:
                update_task(store, editors[who], task.id, base.version, changes)
            assert {found.field for found in conflict.value.conflicts} == lost
            assert get_task(store, SYSTEM, task.id) == before
            continue
        saved = update_task(store, editors[who], task.id, base.version, changes)
        for name in FIELDS:
            mine = name in changes and name not in unseen
            assert getattr(saved.row, name) == (changes[name] if mine else getattr(before, name))
        seen[who] = saved.row
