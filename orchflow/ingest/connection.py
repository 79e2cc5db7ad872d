"""A platform as somebody describes it: the fields of its form, and what of them the settings file has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, unquote, urlsplit

from orchflow.config.file import REFERENCE

PlatformKind = Literal["orchestrator_api", "orchestrator_db"]
KINDS: Mapping[PlatformKind, str] = {
    "orchestrator_api": "API: an address and a service user",
    "orchestrator_db": "Database: tells more, as efforts, teams and departments",
}
"""The ways to a platform that can be connected, and what each tells."""
LABELS = {
    "kind": "Kind", "url": "Address", "email": "E-mail address", "password": "Password", "name": "Name",
    "schedule": "Schedule", "organization": "Organisation", "web_url": "Address of the web application",
}  # fmt: skip
"""What the fields are called to people, in the order in which they are asked for."""
CHANGEABLE = ("url", "email", "password", "schedule", "organization", "web_url")
"""The fields that can be changed; by its name and kind what was loaded is known."""


@dataclass(frozen=True)
class Connection:
    """A platform as somebody describes it. `url` of a database may hold the password; else it stands in `password`.

    A password written as `${NAME}` is taken from the environment and kept nowhere; in the address of a database it is put
    as it is. Nothing else is taken from there.
    """

    kind: PlatformKind
    name: str
    url: str = field(repr=False)
    email: str = ""
    password: str = field(default="", repr=False)
    organization: str = "*"
    schedule: str | None = None
    web_url: str = ""

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> Connection:
        """The platform that a source of the settings file describes; its password as it is written there."""
        kind, url = source["kind"], str(source.get("url") or "")
        password = str(source.get("password") or "")
        if kind == "orchestrator_db":
            password, url = unquote(password_in(url)), without_password(url)
        return cls(
            kind, source["name"], url, str(source.get("email") or ""), password, str(source.get("organization") or "*"),
            source.get("schedule"), str(source.get("web_url") or ""),
        )  # fmt: skip

    @property
    def secret(self) -> str:
        """The password as it is written, in its field or in the address of a database: itself, or `${NAME}`."""
        if self.password or self.kind != "orchestrator_db":
            return self.password
        return unquote(password_in(self.url))

    @property
    def variable(self) -> str | None:
        """The variable of the environment that holds the password, where it is written so."""
        reference = REFERENCE.fullmatch(self.secret)
        return reference[1] if reference else None

    @property
    def kept(self) -> str:
        """The password as its place in the settings wants it: in an address with odd letters written like %40."""
        return quote(self.secret, safe="") if self.kind == "orchestrator_db" else self.secret

    @property
    def whom(self) -> tuple[str, ...]:
        """To whom the password is said: where, and as which user."""
        try:
            parts = urlsplit(self.url)
            return parts.scheme, (parts.hostname or "").lower(), str(parts.port), parts.username or self.email
        except ValueError:
            return (self.url, self.email)

    def values(self, secret: str) -> dict[str, Any]:
        """The source as the settings file has it, with `secret` in the place of the password."""
        values: dict[str, Any] = {"name": self.name, "kind": self.kind}
        if self.kind == "orchestrator_db":
            values["url"] = with_password(self.url, secret)
        else:
            values |= {
                "url": self.url,
                "email": self.email,
                "password": secret,
                "organization": self.organization,
            }
        optional = {"schedule": self.schedule, "web_url": self.web_url}
        return values | {name: value for name, value in optional.items() if value}


def password_in(url: str) -> str:
    """The password in the address of a database, as it is written there."""
    return _parts(url)[1].partition(":")[2]


def with_password(url: str, password: str) -> str:
    """The address of a database with `password` in it; without a user it stays as it is."""
    scheme, people, place = _parts(url)
    return f"{scheme}{people.partition(':')[0]}:{password}@{place}" if people else url


def without_password(url: str) -> str:
    """The address of a database without the password in it."""
    scheme, people, place = _parts(url)
    return f"{scheme}{people.partition(':')[0]}@{place}" if people else url


def _parts(url: str) -> tuple[str, str, str]:
    """Scheme, user with password, and the rest of an address; a password may hold what no address may."""
    scheme, mark, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    people = (host if "@" in host else rest).rpartition("@")[0]
    return scheme + mark, people, rest[len(people) + 1 :] if people else rest
