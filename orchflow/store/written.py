"""What people and programs write for a number, yes or no, a choice: one reading for every door (days: `moments`).

What could mean two things is refused rather than guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

SHOWN = 60

_GROUPING = re.compile(r"[\s\u00a0\u202f']")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "☑", "ja", "wahr", "oui"})
_NO = frozenset({"no", "n", "false", "0", "nein", "falsch", "non", "☐"})

_NOTHING = frozenset(
    {"", "–", "—", "na", "n/a", "#n/a", "none", "null", "nan", "nat", "unassigned", "not set", "no value", "[]"}
    | {"nv", "nod", "n/d", "s/o"}
)  # fmt: skip


class Refused(ValueError):
    """A value that its field cannot hold; the text says why."""


def number(written: str) -> Decimal:
    """A number with a point or a comma, with or without groups of thousands; one that could be two is refused."""
    no_formula(written)
    text = _GROUPING.sub("", written)
    commas, points = text.count(","), text.count(".")
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text):
        raise Refused(f"could be two numbers: {short(written)} (write it with a point)")
    if commas and points:
        mark = max(text.rfind(","), text.rfind("."))
        text = re.sub(r"[.,]", "", text[:mark]) + "." + text[mark + 1 :]
    elif commas > 1 or points > 1:
        text = re.sub(r"[.,]", "", text) if re.fullmatch(r"[+-]?\d{1,3}([.,]\d{3})+", text) else ""
    else:
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text):
        money = any(unicodedata.category(letter) == "Sc" for letter in written)
        remedy = " (write it without the sign of a currency)" if money else ""
        raise Refused(f"is not a number: {short(written)}{remedy}")
    return Decimal(text)


def flag(written: str) -> bool:
    """Yes or no, in words or signs."""
    word = written.strip().casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise Refused(f"is neither yes nor no: {short(written)}")


def choice(written: str, options: Mapping[str, str], called: Mapping[str, str] | None = None) -> str:
    """The key among `options` (key → name) that is meant, by key or name, however it is capitalised.

    `called`: other words for a key, in lower case.
    """
    word = plain_word(written)
    for key, name in options.items():
        if word in (plain_word(key), plain_word(name)):
            return key
    if called and called.get(word) in options:
        return called[word]
    if len(options) > 12:
        raise Refused(f"{short(written)} is not known here")
    raise Refused(f"{short(written)} is not one of {', '.join(options.values())}")


def plain_word(written: str) -> str:
    """A word as it is compared: no case, one blank for every gap, underscore or hyphen."""
    return " ".join(written.casefold().replace("_", " ").replace("-", " ").replace("’", "'").split())


def short(written: Any) -> str:
    """A value as a message quotes it."""
    text = written if isinstance(written, str) else str(written)
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def says_nothing(written: Any) -> bool:
    """Whether a text is a word or sign by which programs say that there is no value."""
    return isinstance(written, str) and plain_word(written) in _NOTHING


def no_formula(written: str) -> None:
    """Refused for the text of a formula."""
    if written.startswith("="):
        raise Refused(f"is a formula: {short(written)} (write its value instead)")
