"""How the letters of a file are written: as it says, as somebody says, or as it looks."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from orchflow.planning.exchange.records import Document, unreadable

EXCEL: Final = b"PK\x03\x04"
OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
BINARY: Final = (EXCEL, OLD_EXCEL)
"""How an Excel file begins, and how an old or protected one does."""
ENCODINGS: Final[dict[str, str]] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "cp1252": "Western (Windows-1252)",
    "latin-1": "Western (Latin-1)",
    "mac_roman": "Western (Mac)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "cp866": "Cyrillic (DOS 866)",
    "cp1253": "Greek (Windows-1253)",
    "cp1254": "Turkish (Windows-1254)",
    "cp1255": "Hebrew (Windows-1255)",
    "cp1256": "Arabic (Windows-1256)",
    "cp932": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "cp949": "Korean (Windows-949)",
}
"""Those that people choose from, with what they are called."""

_GUESSED: Final = (
    "cp1252",
    "cp1251",
    "koi8-r",
    "cp866",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp932",
    "gb18030",
    "cp949",
    "big5",
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_ALPHABETS: Final = {"cp1251": "CYRILLIC", "koi8-r": "CYRILLIC", "cp866": "CYRILLIC", "cp1253": "GREEK"}
_SIGNS: Final = frozenset("–—«»„“”‘’…№°§ ")
_LOOKED_AT: Final = 100_000


@dataclass(frozen=True)
class Text:
    """The text of a file and how its letters were written; `guessed` when neither the file nor anybody said so."""

    content: str
    encoding: str
    guessed: bool = False

    def tell(self, document: Document) -> None:
        """Say in the document what was guessed."""
        if self.guessed:
            called = ENCODINGS.get(self.encoding, self.encoding)
            said = f"the file does not say how its letters are written; read as {called}, which is a guess"
            document.note(1, "", f"{said}: where words look wrong, choose another encoding")


def decoded(data: bytes, filename: str, encoding: str | None = None) -> Text:
    """The text of a file: as `encoding`, else by its mark, else as UTF-8 if it is that, else as it looks most likely.

    UsageError when it is no text.
    """
    if encoding:
        try:
            codecs.lookup(encoding)
        except (LookupError, ValueError):
            known = ", ".join(ENCODINGS)
            raise unreadable(filename, f"there is no encoding {encoding!r}", f"Some are {known}.") from None
        candidates = [encoding]
    elif mark := next((name for mark, name in _MARKS if data.startswith(mark)), None):
        candidates = [mark]
    elif b"\x00" in data[:1_000]:
        even, odd = data[:1_000:2].count(0), data[1:1_000:2].count(0)
        candidates = ["utf-16-le" if odd > even else "utf-16-be"]
    else:
        candidates = ["utf-8", *_likely(data)]
    for candidate in candidates:
        try:
            text = data.decode(candidate)
        except (UnicodeError, LookupError, ValueError):
            continue
        if "\x00" not in text[:1_000]:
            guessed = not encoding and candidate in _GUESSED
            return Text(text.removeprefix("\ufeff"), candidate, guessed)
    tried = (
        f"it is not text in {encoding}"
        if encoding
        else "it is not text in UTF-8, UTF-16 or a known code page"
    )
    raise unreadable(filename, tried, "Say its encoding, or save it as CSV (UTF-8) or .xlsx.")


def guessed_encoding(data: bytes, filename: str) -> str | None:
    """The encoding that a file is taken to have although it does not say so; None when there is nothing to guess."""
    if data.startswith(BINARY):
        return None
    text = decoded(data, filename)
    return text.encoding if text.guessed else None


def _likely(data: bytes) -> list[str]:
    """The code pages in which a text may be written, the most likely first."""
    from charset_normalizer import from_bytes

    start = data[:_LOOKED_AT]
    if len(start) < len(data):
        start = start[: start.rfind(b"\n") + 1] or start
    try:
        start.decode("utf-8")
        return []
    except UnicodeDecodeError:
        matches = from_bytes(start, cp_isolation=list(_GUESSED))
    found = [encoding for encoding, script in _ALPHABETS.items() if _is_written_in(start, encoding, script)]
    found += [match.encoding for match in matches]
    western = start.decode("cp1252", "replace")
    if found and (
        found[0] in ("cp1250", "cp1254") and ("cp1252" in found or start.decode(found[0]) == western)
    ):
        found.insert(0, "cp1252")
    return list(dict.fromkeys((*found, "cp1252")))


def _is_written_in(data: bytes, encoding: str, script: str) -> bool:
    """Whether every word beyond ASCII is one of an alphabet alone, with capitals as words have them."""
    text = data.decode(encoding, "replace")
    words = [word for word in re.findall(r"\w+", text) if not word.isascii()]
    beyond = {letter for letter in text if not letter.isascii()} - _SIGNS
    return bool(words) and all(script in unicodedata.name(letter, "") for letter in beyond) and all(
        word in (word.lower(), word.upper(), word.capitalize()) and not re.search("[A-Za-z]", word) for word in words
    )  # fmt: skip
