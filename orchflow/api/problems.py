"""Errors as RFC 9457 problem details: what is wrong, what to do, and nothing about the inside of the server."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from orchflow.encoding import as_json
from orchflow.errors import (
    ConfigError,
    ConflictError,
    Forbidden,
    Invalid,
    NoSpace,
    NotFound,
    OrchflowError,
    Unavailable,
    UsageError,
    is_full,
)
from orchflow.ingest.connect import DoesNotWork
from orchflow.ingest.progress import BeingRead
from orchflow.store.acts import ActRepeated

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:orchflow:problem:"
TRY_AGAIN_AFTER = {"Retry-After": "2"}
ROOM_MAY_BE_MADE_IN = {"Retry-After": "60"}

_SAID = {"missing": "is missing", "extra_forbidden": "is not known here"}
"""Why a value is refused, by what the description of the form calls it, where its own words are of no use to people."""

_DETAILS = {
    404: "There is nothing at this address",
    405: "This address does not take that method",
}


class ApiProblem(Exception):
    """An error as the client sees it; `kind` names it for programs, `more` are further members."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        hint: str = "",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.hint = hint
        self.headers = dict(headers or {})
        self.more = more

    def response(self, path: str, request_id: str) -> JSONResponse:
        """The answer to the request `request_id` of `path`."""
        members = {
            "type": TYPES + self.kind,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "hint": self.hint,
            "instance": path,
            "request_id": request_id,
            **self.more,
        }
        return JSONResponse(members, self.status, self.headers, MEDIA_TYPE)


def problem_of(error: Exception) -> ApiProblem | None:
    """The problem that `error` is to the client; None when it is the server's own failure."""
    match error:
        case ApiProblem():
            return error
        case RequestValidationError():
            return ApiProblem(
                422,
                "invalid",
                "The request does not have the form that the API describes",
                hint="Correct the places named in errors; the form is described at /api/v1/docs.",
                errors=[_place(detail) for detail in error.errors()],
            )
        case HTTPException():
            status = HTTPStatus(error.status_code)
            kind = status.phrase.lower().replace(" ", "-")
            detail = _DETAILS.get(error.status_code, str(error.detail))
            return ApiProblem(error.status_code, kind, detail, headers=error.headers)
        case OrchflowError():
            return _of_ours(error)
        case OSError() if is_full(error):
            return _no_space(NoSpace("The server's disk is full", "Free some space and try again."))
    return None


def server_failure() -> ApiProblem:
    """What the client hears of an error that is ours."""
    return ApiProblem(
        500,
        "server-failure",
        "The server failed to answer this request",
        hint="Tell an administrator the request_id: the server's log says more under it.",
    )


def _of_ours(error: OrchflowError) -> ApiProblem | None:
    match error:
        case Forbidden():
            return ApiProblem(403, "forbidden", str(error), hint=error.hint)
        case NotFound():
            return ApiProblem(404, "not-found", str(error), hint=error.hint)
        case UsageError():
            return ApiProblem(400, "bad-request", str(error), hint=error.hint)
        case Invalid():
            refused = error_items(error)
            return ApiProblem(422, "invalid", str(error), hint=error.hint, errors=refused)
        case ConflictError():
            told = conflict_items(error.conflicts)
            return ApiProblem(409, "conflict", str(error), hint=error.hint, conflicts=told)
        case DoesNotWork():
            checks = as_json(error.checks)
            return ApiProblem(422, "does-not-work", str(error), hint=error.hint, checks=checks)
        case ConfigError() | BeingRead():
            return ApiProblem(409, "conflict", str(error), hint=error.hint)
        case ActRepeated():
            return ApiProblem(409, "idempotency-key-in-use", str(error), hint=error.hint)
        case Unavailable():
            return ApiProblem(503, "unavailable", str(error), hint=error.hint, headers=TRY_AGAIN_AFTER)
        case NoSpace():
            return _no_space(error)
    return None


def _no_space(error: NoSpace) -> ApiProblem:
    return ApiProblem(507, "no-space", str(error), hint=error.hint, headers=ROOM_MAY_BE_MADE_IN)


def error_items(refused: Invalid) -> list[dict[str, Any]]:
    """The refused values, each with its row (where there is one), field and reason."""
    return [
        {"in": "body", "row": problem.row, "field": problem.field, "message": problem.message}
        for problem in refused.problems
    ]


def conflict_items(conflicts: Any) -> list[dict[str, Any]]:
    """Each field that somebody else has changed: where both began, what is stored, what was sent."""
    return [
        {
            "field": conflict.field,
            "base": as_json(conflict.base),
            "theirs": as_json(conflict.theirs),
            "mine": as_json(conflict.mine),
            "by": conflict.by or None,
        }
        for conflict in conflicts
    ]


def _place(detail: Mapping[str, Any]) -> dict[str, Any]:
    where, *path = detail["loc"] or ("body",)
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    message = _SAID.get(str(detail["type"])) or str(detail["msg"]).removeprefix("Value error, ")
    return {"in": str(where), "row": None, "field": field, "message": message[:1].lower() + message[1:]}
