"""/sources: platforms connected, changed and disconnected, for administrators."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Changes, answer
from orchflow.api.request_context import Administrator, Caller
from orchflow.ingest.change_source import change_source
from orchflow.ingest.connect import connect, disconnect, kept_source
from orchflow.ingest.connection import Connection, PlatformKind
from orchflow.ingest.forget import forget_source

router = APIRouter(prefix="/sources", tags=["Sources"])

Name = Annotated[str, Path(description="The source's name.", max_length=63)]
Line = Annotated[str, Field(max_length=2_000)]
Version = Annotated[str, Field(max_length=64, description="Another one once the source was changed.")]
Cron = Annotated[
    str | None,
    Field(max_length=200, description="Five fields, in the workspace's zone; null: only when asked for.", examples=["15 * * * *"]),
]  # fmt: skip
Url = Annotated[Line, Field(description="Of the API, or `postgresql://user@host:5432/database`.")]
Email = Annotated[Line, Field(description="Of the service user, for the API.")]
Password = Annotated[
    Line,
    Field(
        description="Kept apart, in a file that only the server may read, and never told again; `${NAME}` takes it from the "
        "server's environment.",
        json_schema_extra=cast(Any, {"format": "password", "writeOnly": True}),
    ),
]
Untried = Annotated[bool, Field(description="Keep it without trying it; else what does not work is refused.")]


_EXAMPLE: dict[str, Any] = {
    "name": "platform", "kind": "orchestrator_api", "url": "https://orchestrator.example:6700", "email": "flow@example.com",
    "password": "${ORCHESTRATOR_PASSWORD}", "schedule": "15 * * * *",
}  # fmt: skip


class NewSource(Body):
    """An installation of Orchestrator AI."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Annotated[Line, Field(description="Lower-case letters, digits, - and _.", examples=["platform"])]
    kind: PlatformKind
    url: Url
    email: Email = ""
    password: Password = ""
    organization: Annotated[Line, Field(description="* for all.")] = "*"
    schedule: Cron = None
    web_url: Annotated[Line, Field(description="Of the web application, for links into it.")] = ""
    untried: Untried = False


class SourceChanges(Changes):
    """New values; a password that is left out stays, unless it would be said to another address or as another user."""

    url: Url = ""
    email: Email = ""
    password: Password = ""
    organization: Line = "*"
    schedule: Cron = None
    web_url: Line = ""


class SourceEdit(Body):
    """An edit of what was read at `version`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"version": "5b0c1f2a9d3e4f60", "changes": {"schedule": "0 4 * * *"}}]
        }
    )

    version: Version
    changes: SourceChanges
    untried: Untried = False


class ConnectedSource(BaseModel):
    """A source as the settings file has it, without its password."""

    name: str
    kind: str
    url: str | None = Field(description="Without the password. Null, as what follows, for files of usage.")
    email: str | None
    organization: str | None
    schedule: str | None
    web_url: str | None
    version: Version
    locked: str = Field(description="Why it cannot be changed here; empty where it can.")
    fixed: str = Field(description="Why it cannot be removed here; empty where it can.")


class SourceGuard(BaseModel):
    """What a source must still be like to be disconnected."""

    model_config = ConfigDict(extra="forbid")

    version: Version | None = Field(None, description="Only if the source still has this version.")


@router.post(
    "",
    status_code=201,
    response_model=ConnectedSource,
    operation_id="connectSource",
    summary="Connect a source",
)
def connect_source(request: Request, caller: Administrator, source: NewSource) -> JSONResponse:
    """Tries the platform, and keeps it in the settings file; its schedule runs from now on. What does not work is refused with
    `checks`, which tell what was tried.
    """
    fields = source.model_dump(exclude={"untried"})
    connect(caller.ws, caller.actor, Connection(**fields), untried=source.untried)
    address = f"{request.scope['path'].rstrip('/')}/{source.name}"
    return JSONResponse(_told(caller, source.name), 201, {"Location": address})


@router.get(
    "/{name}",
    response_model=ConnectedSource,
    operation_id="getSource",
    summary="Read how a source is connected",
)
def get_source(caller: Administrator, name: Name) -> JSONResponse:
    """How the settings file describes it; what came of its runs is in the list."""
    return answer(_told(caller, name))


@router.patch(
    "/{name}", response_model=ConnectedSource, operation_id="updateSource", summary="Change a source"
)
def update_source(caller: Administrator, name: Name, edit: SourceEdit) -> JSONResponse:
    """Tries the source with the changes, and keeps them; everything else in the settings file stays, comments too. Its name and
    kind stay: by them what was loaded is known.
    """
    changes = edit.changes.given()
    change_source(caller.ws, caller.actor, name, changes, edit.version, untried=edit.untried)
    return answer(_told(caller, name))


@router.delete("/{name}", status_code=204, operation_id="disconnectSource", summary="Disconnect a source")
def disconnect_source(caller: Administrator, name: Name, guard: Annotated[SourceGuard, Query()]) -> Response:
    """Takes it out of the settings file, with its password. What was loaded from it stays and counts."""
    disconnect(caller.ws, caller.actor, name, guard.version)
    return Response(status_code=204)


@router.delete(
    "/{name}/data",
    status_code=204,
    operation_id="forgetSource",
    summary="Take away what was loaded from a source",
)
def forget_source_data(caller: Administrator, name: Name) -> Response:
    """Of a source that is disconnected: its rows leave every figure and are listed in the dataset `removed_events`. The plan that
    was taken over from it stays.
    """
    forget_source(caller.ws, caller.actor, name)
    return Response(status_code=204)


def _told(caller: Caller, name: str) -> dict[str, Any]:
    kept = kept_source(caller.ws, caller.actor, name)
    fields = ("url", "email", "organization", "schedule", "web_url")
    told = {field: getattr(kept.connection, field, None) for field in fields}
    return {
        "name": kept.name,
        "kind": kept.kind,
        **told,
        "version": kept.version,
        "locked": kept.locked,
        "fixed": kept.fixed,
    }
