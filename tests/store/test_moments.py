"""Days and instants as programs and people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from orchflow.store.moments import NoDay, day, instant, slash_order
from orchflow.store.written import Refused


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Fri Nov 27 2026 10:00:00 GMT+0100 (Central European Standard Time)", "2026-11-27T09:00:00Z"),
        ("Fri, 27 Nov 2026 10:00:00 GMT", "2026-11-27T10:00:00Z"),
        ("Fri, 27 Nov 2026 10:00:00 UTC+0000", "2026-11-27T10:00:00Z"),
        ("Fri Nov 27 10:00:00 UTC 2026", "2026-11-27T10:00:00Z"),
        ("2026-11-27T10:00:00.000+0000", "2026-11-27T10:00:00Z"),
        ("2026-11-27T10:00:00.123456+01:00", "2026-11-27T09:00:00.123456Z"),
        ("2026-11-27T10:00:00+01:00[Europe/Berlin]", "2026-11-27T09:00:00Z"),
        ("27/nov/26 10:00 AM", "2026-11-27T10:00:00Z"),
        ("27/nov./26 3:04 p. m.", "2026-11-27T15:04:00Z"),
        ("12/Dez/26 12:14 AM", "2026-12-12T00:14:00Z"),
        ("11/27/2026, 10:00:00 PM", "2026-11-27T22:00:00Z"),
        ("December 1, 2026 8:00 AM", "2026-12-01T08:00:00Z"),
        ("2026年11月27日(金) 午後3:04", "2026-11-27T15:04:00Z"),
        ("2026년 11월 27일 오후 3:14", "2026-11-27T15:14:00Z"),
        ("27/11月/26 3:14 午後", "2026-11-27T15:14:00Z"),
        ("27/十一月/26 3:14 下午", "2026-11-27T15:14:00Z"),
        ("27.Nov.26 3:14 PM", "2026-11-27T15:14:00Z"),
        ("27 ноя 2026 г. 15:14", "2026-11-27T15:14:00Z"),
        ("2026-11-27T10:00:00[Europe/Berlin]", "2026-11-27T09:00:00Z"),
        ("2026-11-27 10:00 America/New_York", "2026-11-27T15:00:00Z"),
        ("1795773600000", "2026-11-27T10:00:00Z"),
        ("1795773600", "2026-11-27T10:00:00Z"),
        ("3/4/2026, 10:00:00\u202fPM", "2026-03-04T22:00:00Z"),
    ],
)
def test_an_instant_is_read_as_programs_print_it(written: str, at: str) -> None:
    assert instant(written) == datetime.fromisoformat(at)


@pytest.mark.parametrize(
    "written",
    ["Fri, 27 Nov 2026", "Fre 27.11.26", "27. November 2026", "27 de noviembre de 2026", "27-11-2026", "2026. 11. 27.",
     "Nov 27th, 2026", "Fri 11/27/26", "ven. 27/11/26", "27 ноября 2026", "20261127", "Fri Nov 27 2026"],
)  # fmt: skip
def test_a_day_is_read_as_programs_print_it(written: str) -> None:
    assert day(written) == date(2026, 11, 27)


def test_the_weekday_before_a_day_tells_its_order() -> None:
    assert (day("Tue 12/01/26"), day("Mon 12/01/26")) == (date(2026, 12, 1), date(2026, 1, 12))
    assert slash_order(["Tue 12/01/26", "03/04/26"]) == "mdy"
    assert slash_order(["13/01/2026", "Tue 12/01/26"]) == "dmy"
    with pytest.raises(Refused, match="could be two days"):
        day("03/04/2026")


@pytest.mark.parametrize(
    "written", ["0000-00-00 00:00:00", "01/Jan/70 12:00 AM", "1969-12-31T16:00:00-08:00", "1/1/0001", "1900-01-00", time(), date(1899, 12, 30)]
)  # fmt: skip
def test_the_zero_date_of_a_program_is_no_day(written: Any) -> None:
    with pytest.raises(NoDay, match="is the zero date of another program"):
        day(written)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize(
    "written", ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "2201-01-01", "0026-11-27"]
)
def test_what_lies_outside_of_the_years_of_plans_is_refused_in_every_zone(written: str, zone: str) -> None:
    with pytest.raises(Refused, match="1990-01-01 and 2200-12-31"):
        instant(written, zone=ZoneInfo(zone))
    with pytest.raises(Refused, match="1990-01-01 and 2200-12-31"):
        day(written)


@pytest.mark.parametrize("written", ["2200-12-31T23:30:00-01:00", "1990-01-01T00:30:00+01:00"])
def test_an_instant_is_within_the_years_of_plans_in_utc_too(written: str) -> None:
    with pytest.raises(Refused, match="must be between 1990-01-01 and 2200-12-31"):
        instant(written)


def test_an_instant_in_a_zone_that_is_not_known_is_refused_rather_than_taken_for_another() -> None:
    with pytest.raises(Refused, match=r"'2026-11-27 10:00 \(CET5\)'"):
        instant("2026-11-27 10:00 (CET5)")


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-05-04 24:00", "2026-05-05T00:00:00+00:00"),
        ("2026-12-31T24:00:00.000+02:00", "2026-12-31T22:00:00+00:00"),
        ("04/May/26, 24:00:00", "2026-05-05T00:00:00+00:00"),
    ],
)
def test_the_end_of_a_day_is_the_beginning_of_the_next_and_as_a_day_the_one_that_is_written(
    written: str, at: str
) -> None:
    assert instant(written).isoformat() == at
    assert day(written, zone=UTC) == day(written[:10].rstrip(",T "))


@pytest.mark.parametrize(
    "written", ["2026-05-04 24:01", "2026-05-04 24:00:01", "2026-05-04 24:00 pm", "2200-12-31 24:00", "2026-05-04 25:00"]
)  # fmt: skip
def test_there_is_nothing_after_the_end_of_a_day(written: str) -> None:
    with pytest.raises(Refused):
        instant(written)
