"""HTTP to one Orchestrator AI installation: signed in, patient within bounds, and quiet about secrets."""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
import stamina
from pydantic import SecretStr
from stamina.instrumentation import RetryDetails

from orchflow import clock
from orchflow.ingest.sources.api_failures import (
    NotThePlatform,
    UnknownForm,
    gave_up,
    no_answer,
    no_end,
    refusal,
    retry_after,
    root_cause,
    spoken,
)
from orchflow.warehouse.scrubbing import scrubbed

log = logging.getLogger(__name__)

LARGEST_ANSWER = 1 << 29
"""Bytes; thousands of times what a page of rows has."""
ENCODED = ("content-encoding", "content-length", "transfer-encoding")
"""What headers say of a body that is still packed."""


@dataclass(frozen=True)
class Patience:
    """How long to keep trying. Waits are seconds; a Retry-After beyond `longest_wait` ends the attempt.

    `longest_answer` is what one answer may take from its first byte to its last, however steadily it drips.
    """

    attempts: int = 6
    first_wait: float = 0.5
    jitter: float = 0.5
    longest_wait: float = 120.0
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    longest_answer: float = 600.0


def _noted(details: RetryDetails) -> None:
    log.info(
        "asks again in %.1f s, for the %d. time: %s",
        details.wait_for,
        details.retry_num,
        type(details.caused_by).__name__,
    )


stamina.instrumentation.set_on_retry_hooks([_noted])  # its own hook writes raw lines on the terminal

QUICK = Patience(
    attempts=2, first_wait=0.2, jitter=0.1, longest_wait=5.0, connect_timeout=5.0, read_timeout=15.0,
    longest_answer=30.0,
)  # fmt: skip
"""For a check that somebody is waiting for."""


class _Busy(Exception):
    """An answer that may be better in a moment."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities this machine trusts; reading them takes longer than a request."""
    return httpx.create_ssl_context()


class ApiClient:
    """One signed-in connection. Not for two threads at once.

    Reads are retried on 429, 5xx, resets and timeouts. An expired token is refreshed once, then replaced by a
    new sign-in. No message of any error holds the password or a token.
    """

    def __init__(
        self,
        url: str,
        email: str,
        password: SecretStr,
        organization: str = "*",
        patience: Patience | None = None,
    ) -> None:
        self.url = url
        self.email = email
        self.organization = organization
        self.patience = patience or Patience()
        self.clock_skew: timedelta | None = None
        self._password = password
        self._access: str | None = None
        self._refresh: str | None = None
        timeout = httpx.Timeout(self.patience.read_timeout, connect=self.patience.connect_timeout)
        self._http = httpx.Client(
            base_url=url,
            timeout=timeout,
            verify=_trusted(),
            headers={"accept": "application/json", "x-organization-slug": organization},
        )

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The JSON at `path`, asked for as the signed-in user. Numbers with a fraction stay text, as written."""
        if self._access is None:
            self.sign_in()
        response = self._send("GET", path, params=params, token=self._access)
        if response.status_code == 401:
            self._renew()
            response = self._send("GET", path, params=params, token=self._access)
        if response.status_code == 401 and self._refresh is not None:
            self.sign_in()
            response = self._send("GET", path, params=params, token=self._access)
        return self._body(response, path)

    def probe(self, path: str) -> httpx.Response:
        """The bare answer at `path` without signing in."""
        return self._send("GET", path)

    def sign_in(self) -> None:
        """Sign in with e-mail and password; Refused says what was wrong."""
        body = {"email": self.email, "password": self._password.get_secret_value()}
        self._keep_tokens(self._send("POST", "/auth/login", body=body), "/auth/login")

    def server_now(self) -> datetime:
        """The present instant by the platform's clock, as far as its answers have told it."""
        return clock.now() + (self.clock_skew or timedelta())

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _renew(self) -> None:
        if self._refresh is not None:
            answer = self._send("POST", "/auth/refresh", body={"refreshToken": self._refresh})
            if answer.is_success:
                self._keep_tokens(answer, "/auth/refresh")
                return
        self.sign_in()
        self._refresh = None  # a fresh sign-in that is refused at once will not get better by another

    def _keep_tokens(self, response: httpx.Response, path: str) -> None:
        tokens = self._body(response, path)
        if not isinstance(tokens, dict) or not isinstance(tokens.get("accessToken"), str):
            raise NotThePlatform(
                f"{self.url} answered the sign-in without a token",
                "Check that url is Orchestrator AI's API address.",
            )
        self._access = tokens["accessToken"]
        refresh = tokens.get("refreshToken")
        self._refresh = refresh if isinstance(refresh, str) else None

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        patience = self.patience
        try:
            for attempt in stamina.retry_context(
                on=self._wait_after,
                attempts=patience.attempts,
                timeout=None,
                wait_initial=patience.first_wait,
                wait_max=patience.longest_wait,
                wait_jitter=patience.jitter,
            ):
                with attempt:
                    request = self._http.build_request(
                        method, path, params=params, json=body, headers=headers
                    )
                    response = self._whole(request)
                    self._note_clock(response)
                    if response.status_code == 429 or (
                        response.status_code >= 500 and response.status_code != 501
                    ):
                        raise _Busy(response)
                    return response
        except _Busy as busy:
            raise gave_up(
                self.url, path, busy.response, self._said(busy.response), self.server_now()
            ) from None
        except httpx.RequestError as error:
            raise no_answer(self.url, error) from None
        raise AssertionError("a retry ends with an answer or an error")

    def _whole(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request with all of its body; what never comes to an end is an error."""
        response = self._http.send(request, stream=True)
        begun, parts, size = time.monotonic(), [], 0
        try:
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > LARGEST_ANSWER or time.monotonic() - begun > self.patience.longest_answer:
                    raise no_end(self.url, request.url.path, size, time.monotonic() - begun)
        finally:
            response.close()
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in ENCODED]
        return httpx.Response(response.status_code, headers=headers, content=b"".join(parts), request=request)

    def _wait_after(self, error: Exception) -> bool | float:
        if isinstance(error, httpx.RequestError):
            return not isinstance(root_cause(error), ssl.SSLCertVerificationError) and not isinstance(
                error, httpx.UnsupportedProtocol
            )
        if not isinstance(error, _Busy):
            return False
        seconds = retry_after(error.response, self.server_now())
        if seconds is None:
            return True
        return seconds if seconds <= self.patience.longest_wait else False

    def _note_clock(self, response: httpx.Response) -> None:
        try:
            theirs = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError):
            return
        self.clock_skew = theirs.astimezone(UTC) + timedelta(seconds=0.5) - clock.now()

    def _body(self, response: httpx.Response, path: str) -> Any:
        if response.is_success:
            try:
                return json.loads(response.content, parse_float=str, parse_constant=str)
            except RecursionError:
                raise UnknownForm(path) from None
            except ValueError:
                raise NotThePlatform(
                    f"{self.url}{path} answered something that is not JSON",
                    "Check that url is Orchestrator AI's API address, not its web application or a proxy's page.",
                ) from None
        raise refusal(self.url, self.email, path, response, self._said(response))

    def _said(self, response: httpx.Response) -> str:
        """The platform's own words, without our secrets should it repeat them, and without what looks like data."""
        message = spoken(response)
        for secret in (self._password.get_secret_value(), self._access, self._refresh):
            if secret:
                message = message.replace(secret, "…")
        return " ".join(scrubbed(message).split())[:200]
