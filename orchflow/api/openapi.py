"""The OpenAPI document: what FastAPI derives from the endpoints, completed by what the middleware and the errors add."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from orchflow.api.problems import MEDIA_TYPE, TYPES

DESCRIPTION = """
The plan and the figures of an Orchestrator Flow workspace for programs.

**Token.** Every request carries `Authorization: Bearer TOKEN`. People make tokens on *My account*, an operator with
`orchflow token create --user NAME --scope read|write|admin`; a token acts as that user, with the role they have at
that moment. `read` tokens may only read.

**Lists** answer `{"items": […], "next": cursor or null}`, ordered by id. Send `next` back as `cursor`: rows that are
added or deleted meanwhile are neither skipped nor repeated.

**Edits** name the `version` they were made from: `PATCH` with `{"version": 3, "changes": {…}}`. What others have
changed in other fields since is merged; a change of the same field answers 409 with `base`, `theirs` and `mine`.

**Errors** are problem documents (RFC 9457, `application/problem+json`) with a `request_id` that the server's log
knows too.

**Numbers.** Points, hours and figures of goals are JSON numbers with at most two (goals: four) decimals, kept
exactly. Days are like `2026-11-22`, instants ISO 8601 with their zone, answered in UTC.

**Limits.** `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds) say where a token stands; a
request too many answers 429 with `Retry-After`. A request may have 10 MB.

**Sending again.** A `POST` with an `Idempotency-Key` is carried out once: the same request gets the same answer for
24 hours.
""".strip()

TAGS = [
    {"name": "Efforts", "description": "The big undertakings of the journey."},
    {"name": "Projects", "description": "The parts of an effort."},
    {"name": "Goals", "description": "What a project must reach, measured."},
    {"name": "Tasks", "description": "The work itself, and its history."},
    {"name": "Dependencies", "description": "Which task waits for which."},
    {"name": "Sprints", "description": "Sprints, their life and their reports."},
    {"name": "Comments", "description": "What people say about rows of the plan."},
    {"name": "Links", "description": "Ways from the plan to agents, documents and addresses."},
    {"name": "Flows", "description": "The flows that lead from Day 1 to production, begun or offered."},
    {"name": "Steps", "description": "The steps of flows."},
    {"name": "Checklist items", "description": "What is ticked in a step, and what shows that it is done."},
    {"name": "Page opinions", "description": "Whether pages of the guidance were useful."},
    {"name": "Progress", "description": "How far everything is."},
    {"name": "Guides", "description": "The pages of the guidance: by flow, role, topic and concern."},
    {"name": "Surveys", "description": "Asking people, counting what they answer, and what it comes to."},
    {"name": "Search", "description": "Tasks, agents, people and guides by their names."},
    {
        "name": "Spending",
        "description": "Why the cost of models moved, what it comes to, and what is out of the ordinary.",
    },
    {"name": "Metrics", "description": "Every figure of the product, by any dimension and over any period."},
    {
        "name": "Datasets",
        "description": "Everything that may be taken away: page by page, or whole as a file.",
    },
    {"name": "Survey waves", "description": "Rounds of surveys, as managers plan them."},
    {"name": "Exchange rates", "description": "What currencies are worth in the workspace's, from a day on."},
    {"name": "Alert rules", "description": "When a figure is to raise an alert, and whose it is."},
    {"name": "Alerts", "description": "How the rules of alerts stand, and what people answered."},
    {"name": "Prices", "description": "What models cost, and usage that is priced by it."},
    {"name": "Self-checks", "description": "Questions that the product answers from its own data."},
    {
        "name": "Job roles",
        "description": "What people of each job role do, may and learn, and how they begin.",
    },
    {"name": "Check exemptions", "description": "Checks that need not pass until a day."},
    {"name": "Check campaigns", "description": "Checks that are to pass by a day."},
    {"name": "Sources", "description": "Where the facts come from, and how each source stands."},
]

_ANY = {"description": "Any JSON value."}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "An error, as RFC 9457 has it.",
    "required": ["type", "title", "status", "detail", "hint", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "description": "Names the kind of error for programs."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong, in one sentence."},
        "hint": {"type": "string", "description": "What to do about it."},
        "instance": {"type": "string", "description": "The path that was asked for."},
        "request_id": {"type": "string", "description": "The server's log says more under it."},
        "errors": {
            "type": "array",
            "description": "With 422: every refused value.",
            "items": {
                "type": "object",
                "required": ["in", "row", "field", "message"],
                "properties": {
                    "in": {"type": "string", "description": "body, query, path or header"},
                    "row": {"type": ["integer", "string", "null"]},
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
        "conflicts": {
            "type": "array",
            "description": "With 409: every field that somebody else has changed.",
            "items": {
                "type": "object",
                "required": ["field", "base", "theirs", "mine", "by"],
                "properties": {
                    "field": {"type": "string"},
                    "base": {**_ANY, "description": "The value at the version that the edit was made from."},
                    "theirs": {**_ANY, "description": "The value that is stored now."},
                    "mine": {**_ANY, "description": "The value that was sent."},
                    "by": {
                        "type": ["string", "null"],
                        "description": "The username of who stored what is there now.",
                    },
                },
            },
        },
    },
}

_EVERYWHERE = {
    400: ("bad-request", "Bad Request", "The request cannot be read."),
    401: ("unauthorized", "Unauthorized", "No valid token."),
    403: ("forbidden", "Forbidden", "The token, or the role of its user, does not allow it."),
    404: ("not-found", "Not Found", "There is no such row."),
    422: ("invalid", "Unprocessable Content", "Values were refused; nothing was written."),
    429: ("too-many-requests", "Too Many Requests", "More requests than the limit allows."),
    500: ("server-failure", "Internal Server Error", "The server failed."),
    503: ("unavailable", "Service Unavailable", "A store is busy or cannot be reached; ask again."),
}
_WRITING = {
    409: ("conflict", "Conflict", "Somebody else has changed the same; nothing was written."),
    413: ("content-too-large", "Content Too Large", "The request has more than 10 MB."),
    415: ("unsupported-media-type", "Unsupported Media Type", "The content is not JSON."),
    507: ("no-space", "Insufficient Storage", "The server's disk is full; nothing was written."),
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request is carried out once and answered the same for 24 hours; "
    "with another request it is refused (422).",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "example": "import-2026-11-22-row-17",
}
_HEADERS: dict[str, Any] = {
    "X-Request-Id": {"description": "The number of this request.", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "Requests a minute.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "Requests left now.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until all are there again.", "schema": {"type": "integer"}},
}
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token made on *My account*, or with `orchflow token create --user NAME --scope read|write|admin`.",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
_LOCATION = {"Location": {"description": "The address of the new row.", "schema": {"type": "string"}}}


def complete(api: FastAPI, prefix: str) -> dict[str, Any]:
    """The document of every endpoint of `api` with its errors, headers and the idempotency key."""
    document = api.openapi()
    document["servers"] = [{"url": prefix}]
    components = document["components"]
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    components["schemas"]["Problem"] = _PROBLEM
    known = {**_EVERYWHERE, **_WRITING}
    components["responses"] = {str(status): _response(status, *known[status]) for status in sorted(known)}
    components["headers"] = _HEADERS
    components["securitySchemes"] = {"token": _TOKEN}
    for operations in document["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation)
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    operation["security"] = [{"token": []}]
    statuses = [*_EVERYWHERE, *(_WRITING if method in ("post", "patch", "delete") else ())]
    for status, response in operation["responses"].items():
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
        if status == "201":
            response["headers"] |= _LOCATION
    operation["responses"] |= {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses
    }
    if method == "post":
        operation.setdefault("parameters", []).append(_IDEMPOTENCY)


def _response(status: int, kind: str, title: str, description: str) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": TYPES + kind,
        "title": title,
        "status": status,
        "detail": description,
        "hint": "",
        "instance": "/api/v1/tasks/12",
        "request_id": "5d0f6a0be1f94f6f8a1c4f7c2c5f7d11",
    }
    if status == 409:
        example |= {
            "detail": "Someone else has changed points in the meantime",
            "hint": "Choose which value to keep and save again.",
            "conflicts": [{"field": "points", "base": 3, "theirs": 5, "mine": 8, "by": "ada"}],
        }
    if status == 422:
        example |= {
            "detail": "points: must be from 0 to 9999, not -1",
            "hint": "Correct the values and save again.",
            "errors": [
                {"in": "body", "row": 12, "field": "points", "message": "must be from 0 to 9999, not -1"}
            ],
        }
    answer: dict[str, Any] = {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
    if status in (429, 503, 507):
        answer["headers"] = _RETRY
    return answer
