"""The same POST sent twice is carried out once: its answer is kept under the key that the client gave it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from orchflow import clock
from orchflow.api.problems import ApiProblem
from orchflow.api.tables import IdempotencyKey
from orchflow.people.permissions import SYSTEM
from orchflow.store import locks
from orchflow.store.engine import Store

KEPT = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class Answer:
    """What a request was answered with."""

    status: int
    content_type: str
    location: str | None
    body: str


def fingerprint(method: str, path: str, query: bytes, body: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), query, body))).hexdigest()


def begin(store: Store, token_id: int, key: str, request: str) -> Answer | None:
    """The answer that `request` (a fingerprint) got under `key` in the last 24 hours; None: carry it out.

    ApiProblem when the key is malformed, was used for another request, or its request has not been answered yet.
    """
    if not _KEY.fullmatch(key):
        raise ApiProblem(
            422, "idempotency-key-malformed", "An Idempotency-Key is 1 to 200 visible ASCII characters"
        )
    now = clock.now()
    with store.unit(SYSTEM) as session:
        locks.take(session, "api.idempotency")
        session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
        known = session.scalar(
            sa.select(IdempotencyKey).where(IdempotencyKey.token_id == token_id, IdempotencyKey.key == key)
        )
        if known is None:
            session.add(IdempotencyKey(token_id=token_id, key=key, fingerprint=request, created_at=now))
            return None
    if known.fingerprint != request:
        raise ApiProblem(
            422,
            "idempotency-key-reused",
            "This Idempotency-Key was used for another request",
            hint="Give every new request a key of its own.",
        )
    if known.status is None:
        raise ApiProblem(
            409,
            "idempotency-key-in-use",
            "The first request with this Idempotency-Key has not been answered",
            hint="Wait and ask again. If this stays so, look whether it was carried out, and use another key.",
        )
    return Answer(known.status, known.content_type or "", known.location, known.body or "")


def keep(store: Store, token_id: int, key: str, answer: Answer) -> None:
    """Keep the answer of the request that `begin` let through."""
    with store.unit(SYSTEM) as session:
        session.execute(
            _of(sa.update(IdempotencyKey), token_id, key).values(
                status=answer.status,
                content_type=answer.content_type,
                location=answer.location,
                body=answer.body,
            )
        )


def forget(store: Store, token_id: int, key: str) -> None:
    """The request failed in the server and wrote nothing: it may be sent again under its key."""
    with store.unit(SYSTEM) as session:
        session.execute(_of(sa.delete(IdempotencyKey), token_id, key))


def _of(statement: sa.Update | sa.Delete, token_id: int, key: str):  # type: ignore[no-untyped-def]
    return statement.where(IdempotencyKey.token_id == token_id, IdempotencyKey.key == key)
