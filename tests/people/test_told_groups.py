"""What is told of groups leaves nobody to be worked out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from orchflow.people.told_groups import groups_told, in_fives, rows_told, steps_told


def people(count: int, start: int = 0) -> frozenset[int]:
    return frozenset(range(start, start + count))


def test_where_one_group_would_be_hidden_a_second_one_is() -> None:
    groups = {"A": people(12), "B": people(12, 100), "C": people(12, 200)}
    active = people(6) | people(11, 100) | people(6, 200)
    told = {group.key: group.parts for group in groups_told(groups, [active])}
    assert told == {"A": (None,), "B": (None,), "C": (6,)}, "23 in all less 6 leave 17 of two groups"


def test_of_two_groups_neither_is_told_where_the_total_would_tell_the_other() -> None:
    groups = {"A": people(12), "B": people(6, 100)}
    active = people(7) | people(3, 100)
    assert [group.parts for group in groups_told(groups, [active])] == [(None,), (None,)]


def test_small_groups_are_told_together() -> None:
    groups = {"A": people(12), "B": people(3, 100), "C": people(3, 200)}
    told = [(group.key, group.people) for group in groups_told(groups, [])]
    assert told == [("A", 12), (None, 6)]


def test_nothing_and_all_of_a_group_are_not_told() -> None:
    for part in (people(0), people(12)):
        assert groups_told({"A": people(12), "B": people(12, 50)}, [part])[0].parts == (None,)


def test_who_may_see_people_sees_every_group() -> None:
    assert groups_told({"A": people(2)}, [people(1)], everything=True)[0].parts == (1,)


def test_steps_leave_five_between_them() -> None:
    assert steps_told([43, 41, 36, 12, 9, 5]) == (43, None, 36, 12, None, 5)
    assert steps_told([43, 38, 36, 12], first=[0, 2]) == (43, None, 36, 12), "36 are told elsewhere"
    assert steps_told([4]) == (None,)


def test_of_rows_that_add_up_never_one_alone_is_hidden() -> None:
    assert rows_told({"a": (3, 20), "b": (8, 20), "c": (6, 20)}) == {"a": None, "b": 8, "c": None}


def test_counts_over_time_are_told_in_fives() -> None:
    assert [in_fives(count) for count in (None, 0, 4, 5, 7, 8, 43)] == [None, None, None, 5, 5, 10, 45]


def test_what_another_division_leaves_of_a_group_is_judged_too() -> None:
    team, role = people(14), people(11)
    active = people(8) | frozenset({12})
    alone, other = people(14, 100), people(7, 100)
    told = groups_told({"team": team, "other": alone}, [active | other], beside=[role])
    assert [group.parts for group in told] == [(None,), (None,)], "three are in the team and not of the role"
    assert groups_told({"team": team, "other": alone}, [active | other])[0].parts == (9,)


def differences(sets: list[frozenset[int]]) -> Iterator[int]:
    """What one of two told numbers leaves of the other, of those who lie within each other."""
    for one, other in combinations(sets, 2):
        if one < other or other < one:
            yield abs(len(one) - len(other))


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=60),
    st.booleans(),
)
def test_no_two_told_numbers_leave_a_group_under_five(
    members: list[tuple[int, int]], whole_is_told: bool
) -> None:
    """Of a partition (a job role each), with two parts within each other, and the total of each part beside them."""
    groups = {
        role: frozenset(at for at, (own, _) in enumerate(members) if own == role)
        for role in sorted({role for role, _ in members})
    }
    parts = [frozenset(at for at, (_, level) in enumerate(members) if level > above) for above in (0, 1)]
    told: list[frozenset[int]] = []
    whole = frozenset(range(len(members)))
    totals = [whole, *parts]
    sizes = steps_told([len(each) for each in totals])
    told += [each for each, size in zip(totals, sizes, strict=True) if size is not None]
    shown = groups_told(groups, parts)
    keys = {group.key for group in shown}
    for group in shown:
        own = groups[group.key] if group.key is not None else whole - frozenset().union(
            *(groups[key] for key in keys if key is not None)
        )  # fmt: skip
        assert len(own) == group.people
        told.append(own)
        told += [own & part for part, size in zip(parts, group.parts, strict=True) if size is not None]
    for each in told:
        assert len(each) >= 5
    assert all(left >= 5 for left in differences(told))
    for place, part in enumerate(parts):
        known = [group for group in shown if group.parts[place] is not None]
        rest = part - frozenset().union(*(groups[group.key] for group in known if group.key is not None))
        if sizes[place + 1] is not None and known and None not in {group.key for group in known} and rest:
            assert len(rest) >= 5, "the total less all that is told"
