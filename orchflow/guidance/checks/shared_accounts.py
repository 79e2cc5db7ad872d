"""Which accounts look as if several people used them, by their names."""

from __future__ import annotations

import re

SHARED = frozenset(
    [
        "all",
        "all-hands",
        "contact",
        "demo",
        "desk",
        "everyone",
        "group",
        "guest",
        "hello",
        "helpdesk",
        "info",
        "mail",
        "noreply",
        "no-reply",
        "office",
        "postmaster",
        "reception",
        "root",
        "service",
        "shared",
        "support",
        "sysadmin",
        "team",
        "teams",
        "test",
        "tester",
        "user",
        "users",
        "webmaster",
    ]
)
"""Words by which nobody is called; an account that begins with one is shared."""
FIRST = frozenset({"admin", "administrator"})
"""The account of the first start: somebody's own once it has a person's address."""
_PARTS = re.compile(r"[._+\-\d]+")


def looks_shared(username: str, email: str | None) -> bool:
    """Whether the address, or without one the username, is of a function rather than of a person."""
    local = email.partition("@")[0].lower() if email else username.lower()
    first = next((part for part in _PARTS.split(local) if part), "")
    return local in SHARED or first in SHARED or first in FIRST
