"""Values of columns as JSON and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from orchflow.encoding import as_json, encode, to_text
from orchflow.people.permissions import Role
from orchflow.store.columns import UtcDateTime, text_enum
from orchflow.store.encoding import decode

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        (sa.String(), "text", "text"),
        (sa.Integer(), 7, 7),
        (sa.Boolean(), True, True),
        (sa.Numeric(18, 8), Decimal("1.50000000"), "1.5"),
        (sa.Numeric(18, 8), Decimal("100"), "100"),
        (sa.Float(), 0.25, 0.25),
        (sa.Date(), date(2026, 5, 1), "2026-05-01"),
        (UtcDateTime(), NOON, "2026-05-01T12:00:00+00:00"),
        (text_enum(Role), Role.ADMIN, "admin"),
        (sa.JSON(), {"a": [1, 2]}, {"a": [1, 2]}),
        (sa.String(), None, None),
    ],
)
def test_a_value_comes_back_as_it_was(kind: sa.types.TypeEngine[Any], value: Any, kept: Any) -> None:
    assert encode(value) == kept
    assert decode(kind, kept) == value


@pytest.mark.parametrize("written", ["1", "1.0", "1.00", "1E+0"])
def test_one_amount_has_one_form_however_it_is_written(written: str) -> None:
    assert encode(Decimal(written)) == "1"


@pytest.mark.parametrize(
    ("amount", "kept"), [("100", "100"), ("1E+2", "100"), ("0.00", "0"), ("-1.50", "-1.5"), ("0.00000001", "0.00000001")]
)  # fmt: skip
def test_an_amount_is_never_written_with_an_exponent(amount: str, kept: str) -> None:
    assert encode(Decimal(amount)) == kept


def test_one_instant_has_one_form_whatever_its_zone() -> None:
    assert encode(NOON.astimezone(timezone(timedelta(hours=2)))) == encode(NOON)


def test_sets_have_one_order() -> None:
    assert encode({"b", "a"}) == ["a", "b"]


def test_what_cannot_be_kept_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="object has no form in JSON"):
        encode(object())


def test_an_amount_is_text_or_a_number_as_its_reader_expects() -> None:
    row = {
        "cost": Decimal("1.50"),
        "at": NOON,
        "days": {date(2026, 5, 2), date(2026, 5, 1)},
        "share": float("nan"),
    }
    rest = {"at": "2026-05-01T12:00:00+00:00", "days": ["2026-05-01", "2026-05-02"], "share": None}
    assert encode(row) == {"cost": "1.5"} | rest
    assert as_json(row) == {"cost": 1.5} | rest
    assert to_text({"é": Decimal("1.50")}) == '{"é": "1.5"}'
