"""The one form in which usernames, e-mail addresses and other names of people are kept, and what is refused."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from orchflow.store.written import Refused

RESERVED = frozenset({"system"})  # the product's own name in the history
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def plain(text: str | None) -> str:
    """`text` without control characters and surrounding blanks: neither a screen nor PostgreSQL takes those."""
    kept = (c for c in text or "" if unicodedata.category(c) not in ("Cc", "Cs") or c in "\n\t")
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def username_form(text: str) -> str:
    """The form in which a username is kept and looked up."""
    return plain(text).lower()


def email_form(text: str | None) -> str | None:
    """The form in which an e-mail address is kept and compared; None for an empty one."""
    return plain(text).lower() or None


def problem_with_username(username: str) -> str | None:
    """Why a username, in its kept form, is refused; or None."""
    if _USERNAME.fullmatch(username):
        return None
    return "needs 1 to 64 letters (a-z), digits or . _ @ + -, beginning with a letter or digit"


def read_username(given: Any) -> str:
    """A username in its kept form; Refused with the reason."""
    name = username_form(str(given))
    if reason := problem_with_username(name):
        raise Refused(reason)
    if name in RESERVED:
        raise Refused(f"{name!r} is the product's own name")
    return name


def read_email(given: Any) -> str:
    """An e-mail address in its kept form; Refused with the reason."""
    address = email_form(str(given))
    if reason := problem_with_email(address):
        raise Refused(reason)
    return address or ""


def problem_with_email(email: str | None) -> str | None:
    """Why an e-mail address, in its kept form, is refused; or None."""
    if email is None or (_EMAIL.fullmatch(email) and len(email) <= 254):
        return None
    return f"is not an e-mail address: {email!r}"
