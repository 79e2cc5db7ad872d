"""The small pictures of an overview."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from orchflow.ui.overview_pictures import BurnDay, burndown, whole_steps

FRIDAY = date(2026, 11, 27)


def picture(*left: float | None, committed: float = 12, before: float = 0) -> str:
    """A sprint of four days from a Friday, its weekend off, of which so much is left at the end of each day."""
    ideal = (committed / 2, committed / 2, committed / 2, 0.0)
    days = [
        BurnDay(FRIDAY + timedelta(at), at not in (1, 2), value, ideal[at]) for at, value in enumerate(left)
    ]
    return burndown(days, committed=committed, left=committed - before, alt="Burndown")


def points(of: str, html: str) -> list[tuple[float, float]]:
    written = re.search(f'class="{of}" points="([^"]*)"', html)
    assert written
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in written[1].split())]


def test_a_burndown_begins_at_the_start_with_what_was_committed() -> None:
    html = picture(9, 9, None, None)
    left, ideal = points("left", html), points("ideal", html)
    assert len(left) == 3
    assert len(ideal) == 5
    assert left[0] == ideal[0]
    assert left[0][1] < left[1][1] == left[2][1]
    assert ">start<" in html
    assert ">30 Nov<" in html


def test_what_was_done_before_the_start_is_not_left_at_it() -> None:
    html = picture(9, 9, None, None, before=3)
    left, ideal = points("left", html), points("ideal", html)
    assert left[0][1] == left[1][1] > ideal[0][1]


def test_days_off_are_shaded_where_the_ideal_is_flat() -> None:
    html = picture(9, 9, None, None)
    ideal = points("ideal", html)
    shades = [
        (float(x), float(wide))
        for x, wide in re.findall(r'class="off" x="([\d.]+)" y="\d+" width="([\d.]+)"', html)
    ]
    flat = [(one[0], other[0]) for one, other in pairwise(ideal) if one[1] == other[1]]
    assert [(x, round(x + wide, 1)) for x, wide in shades] == flat


def test_a_sprint_without_an_end_has_no_ideal() -> None:
    html = burndown([BurnDay(FRIDAY, True, 4, None)], committed=4, left=4, alt="")
    assert points("left", html)
    assert 'class="ideal" points=""' in html


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (1, [0, 1]),
        (3, [0, 1, 2, 3]),
        (5, [0, 2, 4]),
        (25, [0, 10, 20]),
        (28.5, [0, 10, 20]),
        (120, [0, 50, 100]),
    ],
)
def test_the_marks_of_an_axis_are_where_their_numbers_say(most: float, marks: list[int]) -> None:
    assert list(whole_steps(most)) == marks
