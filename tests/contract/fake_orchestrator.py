"""A fake Orchestrator AI, enterprise or v2: a real HTTP server in a thread, with its limits, quirks and faults.

with FakeOrchestrator("enterprise", Dataset(calls=5000)) as fake:
    fake.faults.busy_every = 7
    ... read from fake.url as SERVICE ...
    assert figures == fake.dataset.truth
"""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import time
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from tests.contract.fake_dataset import (
    AGENTS,
    ORGANIZATIONS,
    SENSITIVE,
    USERS,
    Dataset,
    Event,
    agent_metadata,
    copies,
    enterprise_call,
    enterprise_event,
    microseconds,
    record,
    v2_event,
    zulu,
)

PASSWORD = "correct horse battery staple"
SERVICE = "flow-sync@example.org"
VIEWER = "viewer@example.org"
FAR = float("inf")


@dataclass
class Faults:
    """What goes wrong; everything is off at first and may be changed while the server runs."""

    token_lifetime: int | None = None
    refresh_refused: bool = False
    google: bool = False
    busy_every: int | None = None
    retry_after: str = "0"
    broken_every: int | None = None
    reset_every: int | None = None
    down: bool = False
    delay: float = 0.0
    delay_per_megabyte: float = 0.0
    arrivals: int = 0
    late: int = 0
    vanishing: int = 0
    duplicates: bool = False
    unordered_ties: bool = False
    offset_ignored: bool = False
    time_ignored: bool = False
    since_is_later_than: bool = False
    short_pages: int | None = None
    uneven_pages: bool = False
    empty_every: int | None = None
    empty_after: int | None = None
    repeats_every: int | None = None
    denied: str | None = None
    clock: timedelta = timedelta()


