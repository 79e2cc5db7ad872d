"""Schedules as crontab writes them."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def cron_trigger(expression: str, zone: ZoneInfo | None = None) -> BaseTrigger:
    """The times of `minute hour day month weekday` in a zone (default that of the machine); ValueError when it is none.

    Weekdays are crontab's, 0 and 7 both Sunday: the scheduler counts from Monday, so it is given names. Where both days
    are narrowed, either is enough, as in crontab.
    """
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"it has {len(fields)} fields, not five")
    minute, hour, day, month, weekday = fields
    days = [(day, _weekdays(weekday))]
    if not (day.startswith("*") or weekday.startswith("*")):
        days = [(day, "*"), ("*", _weekdays(weekday))]
    triggers = [
        CronTrigger.from_crontab(f"{minute} {hour} {day} {month} {weekday}", timezone=zone)
        for day, weekday in days
    ]
    return triggers[0] if len(triggers) == 1 else OrTrigger(triggers)


def in_words(expression: str) -> str:
    """A schedule as people say it: `0 2 * * *` is "every day at 02:00"; one that cannot be said so, as it is written."""
    from cron_descriptor import FormatError, Options, get_description

    options = Options()
    options.use_24hour_time_format = True
    try:
        said = get_description(expression, options)
    except (FormatError, ValueError, IndexError):
        return expression
    said = said[:1].lower() + said[1:]
    daily = expression.split()[2:] == ["*"] * 3 and re.fullmatch(r"at \d\d:\d\d( and \d\d:\d\d)?", said)
    return f"every day {said}" if daily else said


def _weekdays(field: str) -> str:
    """A field of weekdays as a list of names."""
    if field == "*":
        return field
    days: list[str] = []
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, to, last = ("0-6" if span == "*" else span).partition("-")
        begin = _weekday(first)
        end = _weekday(last) if to else 6 if step else begin
        days += [DAYS[day % 7] for day in range(begin, end + 7 * (end < begin) + 1, int(step or 1))]
    return ",".join(dict.fromkeys(days))


def _weekday(text: str) -> int:
    if text in DAYS:
        return DAYS.index(text)
    if not text.isdecimal() or int(text) > 7:
        raise ValueError(f"{text!r} is no weekday")
    return int(text)
