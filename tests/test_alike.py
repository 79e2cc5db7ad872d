"""What was refused for the same reason is told as one."""

from __future__ import annotations

from orchflow.alike import alike, places, why


def reason(told: tuple[int, str, str]) -> tuple[str, str]:
    return told[1:]


def groups(*told: tuple[int, str, str]) -> list[tuple[str, str]]:
    return [(places(group, lambda each: each[0]), why(group, reason)) for group in alike(told, reason)]


def test_the_same_reason_in_the_same_column_is_one_line_the_largest_first() -> None:
    told = [(row, "Project", "must be filled in") for row in range(2, 1_502)]
    assert groups((1, "Title", "must be filled in"), *told) == [
        ("1,500 rows: 2, 3, 4, 5, 6 …", "must be filled in"),
        ("1", "must be filled in"),
    ]


def test_a_few_values_stand_each_by_itself() -> None:
    told = [(row, "Person", f"'{'Ann' if row % 2 else 'Bob'}' is not known here") for row in range(1, 6)]
    assert groups(*told) == [("1, 3, 5", "'Ann' is not known here"), ("2, 4", "'Bob' is not known here")]


def test_many_values_are_one_line_with_the_first_of_them() -> None:
    told = [
        (day, "Due", f"could be two days: '{day:02d}/05/2026' (write it like 2026-05-04)")
        for day in range(1, 13)
    ]
    assert groups(*told) == [
        (
            "12 rows: 1, 2, 3, 4, 5 …",
            "could be two days: '01/05/2026' (write it like 2026-05-04), and 11 other values like it",
        )
    ]
    lengths = [(row, "Title", f"has {300 + row} characters; at most 300 fit") for row in range(1, 9)]
    assert groups(*lengths)[0][1] == "has 301 characters; at most 300 fit, and 7 other values like it"
