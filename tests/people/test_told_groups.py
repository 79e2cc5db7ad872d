"""What is told of groups leaves nobody to be worked out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

from hypothesis import given
from hypothesis import strategies as st

from orchflow.people.told_groups import groups_told, in_fives, rows_told, steps_told, total_told


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
    rows = {
        name: (people(part, start), people(20, start))
        for name, part, start in (("a", 3, 0), ("b", 8, 100), ("c", 6, 200))
    }
    assert rows_told(rows) == {"a": None, "b": 8, "c": None}


def test_rows_count_people_however_many_rows_they_are_in() -> None:
    rows = {name: (people(3), people(20)) for name in "ab"} | {"c": (people(8), people(20))}
    assert rows_told(rows) == {"a": None, "b": None, "c": None}, "the same three twice are three"
    assert not total_told([rows["a"], rows["b"]])
    assert total_told(rows.values())


def test_counts_over_time_are_told_in_fives() -> None:
    assert [in_fives(count) for count in (None, 0, 4, 5, 7, 8, 43)] == [None, None, None, 5, 5, 10, 45]


def test_of_groups_within_each_other_that_leave_two_none_is_told_apart() -> None:
    groups = {"A": people(20), "B": people(22), "C": people(12, 100)}
    assert [(one.key, one.people) for one in groups_told(groups, [])] == [("C", 12), (None, 22)]


def test_what_two_groups_together_leave_of_a_third_is_not_told() -> None:
    groups = {"T1": people(10), "T2": people(10, 10), "R": people(22), "C": people(12, 100)}
    assert [(one.key, one.people) for one in groups_told(groups, [])] == [("C", 12), (None, 22)]


def test_what_a_group_leaves_of_two_that_cover_it_is_not_told() -> None:
    groups = {"R": people(20), "T1": people(11), "T2": people(11, 11), "C": people(12, 100)}
    assert [(one.key, one.people) for one in groups_told(groups, [])] == [("C", 12), (None, 22)]


def test_groups_within_each_other_are_told_where_enough_are_left_and_of_parts_too() -> None:
    groups = {"A": people(20), "B": people(10), "C": people(20, 100)}
    assert [one.people for one in groups_told(groups, [])] == [20, 10, 20]
    few_more = people(5) | people(2, 10) | people(10, 100)  # two of A who are not of B
    told = {one.key: one.parts for one in groups_told(groups, [few_more])}
    assert not (told["A"][0] and told["B"][0]), "7 less 5 are two"


Told = tuple[int | str | None, int, frozenset[int]]
"""Of which group ("all" of everybody), of which part of it (0 all of it), and who they are."""


def differences(told: list[Told]) -> Iterator[int]:
    """What one of two told numbers leaves of the other, where everybody knows that it is of people of the other."""
    for (of, part, one), (whole, level, other) in permutations(told, 2):
        if whole in (of, "all") and level <= part and one != other:
            yield len(other) - len(one)


@given(st.dictionaries(st.integers(0, 4), st.frozensets(st.integers(0, 24)), max_size=5))
def test_of_groups_with_people_in_common_no_told_ones_leave_a_few_of_one_or_of_all(
    groups: dict[int, frozenset[int]],
) -> None:
    shown = groups_told(groups, [])
    whole = frozenset[int]().union(*groups.values())
    apart = [groups[one.key] for one in shown if one.key is not None]
    pool = whole if not apart else frozenset[int]().union(
        *(group for key, group in groups.items() if key not in {one.key for one in shown})
    )  # fmt: skip
    told = [*apart, *([pool] if None in {one.key for one in shown} else [])]
    for number in range(1, len(told) + 1):
        for some in combinations(told, number):
            for group in {*told, whole} - set(some):
                if len(told) > 1 and all(one <= group for one in some):
                    left = group - frozenset[int]().union(*some)
                    assert not 0 < len(left) < 5


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
    whole = frozenset(range(len(members)))
    totals = [whole, *parts]
    sizes = steps_told([len(each) for each in totals])
    told: list[Told] = [
        ("all", at, each)
        for at, (each, size) in enumerate(zip(totals, sizes, strict=True))
        if size is not None
    ]
    shown = groups_told(groups, parts)
    keys = {group.key for group in shown}
    for group in shown:
        own = groups[group.key] if group.key is not None else whole - frozenset().union(
            *(groups[key] for key in keys if key is not None)
        )  # fmt: skip
        assert len(own) == group.people
        numbers = [len(own), *group.parts]
        told += [
            (group.key, at, own & each)
            for at, (each, size) in enumerate(zip(totals, numbers, strict=True))
            if size is not None
        ]
    for _, _, each in told:
        assert len(each) >= 5
    assert all(left >= 5 for left in differences(told))
    for place, part in enumerate(parts):
        known = [group for group in shown if group.parts[place] is not None]
        rest = part - frozenset().union(*(groups[group.key] for group in known if group.key is not None))
        if sizes[place + 1] is not None and known and None not in {group.key for group in known} and rest:
            assert len(rest) >= 5, "the total less all that is told"
