"""What every request passes before an endpoint sees it: size, token, limits, kind of content, repeated keys.

Nothing of a request is understood before it is known who sends it. Every answer carries the request's number, and
every error is a problem document.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchflow.api import idempotency
from orchflow.api.limits import Limiter
from orchflow.api.models import LIST_PARAMETERS
from orchflow.api.problems import ApiProblem, problem_of, server_failure
from orchflow.api.request_context import Caller, RequestContext
from orchflow.api.tokens import bearer_of, is_secret
from orchflow.config.settings import SecuritySettings
from orchflow.errors import log_failure
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import PLAN_DIMENSIONS
from orchflow.people.client_address import limited_as
from orchflow.workspace import Workspace

LOG = logging.getLogger("orchflow.api")

LARGEST_BODY = 10 * 1024 * 1024
PUBLIC = ("/openapi.json", "/docs")
REPEATABLE = LIST_PARAMETERS | (set(FILTERED) - set(PLAN_DIMENSIONS)) | {"where"}
"""Parameters that are lists."""
WITH_BODY = ("POST", "PATCH", "PUT")


class ApiMiddleware:
    """ASGI middleware around the API."""

    def __init__(self, app: ASGIApp, security: SecuritySettings, workspace: Callable[[], Workspace]) -> None:
        self._app = app
        self._workspace = workspace
        self._requests = Limiter(security.api_requests_per_minute)
        self._failures = Limiter(security.api_failures_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        context = RequestContext(uuid4().hex)
        scope["state"] = {**scope.get("state", {}), "context": context}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = context.request
                headers.setdefault("Cache-Control", "no-store")
                headers.update(context.headers)
            await send(message)

        try:
            if path in PUBLIC or path.startswith("/docs/"):
                await self._app(scope, receive, send_with_headers)
            else:
                await self._admit(scope, path, receive, send_with_headers, context)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                what = f"{scope['method']} {path} failed, request {context.request}"
                log_failure(LOG, what, error)
                problem = server_failure()
            if started:
                raise
            await problem.response(scope["path"], context.request)(scope, receive, send_with_headers)

    async def _admit(
        self, scope: Scope, path: str, receive: Receive, send: Send, context: RequestContext
    ) -> None:
        headers = Headers(scope=scope)
        caller = context.caller = await self._caller(scope, headers, context)
        allowance = self._requests.take(caller.token_id)
        context.headers.update(allowance.headers())
        if allowance.wait:
            raise ApiProblem(
                429,
                "too-many-requests",
                f"This token may make {allowance.limit} requests a minute",
                hint=f"Go on in {allowance.wait} s.",
            )
        _refuse_repeated(scope)
        body = await _body(Request(scope, receive))
        if body and scope["method"] in WITH_BODY:
            _refuse_other_content(headers)
        key = headers.get("idempotency-key")
        if key is None or scope["method"] != "POST" or not idempotency.kept(path):
            await self._app(scope, _replay(body, receive), send)
        else:
            await self._once(scope, _replay(body, receive), send, caller, key, body)

    async def _caller(self, scope: Scope, headers: Headers, context: RequestContext) -> Caller:
        """Who sends the request. A valid token is let in from any address: others behind its proxy may send wrong ones."""
        kind, _, secret = headers.get("authorization", "").partition(" ")
        ws = await run_in_threadpool(self._workspace)
        bearer = None
        if kind.lower() == "bearer" and is_secret(secret := secret.strip()):
            bearer = await run_in_threadpool(bearer_of, ws.store, secret)
        if bearer is None:
            raise self._failed(scope)
        return Caller(ws, bearer.actor, bearer.scope, bearer.token_id, context.request)

    def _failed(self, scope: Scope) -> ApiProblem:
        """What is answered without a valid token; too often from one address, it is told to wait."""
        failures = self._failures.take(limited_as(scope["client"][0] if scope.get("client") else ""))
        if failures.wait:
            return ApiProblem(
                429,
                "too-many-failures",
                "Too many requests with a wrong token came from this address",
                hint=f"Go on in {failures.wait} s, or with a token that is valid.",
                headers={"Retry-After": str(failures.wait)},
            )
        return ApiProblem(
            401,
            "unauthorized",
            "This request carries no valid token",
            hint="Send `Authorization: Bearer TOKEN` with a token that is neither revoked nor expired.",
            headers={"WWW-Authenticate": 'Bearer realm="orchflow"'},
        )

    async def _once(
        self, scope: Scope, receive: Receive, send: Send, caller: Caller, key: str, body: bytes
    ) -> None:
        store = caller.store
        request = idempotency.fingerprint(scope["method"], scope["path"], scope["query_string"], body)
        act = idempotency.act_of(caller.token_id, key, request)
        answer = await run_in_threadpool(idempotency.answer_of, store, act)
        if answer is not None:
            await _replay_answer(answer)(scope, receive, send)
            return
        context: RequestContext = scope["state"]["context"]
        context.caller = replace(caller, actor=replace(caller.actor, request_act=act))
        held: list[Message] = []

        async def hold(message: Message) -> None:
            held.append(message)

        await self._app(scope, receive, hold)
        if act.repeated:  # the same request was carried out while this one was on its way
            answer = await run_in_threadpool(idempotency.answer_of, store, act)
            assert answer is not None, "an act that was repeated is stored"
            await _replay_answer(answer)(scope, receive, send)
            return
        if (answer := _answer(held)).status < 500:
            await run_in_threadpool(idempotency.keep, store, act, answer)
        for message in held:
            await send(message)


def _replay_answer(answer: idempotency.Answer) -> Response:
    headers = {"Idempotency-Replayed": "true"}
    if answer.location:
        headers["Location"] = answer.location
    return Response(answer.body, answer.status, headers, answer.content_type or None)


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    too_large = ApiProblem(
        413, "content-too-large", f"A request may have {LARGEST_BODY // 1024 // 1024} MB", hint="Send less at once."
    )  # fmt: skip
    if declared.isdecimal() and int(declared) > LARGEST_BODY:
        raise too_large
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                raise too_large
    except ClientDisconnect:
        raise ApiProblem(400, "bad-request", "The connection ended before the request did") from None
    return bytes(body)


def _refuse_repeated(scope: Scope) -> None:
    """Only a parameter that is a list may be repeated; of any other a value would be dropped without a word."""
    names = [name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)]
    times = Counter(name for name in names if name not in REPEATABLE)
    repeated = next((name for name, count in times.items() if count > 1), None)
    if repeated is not None:
        raise ApiProblem(
            422,
            "invalid",
            "A parameter is given more than once",
            hint="Give each parameter once.",
            errors=[{"in": "query", "row": None, "field": repeated, "message": "is given more than once"}],
        )


def _refuse_other_content(headers: Headers) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ApiProblem(
            415,
            "unsupported-media-type",
            "The API takes JSON only",
            hint="Send `Content-Type: application/json`.",
            headers={"Accept": "application/json"},
        )


def _replay(body: bytes, receive: Receive) -> Receive:
    """Give the body that was read already to whoever reads next; afterwards what the connection says."""
    replayed = False

    async def receive_replayed() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_replayed


def _answer(messages: list[Message]) -> idempotency.Answer:
    start = messages[0]
    headers = Headers(raw=start["headers"])
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return idempotency.Answer(
        status=start["status"],
        content_type=headers.get("content-type", ""),
        location=headers.get("location"),
        body=body.decode("utf-8"),
    )
