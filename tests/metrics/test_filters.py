from __future__ import annotations

from datetime import date

import pytest

from orchflow.metrics.filters import Filters, period_in_words


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Filters(date(2026, 11, 2), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (date(2026, 11, 1), date(2026, 11, 20), "1–20 Nov 2026"),
        (date(2026, 10, 28), date(2026, 11, 3), "28 Oct – 3 Nov 2026"),
        (date(2025, 12, 28), date(2026, 1, 3), "28 Dec 2025 – 3 Jan 2026"),
        (date(2026, 11, 5), date(2026, 11, 5), "5 Nov 2026"),
    ],
)
def test_a_period_is_written_as_people_write_it(start: date, end: date, words: str) -> None:
    assert period_in_words(start, end) == words
