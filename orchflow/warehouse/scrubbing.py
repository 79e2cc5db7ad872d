"""What looks like somebody's data is taken out of a text that a platform wrote, such as the reason of a failure."""

from __future__ import annotations

import re
from http import HTTPStatus

GONE = "…"

_STATUS = re.compile(r"\b(status(?:[ _-]?code)?|HTTP(?:/\d(?:\.\d)?)?)([\s:=]+)([1-5]\d\d)\b", re.IGNORECASE)
_PATTERNS = (
    re.compile(r'"[^"]*(?:"|$)'),
    re.compile(r"[“„”«‹][^“”»›]*(?:[“”»›]|$)"),
    re.compile(r"`[^`]*(?:`|$)"),
    # an apostrophe within a word neither begins nor ends a quotation
    re.compile(r"(?<!\w)['‘](?:[^'’]|(?<=\w)['’](?=\w))*(?:['’]|$)"),
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    re.compile(r"[^\s<>(),;:]+@[^\s<>(),;]+"),
    re.compile(r"[^\s,;:=()\[\]{}<>|/]*\d[^\s,;=()\[\]{}<>|]*"),
)
_SEVERAL = re.compile(rf"{GONE}(?:[\s,;:/-]*{GONE})+")


def scrubbed(text: str) -> str:
    """`text` with … for quoted text, e-mail and web addresses, and whatever holds a digit; an HTTP status becomes its name.

    A quotation that is not closed goes to the end of the text.
    """
    text = _STATUS.sub(_named, text)
    for pattern in _PATTERNS:
        text = pattern.sub(GONE, text)
    return _SEVERAL.sub(GONE, text)


def _named(found: re.Match[str]) -> str:
    words, number = found[1], int(found[3])
    try:
        name = HTTPStatus(number).phrase
    except ValueError:
        name = GONE
    return f"{words.split('/')[0]} {name}"
