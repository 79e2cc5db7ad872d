"""The same POST sent twice is carried out once: its answer is kept under the key that the client gave it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass

from orchflow.api.problems import ApiProblem
from orchflow.encoding import to_text
from orchflow.people.permissions import SYSTEM
from orchflow.store.acts import Act, keep_outcome, stored_act
from orchflow.store.engine import Store

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NEVER_KEPT = re.compile(r".*/surveys/\d+/answers")


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


def kept(path: str) -> bool:
    """Whether answers to requests at a path are kept under their keys.

    Those of surveys are not: the fingerprint of a request and its token would tell what somebody answered. They are counted
    once whatever the key.
    """
    return _NEVER_KEPT.fullmatch(path) is None


def act_of(token_id: int, key: str, request: str) -> Act:
    """What the `request` (a fingerprint) of a token under `key` stands for; ApiProblem when the key is malformed."""
    if not _KEY.fullmatch(key):
        raise ApiProblem(
            422, "idempotency-key-malformed", "An Idempotency-Key is 1 to 200 visible ASCII characters"
        )
    return Act(f"token {token_id}: {key}", request)


def answer_of(store: Store, act: Act) -> Answer | None:
    """The answer that the request got under its key in the last 24 hours; None when it has not been carried out.

    ApiProblem when the key was used for another request, or its request has not been answered yet.
    """
    with store.read() as session:
        known = stored_act(session, act)
    if known is None:
        return None
    if known.fingerprint != act.fingerprint:
        raise ApiProblem(
            422,
            "idempotency-key-reused",
            "This Idempotency-Key was used for another request",
            hint="Give every new request a key of its own.",
        )
    if known.outcome is None:
        raise ApiProblem(
            409,
            "idempotency-key-in-use",
            "The first request with this Idempotency-Key has not been answered",
            hint="Wait and ask again. If this stays so, look whether it was carried out, and use another key.",
        )
    return Answer(**json.loads(known.outcome))


def keep(store: Store, act: Act, answer: Answer) -> None:
    """Keep the answer for whoever sends the same request again."""
    with store.unit(SYSTEM) as session:
        keep_outcome(session, act, to_text(answer))