class Series:
    """Encoded rows by time; rows of the same time by their number or their id as text, as an index would give them."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, Any, str]] = []

    def add(self, at: float, number: float | str, row: str) -> None:
        insort(self.rows, (at, number, row))

    def between(self, begin: float, end: float) -> tuple[int, int]:
        """Positions of the rows from `begin` to `end`, both included."""
        return bisect_left(self.rows, (begin, -FAR, "")), bisect_right(self.rows, (end, FAR, ""))


class _Answer(Exception):
    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def _error(status: int, message: str | list[str]) -> _Answer:
    if status == 500:
        return _Answer(500, {"statusCode": 500, "message": "Internal server error"})
    return _Answer(status, {"message": message, "error": HTTPStatus(status).phrase, "statusCode": status})


class FakeOrchestrator:
    """The server; `url` is where it listens. Its dataset may grow while it runs, through `arrive`."""

    def __init__(
        self, version: Literal["enterprise", "v2"], dataset: Dataset | None = None, port: int = 0
    ) -> None:
        self.version = version
        self.dataset = dataset or Dataset()
        self.faults = Faults()
        self.requests = 0
        self.paths: list[str] = []
        self.statuses: list[int] = []
        self.headers: list[dict[str, str]] = []
        self.busy_seconds = 0.0
        self.dirty = 0
        self.own_conversations: list[str] = []
        self.instead: dict[str, bytes] = {}
        self.before_answer: Callable[[str], None] = lambda target: None
        self._pages = 0
        self._given: dict[str, bytes] = {}
        self._lock = threading.RLock()
        self._tokens: dict[str, list[Any]] = {}
        self._refresh: dict[str, str] = {}
        self._ledger = Series()
        self._records = Series()
        self._unstarted: list[str] = []
        self._history = Series()
        self._events: dict[str, Series] = {}
        self._numbers = 0
        self._shuffle = random.Random(1)
        for call in self.dataset.calls:
            self._keep_call(call)
        for event in self.dataset.events:
            self._keep_event(event)
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> FakeOrchestrator:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> FakeOrchestrator:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    # What is in it

    def arrive(
        self, calls: int = 0, runs: int = 0, *, at: datetime | None = None, unstarted: bool = False
    ) -> None:
        """Rows that are recorded while somebody reads, at `at` or now."""
        with self._lock:
            for _ in range(calls):
                self._keep_call(self.dataset.add_call(at or datetime.now(UTC), unstarted=unstarted))
            for _ in range(runs):
                for event in self.dataset.add_run(at or datetime.now(UTC) - timedelta(seconds=1)):
                    self._keep_event(event)

    def forget(self, *ids: str) -> None:
        """Calls that are shown no longer."""
        with self._lock:
            for series in (self._ledger, self._records):
                series.rows = [row for row in series.rows if json.loads(row[2])["id"] not in ids]

    def soil(self) -> int:
        """Add rows that cannot be right; returns how many.

        They are no part of the truth, unlike two whose cost counts, though a count beside it cannot be.
        """
        wrong: list[dict[str, Any]] = [
            {"cost": "a lot"},
            {"cost": "1.5.2"},
            {"input": "many"},
            {"id": None},
        ]
        odd: list[dict[str, Any]] = [{"input": -3}, {"duration": -7}]
        names = {
            "cost": ("totalCost", "total_cost"),
            "input": ("inputTokens", "input_tokens"),
            "id": ("id", "id"),
            "duration": ("durationMs", "duration_ms"),
        }
        with self._lock:
            for change in (*wrong, *odd):
                call = self.dataset.add_call(self.dataset.now - timedelta(days=1))
                if change in wrong:
                    del self.dataset.truth.costs[call.id]
                ((key, value),) = change.items()
                self._keep_call(call, {names[key][0]: value}, {names[key][1]: value})
                self.dirty += 1
        return len(wrong)

    def _keep_call(
        self, call: Any, ledger: dict[str, Any] | None = None, records: dict[str, Any] | None = None
    ) -> None:
        self._numbers += 1
        if self.version == "enterprise":
            self._ledger.add(_micro(call.created), self._numbers, enterprise_call(call, **ledger or {}))
        row = record(call, self.version, **records or {})
        if call.started is None:
            self._unstarted.append(row)
        else:
            self._records.add(_micro(call.started), self._numbers, row)

    def _keep_event(self, event: Event) -> None:
        if self.version == "enterprise":
            for search, series in self._events.items():
                if search in event.type:
                    series.add(_micro(event.at), str(event.id), enterprise_event(event))
            return
        for number in copies(event):
            self._history.add(_micro(event.at) // 1000, number, v2_event(event, number))

    # Requests

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body for a request; 0 for a connection to be reset."""
        parts = urlsplit(target)
        query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        ignored = ("offset",) if self.faults.offset_ignored else ()
        ignored += ("from", "to", "startDate", "endDate", "since") if self.faults.time_ignored else ()
        query = {key: value for key, value in query.items() if key not in ignored}
        with self._lock:
            self.requests += 1
            self.paths.append(target)
            self.headers.append(headers)
            faults, count = self.faults, self.requests
        self.before_answer(target)
        if faults.delay:
            time.sleep(faults.delay)
        if faults.down:
            return 503, b"upstream is away"
        if _due(faults.reset_every, count):
            return 0, b""
        if _due(faults.busy_every, count):
            return 429, _json({"statusCode": 429, "message": "ThrottlerException: Too Many Requests"})
        if _due(faults.broken_every, count):
            return 500, _json({"statusCode": 500, "message": "Internal server error"})
        with self._lock:
            try:
                found = self._route(method, unquote(parts.path), query, headers, body)
                if _due(faults.repeats_every, count):
                    found = self._given.get(parts.path, found)
                self._given[parts.path] = found
            except _Answer as refused:
                return refused.status, _json(refused.body)
        if faults.delay_per_megabyte:
            time.sleep(faults.delay_per_megabyte * len(found) / 1e6)
        return 200, found

    def _route(
        self, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> bytes:
        routes: dict[tuple[str, str], Callable[[], bytes]] = {
            ("GET", "/health"): self._health,
            ("POST", "/auth/login"): lambda: self._login(body),
            ("POST", "/auth/refresh"): lambda: self._refreshed(body),
            ("GET", "/api/llm-usage/records"): lambda: self._record_list(query),
        }
        if (method, path) in routes:
            return routes[method, path]()
        if self.version == "v2" and (method, path) == ("GET", "/agents"):
            return self._agents()
        guarded: dict[str, tuple[str | None, Callable[[], bytes]]] = {
            "/auth/me": (None, lambda: b""),
            "/admin/organizations": ("admin:settings", self._organizations),
            "/auth/admin/users": ("admin:users", self._users),
        }
        if self.version == "enterprise":
            guarded |= {
                "/admin/llm/usage/list": ("llm:admin", lambda: self._ledger_list(query)),
                "/admin/observability/events": ("admin:audit", lambda: self._event_list(query)),
                "/admin/agents": ("agents:admin", self._agents),
            }
        else:
            guarded |= {
                "/observability/history": (None, lambda: self._history_list(query)),
                "/agent-conversations": (None, lambda: self._own_conversations(query)),
                "/teams": (None, self._teams),
            }
        member = path.startswith("/api/rbac/organizations/") and path.endswith("/users")
        team = self.version == "v2" and path.startswith("/orgs/") and path.endswith("/teams")
        if method != "GET" or not (path in guarded or member or team):
            raise _error(404, f"Cannot {method} {path}")
        user = self._who(headers)
        if path in self.instead:
            return self.instead[path]
        if self.faults.denied is not None and path.startswith(self.faults.denied):
            raise _error(403, "Permission denied: some:thing")
        if member:
            return self._members(path.split("/")[4])
        if team:
            return b"[]"
        permission, give = guarded[path]
        if path == "/auth/me":
            return self._me(user)
        if (
            self.version == "enterprise"
            and path.startswith("/admin/")
            and "x-organization-slug" not in headers
        ):
            raise _error(403, "Organization context required")
        if permission is not None and (
            user[4] == "viewer" or (self.version == "v2" and path == "/auth/admin/users")
        ):
            raise _error(403, f"Permission denied: {permission}")
        return give()

    def _health(self) -> bytes:
        if self.version == "enterprise":
            return _json({"status": "ok", "service": "platform-api"})
        return _json(
            {
                "status": "healthy",
                "timestamp": zulu(datetime.now(UTC)),
                "service": "NestJS A2A Agent Framework",
            }
        )

    def _login(self, body: bytes) -> bytes:
        if self.faults.google:
            raise _error(501, "Password sign-in is not available with google_oidc")
        given = json.loads(body or b"{}")
        if not given.get("email") or not given.get("password"):
            raise _error(400, ["email must be an email", "password should not be empty"])
        known = [user for user in USERS if user[1] == given["email"]]
        if not known or given["password"] != PASSWORD:
            raise _error(401, "Invalid login credentials")
        return self._tokens_for(known[0][1])

    def _refreshed(self, body: bytes) -> bytes:
        email = self._refresh.pop(json.loads(body).get("refreshToken", ""), None)
        if email is None or self.faults.refresh_refused:
            raise _error(401, "Invalid Refresh Token: Refresh Token Not Found")
        return self._tokens_for(email)

    def _tokens_for(self, email: str) -> bytes:
        access, refresh = f"access-{uuid4().hex}", f"refresh-{uuid4().hex[:12]}"
        self._tokens[access] = [email, self.faults.token_lifetime]
        self._refresh[refresh] = email
        return _json(
            {"accessToken": access, "refreshToken": refresh, "tokenType": "bearer", "expiresIn": 3600}
        )

    def _who(self, headers: dict[str, str]) -> tuple[Any, ...]:
        given = headers.get("authorization", "")
        if not given.startswith("Bearer "):
            raise _error(401, "No token provided")
        token = self._tokens.get(given.removeprefix("Bearer "))
        if token is None or token[1] == 0:
            raise _error(401, "Invalid token")
        if token[1] is not None:
            token[1] -= 1
        return next(user for user in USERS if user[1] == token[0])

    def _me(self, user: tuple[Any, ...]) -> bytes:
        return _json(
            {
                "id": user[0],
                "email": user[1],
                "displayName": user[2],
                "roles": [user[4]],
                "organizationAccess": ["*", *ORGANIZATIONS],
            }
        )

    def _organizations(self) -> bytes:
        time = zulu if self.version == "enterprise" else microseconds
        rows = [("*", "All Organizations"), *((slug, slug.title()) for slug in ORGANIZATIONS)]
        at = time(self.dataset.now)
        return _json(
            [
                {
                    "slug": slug,
                    "name": name,
                    "description": None,
                    "url": None,
                    "settings": {},
                    "created_at": at,
                }
                for slug, name in rows
            ]
        )

    def _users(self) -> bytes:
        at = zulu(self.dataset.now)
        return _json(
            [
                {
                    "id": user,
                    "email": email,
                    "display_name": name,
                    "organization_slug": organization,
                    "status": "active",
                    "created_at": at,
                }
                for user, email, name, organization, _, _ in USERS
            ]
        )

    def _members(self, slug: str) -> bytes:
        rows = [
            {
                "userId": user,
                "email": email,
                "displayName": name,
                "roles": [
                    {"id": f"role-{role}", "name": role, "displayName": role, "isGlobal": where == "*"}
                ],
            }
            for user, email, name, _, role, where in USERS
            if where in ("*", slug)
        ]
        return _json({"users": rows})

    def _teams(self) -> bytes:
        return _json(
            [{"id": f"team-{n}", "orgSlug": None, "name": f"Team {n}", "description": None} for n in range(3)]
        )

    def _agents(self) -> bytes:
        at = zulu(self.dataset.now)
        if self.version == "enterprise":
            rows: list[dict[str, Any]] = [
                {
                    "slug": slug,
                    "name": slug.title(),
                    "description": None,
                    "agentType": kind,
                    "product": "database",
                    "orgSlug": organization,
                    "config": {**agent_metadata(kind, status), "context": SENSITIVE},
                    "createdAt": at,
                    "updatedAt": at,
                }
                for slug, organization, kind, status in AGENTS
            ]
            return _json({"agents": rows})
        rows = [
            {
                "id": slug,
                "name": slug,
                "displayName": slug.title(),
                "type": kind,
                "organizationSlug": organization,
                "metadata": {"organization_slug": [organization, "global"], "context": SENSITIVE},
                "status": "active",
            }
            for slug, organization, kind, _ in AGENTS
        ]
        return _json({"status": "running", "discoveredAgents": len(rows), "agents": rows})

    # Lists

    def _own_conversations(self, query: dict[str, str]) -> bytes:
        limit, offset = _paging(query, 50, 200)
        me = next(user[0] for user in USERS if user[1] == SERVICE)
        rows = [
            json.dumps({"id": held, "agentName": "writer", "userId": me, "startedAt": zulu(self.dataset.now)})
            for held in self.own_conversations
        ]
        page = self._page(rows[offset : offset + limit])
        return b'{"conversations":' + page + f',"total":{len(rows)}}}'.encode()

    def _ledger_list(self, query: dict[str, str]) -> bytes:
        limit, offset = _paging(query, 50, 200)
        self._while_reading()
        first, last = self._ledger.between(_date(query.get("from"), -FAR), _date(query.get("to"), FAR))
        if self.faults.unordered_ties:
            window = self._ledger.rows[first:last]
            order = sorted(window, key=lambda row: (-row[0], self._shuffle.random()))
            return self._page([row[2] for row in order[offset : offset + limit]])
        end = max(first, last - offset)
        return self._page([row[2] for row in reversed(self._ledger.rows[max(first, end - limit) : end])])

    def _record_list(self, query: dict[str, str]) -> bytes:
        if "callerName" in query:
            raise _error(500, "")
        self._while_reading()
        most = 1000 if self.version == "v2" else len(self._records.rows) + len(self._unstarted)
        limit = min(most, _paging(query, most, most)[0])
        begin, end = query.get("startDate"), query.get("endDate")
        first, last = self._records.between(_date(begin, -FAR), _date(end, FAR))
        rows = [row[2] for row in reversed(self._records.rows[max(first, last - limit) : last])]
        if begin is None and end is None:
            rows = [*self._unstarted, *rows]
        return b'{"success":true,"data":' + self._page(rows[:limit]) + b"}"

    def _event_list(self, query: dict[str, str]) -> bytes:
        limit, offset = _paging(query, 50, 200)
        self._while_reading()
        search = query.get("search", "")
        series = self._events.get(search)
        if series is None:
            series = self._events[search] = Series()
            found = (event for event in self.dataset.events if search in event.type)
            series.rows = sorted(
                (_micro(event.at), str(event.id), enterprise_event(event)) for event in found
            )
        if offset and self.faults.vanishing:
            del series.rows[-self.faults.vanishing :]
        end = max(0, len(series.rows) - offset)
        return self._page([row[2] for row in reversed(series.rows[max(0, end - limit) : end])])

    def _history_list(self, query: dict[str, str]) -> bytes:
        limit, _ = _paging(query, 1000, 5000)
        self._while_reading()
        try:
            since, until = int(query.get("since", "0")), float(query.get("until", "inf"))
        except ValueError:
            raise _error(500, "") from None
        first, last = self._history.between(since + self.faults.since_is_later_than, until)
        rows = [row[2] for row in self._history.rows[first : min(last, first + limit)]]
        return b'{"events":' + self._page(rows) + f',"count":{len(rows)}}}'.encode()

    def _while_reading(self) -> None:
        """Rows that arrive just before a list is answered."""
        if self.faults.arrivals:
            self.arrive(calls=self.faults.arrivals, runs=1)
        if self.faults.late:
            self.arrive(calls=self.faults.late, at=datetime.now(UTC) - timedelta(minutes=3))

    def _page(self, rows: list[str]) -> bytes:
        self._pages += 1
        rows = rows[: self.faults.short_pages]
        if self.faults.uneven_pages and rows:
            rows = rows[: self._shuffle.randint(1, len(rows))]
        if _due(self.faults.empty_every, self._pages) or self._pages == self.faults.empty_after:
            rows = []
        if self.faults.duplicates and rows:
            rows = [rows[0], *rows]
        return f"[{','.join(rows)}]".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed is what some tests are about."""


def _handler(fake: FakeOrchestrator) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            begun = time.perf_counter()
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = fake.answer(self.command, self.path, headers, body)
            fake.statuses.append(status)
            if status == 0:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.shutdown(socket.SHUT_RD)
                self.close_connection = True
                return
            lines = [
                f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
                f"Date: {format_datetime(datetime.now(UTC) + fake.faults.clock, usegmt=True)}",
                "Content-Type: application/json; charset=utf-8",
                f"Content-Length: {len(answer)}",
            ]
            if status == 429:
                lines.append(f"Retry-After: {fake.faults.retry_after}")
            self.wfile.write("\r\n".join([*lines, "", ""]).encode() + answer)
            fake.busy_seconds += time.perf_counter() - begun

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: tests read the answers."""

    return Handler


def _due(every: int | None, count: int) -> bool:
    return every is not None and count % every == 0


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _micro(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def _date(value: str | None, otherwise: float) -> float:
    if value is None:
        return otherwise
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _error(500, "") from None
    return _micro(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _paging(query: dict[str, str], default: int, most: int) -> tuple[int, int]:
    try:
        limit, offset = int(query.get("limit", default)), int(query.get("offset", 0))
    except ValueError:
        raise _error(500, "") from None
    if limit < 0 or offset < 0:
        raise _error(500, "")
    return min(limit, most), offset
