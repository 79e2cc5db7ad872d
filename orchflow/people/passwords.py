"""Passwords: what is accepted, how they are kept (as bcrypt hashes), and one-time passwords."""

from __future__ import annotations

import secrets
import unicodedata

import bcrypt

MIN_LENGTH = 10
MAX_BYTES = (
    72  # bcrypt reads no further; silently ignoring the rest would make a long password weaker than it looks
)
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without 0/o, 1/l/i, which people mistake for each other
_NOBODYS_HASH = "$2b$12$f8RwNS8jPQxfyDUXY7d2Iu0MGK8yH/CqtUKObmTVVo1nFP9UzPYK2"


def problem_with(password: str, username: str) -> str | None:
    """Why `password` is not accepted for `username`, or None. Any characters may be used."""
    if len(password) < MIN_LENGTH:
        return f"needs at least {MIN_LENGTH} characters"
    if password.strip().casefold() == username.casefold():
        return "must not be the username"
    encoded = _encoded(password)
    if encoded is None:
        return f"is too long: {MAX_BYTES} bytes are possible, which is {MAX_BYTES} letters without accents"
    return None


def hash_password(password: str) -> str:
    """The bcrypt hash of `password`, which `problem_with` has accepted. Takes about a quarter of a second."""
    encoded = _encoded(password)
    if encoded is None:
        raise ValueError("the password is too long for bcrypt")
    return bcrypt.hashpw(encoded, bcrypt.gensalt()).decode("ascii")


def matches(password: str, password_hash: str | None) -> bool:
    """Whether `password` belongs to `password_hash`; takes as long when there is no hash to compare with."""
    encoded = _encoded(password)
    if password_hash is None or encoded is None:
        bcrypt.checkpw(b"", _NOBODYS_HASH.encode("ascii"))
        return False
    return bcrypt.checkpw(encoded, password_hash.encode("ascii"))


def one_time_password() -> str:
    """A password to hand over: 16 readable characters in groups of four, 79 bits of chance."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def _encoded(password: str) -> bytes | None:
    """The bytes that are hashed; None when bcrypt cannot take them. Keyboards differ in how they write é."""
    try:
        encoded = unicodedata.normalize("NFC", password).encode("utf-8")
    except UnicodeEncodeError:  # half a surrogate pair
        return None
    return encoded if len(encoded) <= MAX_BYTES else None
