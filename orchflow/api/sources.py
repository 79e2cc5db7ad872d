"""/sources: where the facts come from, and how each source stands."""

from __future__ import annotations

from typing import Annotated, Any, cast, get_args

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from orchflow.api.bodies import Instant
from orchflow.api.request_context import Reader
from orchflow.encoding import as_json
from orchflow.ingest.status import SourceStatus, State, source_status
from orchflow.people.permissions import Permission

router = APIRouter(tags=["Sources"])
Cron = Annotated[
    str | None, Field(description="Five fields, in the workspace's zone; null: only when asked for.")
]
Moment = Instant | None


class Source(BaseModel):
    """A source of facts: its last runs, its next ones, and what is wrong with it."""

    name: str
    kind: str = Field(description="Empty for one that is no longer in the settings.")
    configured: bool
    state: State = Field(
        description="Of what it was last asked for.",
        json_schema_extra=cast(Any, {"enum": list(get_args(State))}),
    )
    last_run_at: Moment
    last_success_at: Moment
    error: str
    hint: str = Field(description="What to do, or what was left out.")
    schedule: Cron
    next_run_at: Moment
    full_schedule: Cron
    full_at: Moment = Field(description="When it was last read again from the beginning.")
    next_full_at: Moment
    reconcile_schedule: Cron
    reconciled_at: Moment = Field(description="When it was last compared with its platform.")
    next_reconcile_at: Moment
    reconcile_trouble: str = Field(description="What the last comparison failed with or left out.")


class Sources(BaseModel):
    """Every source."""

    items: list[Source]


@router.get("/sources", response_model=Sources, operation_id="listSources", summary="List the sources")
def list_sources(caller: Reader) -> JSONResponse:
    """Every source of the settings, in their order, then those that only have rows here."""
    caller.actor.require(Permission.SOURCES_VIEW)
    return JSONResponse({"items": [_told(status) for status in source_status(caller.ws)]})


def _told(status: SourceStatus) -> dict[str, Any]:
    told: dict[str, Any] = as_json(status)
    return {name: told[name] for name in Source.model_fields}
