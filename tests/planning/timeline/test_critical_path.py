"""Critical path and slack, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchflow.planning.tables import DependencyKind
from orchflow.planning.timeline.critical_path import Dependence, Work, critical_path, schedule

FS, SS, FF, SF = DependencyKind


def test_the_longest_way_is_critical_and_the_rest_has_slack() -> None:
    works = {1: Work(3), 2: Work(2), 3: Work(6), 4: Work(1)}
    slots = schedule(works, [Dependence(1, 2), Dependence(2, 4), Dependence(3, 4)])
    assert {task: slot.slack for task, slot in slots.items()} == {1: 1, 2: 1, 3: 0, 4: 0}
    assert critical_path(slots) == [3, 4]
    assert (slots[4].earliest_start, slots[4].earliest_finish) == (6, 7)


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [(FS, 0, 5), (FS, 2, 7), (FS, -2, 3), (SS, 0, 0), (SS, 3, 3), (FF, 0, 2), (FF, 1, 3), (SF, 6, 3), (SF, 0, 0)],
)  # fmt: skip
def test_each_kind_of_dependency_holds_the_successor_back(kind: DependencyKind, lag: int, start: int) -> None:
    slots = schedule({1: Work(5), 2: Work(3)}, [Dependence(1, 2, kind, lag)])
    assert slots[2].earliest_start == start


@pytest.mark.parametrize(
    ("kind", "lag", "latest"), [(FS, 0, 5), (SS, 0, 10), (FF, 0, 8), (FF, 2, 6), (SF, 0, 13)]
)
def test_each_kind_of_dependency_says_how_late_the_predecessor_may_start(
    kind: DependencyKind, lag: int, latest: int
) -> None:
    # The successor may not begin before 10 and takes 3; the predecessor takes 5, and all is over at 13 or 15.
    slots = schedule({1: Work(5), 2: Work(3, not_before=10)}, [Dependence(1, 2, kind, lag)])
    assert slots[2].earliest_start == 10
    assert slots[1].latest_start == min(latest, 13 - 5)


def test_a_task_does_not_begin_before_its_own_day() -> None:
    slots = schedule({1: Work(2, not_before=4), 2: Work(1)}, [Dependence(1, 2)])
    assert (slots[1].earliest_start, slots[2].earliest_start, slots[1].slack) == (4, 6, 0)


def test_a_milestone_takes_no_time() -> None:
    slots = schedule({1: Work(2), 2: Work(0)}, [Dependence(1, 2)])
    assert (slots[2].earliest_start, slots[2].earliest_finish, slots[2].slack) == (2, 2, 0)


def test_what_is_planned_over_more_time_than_it_takes_ends_when_it_is_planned_to_unless_it_is_held_up() -> (
    None
):
    works = {1: Work(2, not_before=0, planned_end=6), 2: Work(3, not_before=6, planned_end=12)}
    free = schedule(works, [Dependence(1, 2)])
    assert [(slot.earliest_finish, slot.slack) for slot in free.values()] == [(6, 0), (12, 0)]
    held = schedule({**works, 1: Work(8)}, [Dependence(1, 2)])
    assert (held[2].earliest_start, held[2].earliest_finish) == (8, 12)
    late = schedule({**works, 1: Work(11)}, [Dependence(1, 2)])
    assert (late[2].earliest_start, late[2].earliest_finish) == (11, 14)


def test_nothing_is_to_slip_where_everything_keeps_its_planned_length() -> None:
    works = {1: Work(4, 0, 9), 2: Work(1, 2, 5), 3: Work(2, 9, 15)}
    slots = schedule(works, [Dependence(1, 3), Dependence(2, 3, FF, 1), Dependence(2, 1, SS)])
    assert [slots[task].slack for task in (1, 2, 3)] == [0, 0, 0]
    assert [slots[task].latest_finish for task in (1, 2, 3)] == [9, 5, 15]


def test_a_circle_is_refused_and_nothing_is_nothing() -> None:
    assert schedule({}, []) == {}
    with pytest.raises(ValueError, match="circle"):
        schedule({1: Work(1), 2: Work(1)}, [Dependence(1, 2), Dependence(2, 1)])


def test_dependences_on_what_is_not_there_do_not_count() -> None:
    assert schedule({1: Work(1)}, [Dependence(9, 1)])[1].earliest_start == 0


networks = st.integers(2, 8).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 6), min_size=size, max_size=size),
        st.lists(
            st.tuples(st.integers(0, size - 1), st.integers(0, size - 1), st.sampled_from(list(DependencyKind)), st.integers(-3, 4)),
            max_size=12,
        ),
    )
)  # fmt: skip


@given(networks)
@settings(max_examples=200, deadline=None)
def test_any_task_may_slip_by_its_slack_and_no_further(
    network: tuple[list[int], list[tuple[int, int, DependencyKind, int]]],
) -> None:
    durations, links = network
    works = dict(enumerate(map(Work, durations)))
    dependences = [Dependence(min(a, b), max(a, b), kind, lag) for a, b, kind, lag in links if a != b]
    slots = schedule(works, dependences)
    end = max(slot.earliest_finish for slot in slots.values())
    assert any(slot.slack == 0 for slot in slots.values())
    for task, slot in slots.items():
        assert slot.slack >= 0
        for late, fits in ((slot.latest_start, True), (slot.latest_start + 1, False)):
            slipped = schedule({**works, task: Work(works[task].duration, late)}, dependences)
            assert (max(s.earliest_finish for s in slipped.values()) == end) is fits
