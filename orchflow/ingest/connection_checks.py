"""What cannot be right in the description of a platform, told by the field, before anything is tried or kept."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydantic import TypeAdapter, ValidationError

from orchflow.config.file import REFERENCE
from orchflow.config.settings import PREFIX
from orchflow.config.sources import SourceSettings
from orchflow.errors import Invalid, Problem
from orchflow.ingest.connection import KINDS, LABELS, Connection, with_password

IN_ADDRESS = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
"""A password as it may stand in the address of a database."""


def checked(wanted: Connection, taken: Collection[str], written: Collection[str] = LABELS) -> SourceSettings:
    """The settings that are described, with the password in its place; Invalid with every value that cannot be right.

    `taken` are names that others bear, `written` the fields that were written now, and are not as they were.
    """
    if wanted.kind not in KINDS:
        raise refused([wrong("kind", f"is none of {', '.join(KINDS)}")])
    problems = [*_of_variables(wanted, written)]
    if "password" in written:
        problems += _of_password(wanted)
    if not wanted.url:
        problems.append(wrong("url", "is missing"))
    if wanted.name in taken:
        problems.append(wrong("name", f"{wanted.name} is the name of another source"))
    if wanted.kind == "orchestrator_api" and "email" in written and "@" not in wanted.email:
        problems.append(wrong("email", "is not an e-mail address (write it like flow@example.com)"))
    if wanted.kind == "orchestrator_db" and "url" in written and wanted.url:
        problems += _of_address(wanted.url)
    secret = os.environ.get(wanted.variable, "") if wanted.variable else wanted.kept
    settings = None
    try:
        settings = TypeAdapter[Any](SourceSettings).validate_python(wanted.values(secret))
    except ValidationError as error:
        known = {problem.field for problem in problems}
        problems += [
            problem for problem in map(_problem, error.errors(include_url=False, include_context=False, include_input=False))
            if problem.field not in known
        ]  # fmt: skip
    if problems or settings is None:
        raise refused(problems)
    sound: SourceSettings = settings
    return sound


def refused(problems: list[Problem]) -> Invalid:
    """The problems in the order of the form."""
    order = {label: place for place, label in enumerate(LABELS.values())}
    problems = sorted(problems, key=lambda problem: order.get(problem.field, len(order)))
    return Invalid(problems, "Correct it and try again; nothing is kept yet.")


def wrong(name: str, what: str) -> Problem:
    """A problem with the field called `name`."""
    return Problem(None, LABELS[name], what)


def _problem(detail: Any) -> Problem:
    name, message = str(detail["loc"][-1]), detail["msg"].removeprefix("Value error, ")
    return Problem(None, LABELS.get(name, name), message[:1].lower() + message[1:])


def _of_password(wanted: Connection) -> list[Problem]:
    """What is wrong with the password, or with the variable that is to hold it."""
    variable = wanted.variable
    if not wanted.secret:
        return [wrong("password", "is missing")]
    if variable is None:
        return []
    if variable.startswith(PREFIX):
        return [
            wrong("password", f"{wanted.secret} is a setting of this server, and no password of a platform")
        ]
    value = os.environ.get(variable, "")
    if not value:
        return [
            wrong("password", f"{wanted.secret} is not set in the server's environment (set it and start the server again)",
            )
        ]  # fmt: skip
    if wanted.kind == "orchestrator_db" and not IN_ADDRESS.fullmatch(value):
        return [
            wrong("password", f"{wanted.secret} has letters that no address may have (set it with them written like %40 for @)",
            )
        ]  # fmt: skip
    return []


def _of_variables(wanted: Connection, written: Collection[str]) -> list[Problem]:
    """The fields that would be filled from the environment: only the password may be."""
    url = wanted.url
    if wanted.kind == "orchestrator_db" and not wanted.password:
        url = with_password(url, "")
    texts = {
        "url": url,
        "email": wanted.email,
        "organization": wanted.organization,
        "web_url": wanted.web_url,
    }
    return [
        wrong(name, "names a variable; only the password is taken from the environment")
        for name, text in texts.items()
        if name in written and REFERENCE.search(text)
    ]


def _of_address(url: str) -> list[Problem]:
    """What is wrong with the address of a database."""
    shape = "write it like postgresql://reader@db.example:5432/postgres"
    no_address = [wrong("url", f"is not a PostgreSQL address ({shape})")]
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("postgres", "postgresql") or parts.port == 0:
            return no_address
    except ValueError:
        return no_address
    if not (parts.hostname or "host=" in parts.query):
        return no_address
    if not parts.username:
        return [wrong("url", f"names no user ({shape})")]
    hidden = [name for name in parse_qs(parts.query, keep_blank_values=True) if "pass" in name.lower()]
    if hidden:
        return [wrong("url", f"holds {', '.join(hidden)}; write the password into its own field")]
    return []
