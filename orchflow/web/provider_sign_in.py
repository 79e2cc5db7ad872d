"""The way to the organisation's identity provider and back: what was asked for is kept, and a refusal says why.

The framework has these two addresses, too; its own forget where the person wanted to go, and say nothing when the
provider's word is refused.
"""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from orchflow import clock
from orchflow.people.provider_claims import ENTERED_AT, ClaimRefused, read_claims

LOG = logging.getLogger("orchflow.sign_in")

COOKIE = "orchflow_refused"
ASKED_FOR = "orchflow_asked_for"
SHOWN_FOR = 60
LONGEST_ADDRESS = 1500
_OWN = ("/auth/", "/oauth2callback", "/api/", "/session/", "/_stcore/")
_TOLD = re.compile(r"([a-z]+)\.([0-9a-f]{8})")

AGAIN = "Try again; if it happens again, tell an administrator the number {number}."
ADMINISTRATOR = "Trying again does not help: tell an administrator the number {number}."
WORDS = {
    "expired": ("it had run out on the way here, or the clocks of the two servers differ", AGAIN),
    "audience": ("it was made for another program than this one", ADMINISTRATOR),
    "issuer": ("it comes from another provider than the one that is set up here", ADMINISTRATOR),
    "subject": ("it does not say who you are", ADMINISTRATOR),
    "signature": ("the provider that is set up here has not signed it", ADMINISTRATOR),
    "token": ("what it says is not as it should be", ADMINISTRATOR),
    "denied": ("the provider did not let you through", AGAIN),
    "stale": ("it was begun too long ago, or in another browser", "Begin again from here."),
    "unreachable": ("the provider cannot be reached, or gave no sensible answer", AGAIN),
}
"""Why the provider's word was refused, as the person reads it, and what to do."""
_CLAIMS = {"aud": "audience", "azp": "audience", "iss": "issuer", "sub": "subject", "exp": "expired", "iat": "expired",
           "nbf": "expired", "nonce": "stale"}  # fmt: skip


def provider_routes() -> list[Route]:
    """The two addresses, for a server whose settings name a provider."""
    return [
        Route("/auth/login", _login, methods=["GET"]),
        Route("/oauth2callback", _callback, methods=["GET"]),
    ]


def words_of(told: str | None) -> tuple[str, str] | None:
    """What the cookie of a refusal says to the person, and what they can do; None without one."""
    match = _TOLD.fullmatch(told or "")
    if match is None or match[1] not in WORDS:
        return None
    reason, advice = WORDS[match[1]]
    return f"Your organisation's sign-in was refused: {reason}", advice.format(number=match[2])


def address_asked_for(referer: str, host: str) -> str:
    """Path and query of the page of this `host` that the person comes from; the first page where it cannot be told."""
    try:
        page = urlsplit(referer)
    except ValueError:
        return "/"
    address = page.path + (f"?{page.query}" if page.query else "")
    sound = page.scheme in ("http", "https") and page.netloc == host and len(address) <= LONGEST_ADDRESS
    plain = re.fullmatch(r"/(?![/\\])[!-~]*", address) is not None and "\\" not in address
    return address if sound and plain and not address.startswith(_OWN) else "/"


async def _login(request: Request) -> Response:
    framework = _framework()
    asked_for = address_asked_for(request.headers.get("referer", ""), request.headers.get("host", ""))
    provider = framework._parse_provider_token(request.query_params.get("provider"))
    if provider is None:
        return RedirectResponse(asked_for, 302)
    request.session[ASKED_FOR] = asked_for
    try:
        client, redirect_uri = framework._create_oauth_client(provider)
        response: Response = await client.authorize_redirect(request, redirect_uri)
    except Exception as error:
        return _refused(request, error)
    framework._clear_invalid_auth_cookies(response, request)
    return response


async def _callback(request: Request) -> Response:
    framework = _framework()
    try:
        provider = framework._get_provider_by_state(request, request.query_params.get("state"))
        if provider is None:
            raise MismatchingStateError
        if "error" in request.query_params:
            raise OAuthError(request.query_params["error"], request.query_params.get("error_description"))
        client, _ = framework._create_oauth_client(provider)
        token = await client.authorize_access_token(request)
        user = dict(token.get("userinfo") or {})
        read_claims(user, client.client_id)
    except Exception as error:
        return _refused(request, error)
    response = RedirectResponse(_taken(request), 302)
    response.delete_cookie(COOKIE)
    framework._clear_invalid_auth_cookies(response, request)
    kept = {"origin": framework._get_origin_from_secrets(), "is_logged_in": True, "provider": provider}
    tokens = {name: token[name] for name in ("id_token", "access_token") if name in token}
    await framework._set_auth_cookie(response, {**user, **kept, ENTERED_AT: clock.now().timestamp()}, tokens)
    return response


def _refused(request: Request, error: Exception) -> Response:
    """Back to where the person was, with a word for them; the log has the rest under the same number.

    What was not begun in this browser ends no sign-in there: a link of another site may have led here.
    """
    reason, number = _reason(error), secrets.token_hex(4)
    LOG.warning(
        "Sign-in by the identity provider refused (%s, number %s): %s", reason, number, _detail(error)
    )
    response = RedirectResponse(_taken(request), 302)
    if not isinstance(error, MismatchingStateError):
        _framework()._clear_auth_cookie(response, request)
    response.set_cookie(COOKIE, f"{reason}.{number}", max_age=SHOWN_FOR, httponly=True, samesite="lax")
    return response


def _reason(error: Exception) -> str:
    match error:
        case ClaimRefused():
            return _CLAIMS.get(error.claim, "token")
        case ExpiredTokenError():
            return "expired"
        case ClaimError():
            return _CLAIMS.get(str(error.claim), "token")
        case BadSignatureError():
            return "signature"
        case JoseError():
            return "signature" if "key" in error.error else "token"
        case MismatchingStateError():
            return "stale"
        case OAuthError():
            return "denied"
        case httpx2.HTTPError() | ValueError() | RuntimeError() | KeyError():
            return "unreachable"
    return "token"


def _detail(error: Exception) -> str:
    """One line; what comes from outside is quoted, so that it cannot look like another line of the log."""
    said = " ".join(filter(None, (str(error), getattr(error, "description", None) or "")))
    return f"{type(error).__name__}: {said[:500]!r}"


def _taken(request: Request) -> str:
    """The address that was kept on the way out, once."""
    return str(request.session.pop(ASKED_FOR, "/"))


def _framework() -> Any:
    from streamlit.web.server.starlette import starlette_auth_routes

    return starlette_auth_routes
