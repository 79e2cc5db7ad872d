"""Lengths of work as other programs write them: `2h 30m`, `1.5 days`, `40 hrs`, `3 Tage`, `PT2H`, seconds."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from orchflow.store.written import Refused, number, short

HOURS_A_DAY: Final = 8
_UNITS: Final[dict[str, Decimal]] = {
    unit: Decimal(hours)
    for hours, units in {
        "1": "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren ч час часа часов godz",
        "8": "d dy dys day days t tag tage tagen j jour jours día dia días dias g giorno giorni dag dagen dzień dni д день дня дней",
        "40": "w wk wks week weeks wo woche wochen sem semaine semaines semana semanas settimana settimane weken нед",
        "160": "mo mon mons month months monat monate mois mes meses mese mesi maand maanden",
    }.items()
    for unit in units.split()
} | {unit: 1 / Decimal(60) for unit in ["m", "min", "mins", "minute", "minutes", "minuten", "мин"]}
_PART: Final = re.compile(r"(?P<amount>[+-]?\s*\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d_]+)\.?\??\s*,?\s*")
_ISO: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)


def hours(written: str, unit: Decimal = Decimal(1)) -> Decimal:
    """Hours of work with two decimals; a number alone counts in `unit` (hours). A day has eight, a week forty."""
    text = " ".join(written.split())
    iso = _ISO.fullmatch(text) if text[:1] in "Pp" else None
    if iso and any(iso.groups()):
        days, whole, minutes, seconds = (Decimal(part or 0) for part in iso.groups())
        return round(days * HOURS_A_DAY + whole + minutes / 60 + seconds / 3_600, 2)
    total, at = Decimal(0), 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or part["unit"].lower() not in _UNITS:
            break
        total += number(part["amount"].replace(" ", "")) * _UNITS[part["unit"].lower()]
        at = part.end()
    if at and at == len(text):
        return round(total, 2)
    try:
        return round(number(text) * unit, 2)
    except Refused:
        raise Refused(f"is no length of work: {short(written)} (write it in hours)") from None
