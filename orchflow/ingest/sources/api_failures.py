"""What the platform's refusals and silences mean to the user, and what to do about them."""

from __future__ import annotations

import json
import re
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from orchflow.errors import SourceError

PERMISSION = re.compile(r"Permission denied:\s*([\w:.*-]+)")
ADMIN_EVERYWHERE = "the role admin on organisation * in Orchestrator AI"


class Refused(SourceError):
    """The platform answered with an error. `permission` is the one it says is missing, if it says so."""

    def __init__(self, message: str, hint: str, status: int, permission: str | None = None) -> None:
        super().__init__(message, hint)
        self.status = status
        self.permission = permission


class Unreachable(SourceError):
    """No answer at all: name, connection, encryption or time."""


class NotThePlatform(SourceError):
    """Something answers, but it is not Orchestrator AI."""


class UnknownForm(SourceError):
    """An answer that is JSON, but not as it is known of any version."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} answered in a form that is not known",
            "This version of Orchestrator AI is not supported yet; read it through its database instead.",
        )


def refusal(url: str, email: str, path: str, response: httpx.Response, said: str) -> SourceError:
    """The error for an answer that is neither success nor worth a retry. `said` is the platform's reason."""
    status = response.status_code
    if response.is_redirect:
        target = httpx.URL(response.headers.get("location", "")).copy_with(query=None)
        return Refused(f"{url} redirects to {target}", "Set url to the address that it redirects to.", status)
    if status == 501:
        return Refused(
            f"{url} does not sign in with e-mail and password (its people sign in with Google)",
            "Read this installation through its database instead: a source of kind orchestrator_db.",
            status,
        )
    if path == "/auth/login":
        return Refused(
            f"Orchestrator AI refused to sign in {email}: {said}",
            "Correct email and password of the source; the user must be active in Orchestrator AI.",
            status,
        )
    if status == 401:
        return Refused(
            f"Orchestrator AI signs {email} in, but does not accept that at {path}: {said}",
            "Sign in to Orchestrator AI as this user once; if that works, look at the platform's log.",
            status,
        )
    if status == 403:
        return _forbidden(email, path, said)
    if status == 404:
        return Refused(
            f"{url} has no {path}: {said}",
            "Check that url is the API's address and that its version is enterprise or v2.",
            status,
        )
    return Refused(f"{url}{path} answered {status}: {said}", "Look at the platform's log.", status)


def gave_up(url: str, path: str, response: httpx.Response, said: str, now: datetime) -> SourceError:
    """The error for a platform that stayed busy or broken through every attempt."""
    status = response.status_code
    if status == 429:
        asked = retry_after(response, now)
        when = f"in {asked:.0f} seconds" if asked else "later"
        return Refused(
            f"{url} takes no more requests for now (429)",
            f"Run the source again {when}, and schedule it less often.",
            status,
        )
    return Refused(
        f"{url}{path} kept failing with {status}: {said}",
        "Look at the platform's log, then run the source again; nothing was lost.",
        status,
    )


def no_answer(url: str, error: httpx.RequestError) -> SourceError:
    """The error for a request that got no answer."""
    root = root_cause(error)
    if isinstance(error, httpx.TimeoutException):
        return Unreachable(
            f"{url} does not answer in time", "Check the address, the firewall and that it is running."
        )
    if isinstance(root, socket.gaierror):
        return Unreachable(
            f"The host {httpx.URL(url).host!r} is not known", "Correct url, or the name service."
        )
    if isinstance(root, ConnectionRefusedError):
        return Unreachable(
            f"Nothing listens at {url}",
            "Start Orchestrator AI, or correct the port (6700 for enterprise, 6100 for v2).",
        )
    if isinstance(root, ssl.SSLError):
        return Unreachable(
            f"No trusted encrypted connection to {url}: {root.reason or root}",
            "Install the certificate's authority on this machine; an address without encryption begins with http://.",
        )
    return Unreachable(
        f"The connection to {url} broke: {' '.join(str(error).split())[:200] or type(error).__name__}",
        "Check the network, then run the source again; nothing was lost.",
    )


def no_end(url: str, path: str, size: int, seconds: float) -> SourceError:
    """The error for an answer that goes on and on."""
    return Unreachable(
        f"{url}{path} had not ended its answer after {seconds:.0f} seconds and {size:,} bytes",
        "Look at the platform's log and at proxies on the way, then run the source again; nothing was lost.",
    )


def spoken(response: httpx.Response) -> str:
    """The reason in an error answer."""
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return response.reason_phrase or "no reason given"
    message = body.get("message") if isinstance(body, dict) else None
    if isinstance(message, list):
        message = "; ".join(str(part) for part in message)
    return str(message or response.reason_phrase)


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, which holds seconds or a date; None when it says nothing.

    A date is told by the clock of whoever answered: by the answer's own Date, else `now` is their time.
    """
    header = response.headers.get("retry-after", "").strip()
    if header.isdigit():
        return float(header)
    moment = _moment(header)
    if moment is None:
        return None
    return max(0.0, (moment - (_moment(response.headers.get("date", "")) or now)).total_seconds())


def _moment(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except ValueError:
        return None


def root_cause(error: BaseException) -> BaseException:
    """The operating system's own error behind the layers that wrapped it."""
    seen = error
    while isinstance(seen, BaseException):
        if isinstance(seen, socket.gaierror | ssl.SSLError | ConnectionRefusedError):
            return seen
        deeper = seen.__cause__ or seen.__context__
        if deeper is None:
            return seen
        seen = deeper
    return seen


def _forbidden(email: str, path: str, said: str) -> Refused:
    if "organization context" in said.lower():
        hint = (
            'Set organization: "*" on the source, or the slug of the organisation that the user belongs to.'
        )
        return Refused(f"{path} asks for an organisation that {email} may act in", hint, 403)
    named = PERMISSION.search(said)
    permission = named[1] if named else None
    what = f"lacks the permission {permission}" if permission else f"was refused ({said})"
    return Refused(f"{email} {what} for {path}", f"Give {email} {ADMIN_EVERYWHERE}.", 403, permission)
