"""Values as people write or paste them: text from a cell of Excel, read as its column stores it. No streamlit here."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from orchflow.ui.grid_values import GridColumn, Refused, read_value

YES = ("yes", "y", "true", "x", "1", "ja", "oui", "✓", "☑")
NO = ("no", "n", "false", "0", "nein", "non", "☐")
DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d.%m.%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y",
             "%d-%b-%y", "%d-%B-%Y", "%Y%m%d")  # fmt: skip
SHOWN = 60


def read_written(text: str, column: GridColumn) -> Any:
    """`text` as `column` stores it; Refused with the reason. Empty text empties the cell."""
    written = text.strip()
    if not written:
        return read_value(None, column)
    if written.startswith("=") and column.kind in ("text", "labels", "number", "day"):
        raise Refused(f"is a formula: {_short(written)} (paste its value instead)")
    match column.kind:
        case "number":
            return read_value(_number(written), column)
        case "day":
            return _day(written)
        case "choice":
            return _option(written, column)
        case "choices":
            parts = [part.strip() for part in re.split(r"[,;]", written) if part.strip()]
            return [_option(part, column) for part in dict.fromkeys(parts)]
        case "labels":
            parts = [" ".join(part.split()) for part in re.split(r"[,;]", written)]
            return list(dict.fromkeys(part for part in parts if part))
        case "flag":
            return _flag(written)
        case _:
            return read_value(text, column)


def _option(written: str, column: GridColumn) -> Any:
    """An option by its name or its stored value, however it is capitalised."""
    wanted = written.casefold()
    for option in column.options:
        if wanted in (option.casefold(), column.names.get(option, option).casefold()):
            return option
    names = [column.names.get(option, option) for option in column.options]
    if len(names) > 8:
        raise Refused(f"{_short(written)} is not known here")
    raise Refused(f"{_short(written)} is not one of {', '.join(names)}")


def _number(written: str) -> float:
    """A number with a point or a comma, with or without groups; one that could be read in two ways is refused."""
    text = re.sub(r"[\s\u00a0\u202f']", "", written)
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+", text) and text.count(",") == 1:
        raise Refused(f"could be two numbers: {_short(written)} (write it without a comma)")
    if "," in text and "." in text:
        decimal = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:decimal]) + "." + text[decimal + 1 :]
    elif text.count(",") > 1:
        text = text.replace(",", "")
    else:
        text = text.replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Refused(f"is not a number: {_short(written)}") from None
    if not found.is_finite():
        raise Refused(f"is not a number: {_short(written)}")
    return float(found)


def _day(written: str) -> date:
    """A day in the forms people write; one that could be two days is refused."""
    text = " ".join(written.split())
    iso = re.match(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}.*)?$", text)
    text = iso.group(1) if iso else text
    for form in DAY_FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    slashes = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if slashes:
        first, second, year = (int(part) for part in slashes.groups())
        if first != second and first <= 12 and second <= 12:
            raise Refused(
                f"could be two days: {_short(written)} (write it like {year}-{first:02}-{second:02})"
            )
        day, month = (first, second) if first > 12 else (second, first)
        try:
            return date(year, month, day)
        except ValueError:
            pass
    raise Refused(f"is not a date: {_short(written)} (write it like 2026-11-22)")


def _flag(written: str) -> bool:
    wanted = written.casefold()
    if wanted in YES:
        return True
    if wanted in NO:
        return False
    raise Refused(f"is neither yes nor no: {_short(written)}")


def _short(written: str) -> str:
    return repr(written if len(written) <= SHOWN else written[:SHOWN] + "…")
