"""What people and programs write for a day or an instant: one reading for every door.

What could mean two days is refused rather than guessed, and so is what lies outside of the years in which plans are made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Literal, TypeAlias

from orchflow.store.moment_words import month, named_zone, plain, weekday, without_weekday
from orchflow.store.written import Refused, no_formula, short

Order: TypeAlias = Literal["dmy", "mdy"]
"""Which comes first in a day like 03/04/2026."""

_ORDERS: tuple[Order, Order] = ("dmy", "mdy")
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2200, 12, 31)
DAY_FORM = "write it like 2026-11-22"

_HALF = r"(?:(?P<{}>[AaPp])[Mm])"
_CLOCK = (
    r"(?:(?:T|[ ,]+)(?:at |um |à |a las |alle )?(?:" + _HALF.format("before") + r" ?)?"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?\s*"
    r"(?:" + _HALF.format("half") + r")?)?"
)
_ZONE = r"\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|UTC|GMT)?"
_DAY, _MONTH, _WORD = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})", r"(?P<word>[^\W\d_]{3,12})\.?"
_LONG, _YEAR = r"(?P<year>\d{4})", r"(?P<year>\d{4}|\d{2})"
_FORMS = tuple(
    re.compile(form + _CLOCK + _ZONE)
    for form in (
        rf"{_LONG}([-/.]) ?{_MONTH}\2 ?{_DAY}\.?",
        rf"{_LONG}(?P<month>\d{{2}})(?P<day>\d{{2}})",
        rf"{_DAY}\. ?{_MONTH}\. ?{_YEAR}",
        rf"{_DAY}(?:st|nd|rd|th|\.|º|er)?(?:[/ -]| de )?{_WORD}(?:[/ ,-]+| de |(?<=\.)){_YEAR}(?: г\.)?",
        rf"{_WORD} {_DAY}(?:st|nd|rd|th)?,? {_LONG}",
    )
)
_YEAR_LAST = re.compile(
    rf"{_WORD} {_DAY} (?P<hour>\d{{1,2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}}){_ZONE} {_LONG}"
)
_SLASHES = re.compile(
    r"(?P<a>\d{1,2})(?:/(?P<b>\d{1,2})/(?P<year>\d{4}|\d{2})|-(?P<b2>\d{1,2})-(?P<year2>\d{4}))"
    + _CLOCK
    + _ZONE
)
_AMERICAN = re.compile(r"\d{1,2}/\d{1,2}/\d{4}, \d{1,2}:\d{2}:\d{2} [AP]m")
"""An instant as JavaScript prints it in America, once it is `plain`; elsewhere halves of the day have small letters."""
_END_OF_DAY = re.compile(r"(?<=[T ,])24:00(?=(?::00(?:[.,]0+)?)?\s*(?:[Z+(-]|UTC|GMT|$))")
_COUNTED = re.compile(r"[3-9]\d{4}(\.\d+)?")
_SINCE_1970 = re.compile(r"(?P<seconds>1\d{9}|[6-9]\d{8})(?P<thousandths>\d{3})?")
"""Seconds or thousandths of a second since 1970, as JavaScript counts them; in the years that no other form could mean."""
_NOTHING = re.compile(
    r"0{1,4}([-/.])0{1,2}\1 ?0{1,4}(?:[T ].*)?|1900-01-00.*|0?1/0{1,2}/1900.*|0{1,2}/0?1/1900.*"
)
_ZEROS = frozenset(
    {date(1, 1, 1), date(1601, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)}
    | {date(1904, 1, 1), date(1970, 1, 1)}
)  # fmt: skip


class NoDay(Refused):
    """What some programs write where there is no date: the first day of their count of days."""


def day(written: Any, order: Order | None = None, zone: tzinfo | None = None) -> date:
    """The day of a text, day or instant; NoDay for the zero date of some programs.

    A time of day behind it is left out; with `zone` an instant that is not midnight where it was written is the day
    that it was there.
    """
    moment = written
    if isinstance(written, str):
        moment = _moment(written, order)
    elif isinstance(written, time) and written == time():  # what a spreadsheet makes of day 0
        raise _no_day("0")
    if isinstance(moment, datetime):
        _within(moment, written)
        if zone is not None and moment.tzinfo is not None and moment.time() != time():
            moment = moment.astimezone(zone)
        return moment.date()
    if not isinstance(moment, date):
        raise Refused(f"is not a date: {short(written)} ({DAY_FORM})")
    return _within(moment, written)


def instant(written: Any, order: Order | None = None, zone: tzinfo | None = UTC) -> datetime:
    """An instant in UTC, of text, day or instant; without a zone of its own it is one of `zone`, or (None) refused.

    24:00 of a day is the beginning of the next.
    """
    if not isinstance(written, str | date):
        raise Refused(f"is not an instant: {short(written)} (write it like 2026-05-04T09:30:00Z)")
    moment = _moment(written, order, "an instant") if isinstance(written, str) else written
    _within(moment, written)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if isinstance(written, str) and _END_OF_DAY.search(plain(written)):
        moment += timedelta(days=1)
    if moment.tzinfo is None:
        if zone is None:
            raise Refused(f"needs a time zone: {short(written)} (write it like 2026-05-04T09:30:00Z)")
        moment = moment.replace(tzinfo=zone)
    moment = moment.astimezone(UTC)
    _within(moment, written)
    return moment


def counted(value: Any, epoch: datetime | None) -> Any:
    """The instant that a number means in a column of days of a spreadsheet that counts them from `epoch` on.

    Anything else, and everything where there is no epoch, as it is.
    """
    if epoch is None or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return (epoch + timedelta(days=value, milliseconds=500)).replace(microsecond=0)
    except (OverflowError, ValueError):
        return value


def slash_order(values: Iterable[Any]) -> Order | None:
    """Which order the days of a column show that can only be read in one way; None when they show none or both."""
    texts = (plain(value) for value in values if isinstance(value, str))
    slashes = [(text, parts) for text in texts if (parts := _slashes(text))]
    possible = [_possible(parts) for _, parts in slashes]
    orders: set[Order] = {order for days in possible if len(days) == 1 for order in days}
    if not orders:
        forms = (_by_its_form(text, days) for (text, _), days in zip(slashes, possible, strict=True))
        orders = {order for order in forms if order}
    return orders.pop() if len(orders) == 1 else None


def slash_orders(columns: Mapping[str, Iterable[Any]], known: Order | None = None) -> dict[str, Order | None]:
    """Column → the order of its days: its own, else the one that is `known`, or that all of the columns together show."""
    values = {name: list(column) for name, column in columns.items()}
    together = known or slash_order(value for column in values.values() for value in column)
    return {name: slash_order(column) or together for name, column in values.items()}


def _possible(parts: Mapping[str, str | None]) -> dict[Order, date]:
    """The days that a text with slashes may be."""
    days: dict[Order, date] = {}
    for order in _ORDERS:
        with suppress(ValueError):
            days[order] = _in_order(parts, order)
    return days


def _by_its_form(text: str, days: Mapping[Order, date]) -> Order | None:
    """The one order in which a day falls on the weekday that is written before it, or that JavaScript prints like this."""
    if _AMERICAN.fullmatch(text):
        return "mdy"
    named = weekday(text.partition(" ")[0])
    orders = [order for order, day in days.items() if day.weekday() == named]
    return orders[0] if len(orders) == 1 else None


def _in_order(parts: Mapping[str, str | None], order: Order) -> date:
    first, second = int(parts["a"] or 0), int(parts["b"] or 0)
    day_, month = (first, second) if order == "dmy" else (second, first)
    return date(_year(parts), month, day_)


def _within(moment: date, written: Any) -> date:
    """The day, if plans may be made in its year."""
    its_day = moment.date() if isinstance(moment, datetime) else moment
    if FIRST_DAY <= its_day <= LAST_DAY:
        return its_day
    known = {its_day}
    if isinstance(moment, datetime) and moment.tzinfo is not None and its_day.year == 1969:
        known.add(moment.astimezone(UTC).date())  # the start of the Unix clock, west of Greenwich
    if known & _ZEROS:
        raise _no_day(written)
    raise Refused(f"must be between {FIRST_DAY} and {LAST_DAY}, not {_text_of(written)}")


def _no_day(written: Any) -> NoDay:
    said = f"is the zero date of another program: {_text_of(written)}"
    return NoDay(f"{said} (days must be between {FIRST_DAY} and {LAST_DAY})")


def _text_of(written: Any) -> str:
    return short(written)[1:-1] if isinstance(written, str) else str(written)


def _slashes(text: str) -> dict[str, str | None] | None:
    """The parts of a day in which the order of day and month may be one or the other."""
    match = _SLASHES.fullmatch(text) or _SLASHES.fullmatch(without_weekday(text))
    if match is None:
        return None
    parts = match.groupdict()
    return {**parts, "b": parts["b"] or parts["b2"], "year": parts["year"] or parts["year2"]}


def _moment(written: str, order: Order | None, what: str = "a date") -> datetime:
    """What a text means; the end of a day (24:00) as the beginning of that day."""
    text = _END_OF_DAY.sub("00:00", plain(written))
    no_formula(text)
    if _NOTHING.fullmatch(text):
        raise _no_day(written)
    if since := _SINCE_1970.fullmatch(text):
        thousandths = int(since["thousandths"] or 0)
        return datetime.fromtimestamp(int(since["seconds"]), UTC).replace(microsecond=thousandths * 1_000)
    tries = dict.fromkeys((text, without_weekday(text)))
    match = next((m for each in tries for form in (*_FORMS, _YEAR_LAST) if (m := form.fullmatch(each))), None)
    parts: dict[str, str | None] | None
    try:
        if match:
            parts = match.groupdict()
            number = month(parts["word"] or "") if "word" in parts else int(parts.get("month") or 0)
            read = date(_year(parts), number, int(parts["day"] or 0))
        elif parts := _slashes(text):
            read = _in_order(parts, order or _told_order(written, text, parts))
        else:
            raise ValueError
        zone = _zone(parts.get("zone"))
        if zone is None and parts.get("hour"):
            zone = named_zone(written)
        return datetime.combine(read, time(*_clock(parts)), zone)
    except Refused:
        raise
    except ValueError:
        said = "" if _COUNTED.fullmatch(text) is None else "; it may be a day as Excel counts them"
        raise Refused(f"is not {what}: {short(written)} ({DAY_FORM}{said})") from None


def _told_order(written: str, text: str, parts: Mapping[str, str | None]) -> Order:
    """The order that a single day shows; Refused when it could be two days."""
    days = _possible(parts)
    if len(set(days.values())) < 2:
        return next(iter(days), "dmy")
    order = _by_its_form(text, days)
    if order is None:
        raise Refused(f"could be two days: {short(written)} (write it like {days['mdy']})")
    return order


def _year(parts: Mapping[str, str | None]) -> int:
    """Of two digits those from 70 on are of the last century, as programs have it; of four it is as it is written."""
    year = int(parts["year"] or 0)
    return year + (2000 if year < 70 else 1900) if len(parts["year"] or "") == 2 else year


def _clock(parts: Mapping[str, str | None]) -> tuple[int, int, int, int]:
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or parts.get("before") or "").lower()
    if half and hour < 24:
        hour = hour % 12 + (12 if half == "p" else 0)
    second = (parts.get("part") or "").ljust(6, "0")[:6]
    return hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), int(second)


def _zone(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    offset = re.sub("UTC|GMT|Z|:", "", written) or "+0000"
    return datetime.strptime(offset.ljust(5, "0"), "%z").tzinfo
