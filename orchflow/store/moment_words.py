"""The words in which days and instants are written: months, weekdays, halves of the day and zones, in many languages."""

from __future__ import annotations

import re
import unicodedata
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from orchflow.store.written import Refused, short

_MONTH_WORDS = (
    "jan gen ene sty янв", "feb fev lut фев", "mar maa mae mrt mrz мар", "apr avr abr kwi апр", "may mai maj mag mei май мая",
    "jun juin giu cze июн", "jul juil lug lip июл", "aug aou ago sie авг", "sep set wrz сен", "oct okt ott out paz окт",
    "nov lis ноя", "dec dez dic gru дек",
)  # fmt: skip
_WEEKDAY_WORDS = (
    "mon monday mo montag lun lunes lundi lunedi seg segunda ma maandag pon пн",
    "tue tues tuesday di die dienstag mar mardi martes martedi ter terca dinsdag wt вт",
    "wed weds wednesday mi mit mittwoch mer mercredi mie miercoles mercoledi qua quarta wo woensdag sr sro ср",
    "thu thur thurs thursday do don donnerstag jeu jeudi jue jueves gio giovedi qui quinta donderdag czw чт",
    "fri friday fr fre freitag ven vendredi vie viernes venerdi sex sexta vr vrijdag pt pia пт",
    "sat saturday sa sam samstag samedi sab sabado sabato za zaterdag sob сб",
    "sun sunday so son sonntag dim dimanche dom domingo domenica zo zondag nd nie вс",
)
_MONTHS = {word: number for number, words in enumerate(_MONTH_WORDS, start=1) for word in words.split()}
_WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAY_WORDS) for word in words.split()}
_NAMED_ZONE = re.compile(
    r"\s*(?:\[(?P<square>[^\]]*)\]|(?<=\d\d) ?\((?P<round>[^()]*)\)|(?<=\d) (?P<bare>[A-Z]\w+/[\w/+-]+))$"
)
_EASTERN = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]")
_EASTERN_WEEKDAY = re.compile(r" ?\(?[月火水木金土日一二三四五六월화수목금토일](?:曜日|요일)?\)?(?= |$)")
_EASTERN_MONTH = re.compile(
    r"(\d{1,2})([/ -])(\d{1,2}|十?[一二三四五六七八九十])[月월]\2(\d{4}|\d{2})(?=\D|$)"
)
_EASTERN_NUMBERS = {
    sign: number
    for number, sign in enumerate(
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"], start=1
    )
}
_HALVES = (("午前", "AM"), ("上午", "AM"), ("오전", "AM"), ("午後", "PM"), ("下午", "PM"), ("오후", "PM"))


@lru_cache(10_000)
def plain(written: str) -> str:
    """The text with the names of zones and the words of the East as the forms have them."""
    text = " ".join(unicodedata.normalize("NFKC", written).split())
    text = _NAMED_ZONE.sub("", text)
    text = _EASTERN_MONTH.sub(_with_month, text)
    if _EASTERN.search(text):
        text = " ".join(_EASTERN_WEEKDAY.sub("", _EASTERN.sub(r"\1-\2-\3", text)).split())
    for word, half in _HALVES:
        text = text.replace(word, half)
    return re.sub(r"\b([AaPp])\.? ?[Mm]\.?(?=\W|$)", r"\1m", text)


def _with_month(match: re.Match[str]) -> str:
    """A day like 10/11月/26, in which the month can be told, with points."""
    return f"{match[1]}.{_EASTERN_NUMBERS.get(match[3], match[3])}.{match[4]}"


def without_weekday(text: str) -> str:
    """A text without the weekday that it begins with."""
    first, _, rest = text.partition(" ")
    return text if weekday(first) is None else rest


@lru_cache(1_000)
def _letters(word: str) -> str:
    """A word in lower case without accents."""
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter)) if word.isascii() or any(
        "LATIN" in unicodedata.name(letter, "") for letter in word
    ) else word.casefold()  # fmt: skip


def month(word: str) -> int:
    """The number of the month that a word means, also by its first letters; 0 for none."""
    letters = _letters(word)
    return next((_MONTHS[letters[:length]] for length in (4, 3) if letters[:length] in _MONTHS), 0)


def named_zone(written: str) -> tzinfo | None:
    """The zone that stands by its name behind an instant; Refused for one that is not known."""
    match = _NAMED_ZONE.search(written.strip())
    if match is None:
        return None
    name = match["square"] or match["round"] or match["bare"] or ""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Refused(
            f"is in a time zone that is not known: {short(written)} (write it like +02:00)"
        ) from None


def weekday(word: str) -> int | None:
    """The number of the weekday that a word means, Monday being 0."""
    return _WEEKDAYS.get(_letters(word.strip(".,")))
