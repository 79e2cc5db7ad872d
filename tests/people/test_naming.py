"""People are known by every name that others call them."""

from __future__ import annotations

import pytest

from orchflow.people.naming import Naming
from orchflow.store.written import Refused

PEOPLE = Naming(
    [
        (1, "Ada Park", ("ada", "ada@example.com")),
        (2, "José Núñez", ("jose", "Jose.Nunez@Example.com")),
        (3, "Sam Lee", ("sam", None)),
        (4, "Sam Lee", ("sammy", None)),
    ]
)


@pytest.mark.parametrize(
    ("written", "user"),
    [
        ("ada", 1), ("@ADA", 1), ("Ada  park", 1), ("Park, Ada", 1), ("ADA@example.com", 1), ("Ada Park <ada@example.com>", 1),
        ("Ada Park (ada)", 1), ("A. Park <mailto:ada@example.com>", 1), ("Ada Park <old@example.com>", 1), ("jose nunez", 2),
        ("Núñez, José", 2), ("NUN\u0303EZ, JOSE", 2), ("jose.nunez@example.com", 2), ("sammy", 4),
    ],
)  # fmt: skip
def test_is_known(written: str, user: int) -> None:
    assert PEOPLE.called(written) == user


@pytest.mark.parametrize(
    ("written", "reason"), [("Sam Lee", "2 people are called 'Sam Lee'"), ("Bob", "nobody called 'Bob'")]
)
def test_nobody_or_several(written: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        PEOPLE.called(written)
    assert PEOPLE.known(written) is None
