"""The REST API: one FastAPI application behind its middleware, mounted under /api/v1."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount

from orchflow import __version__
from orchflow.api import (
    alert_rules,
    alerts,
    anomalies,
    chart_notes,
    check_acts,
    checks,
    connections,
    datasets,
    docs,
    guidance,
    guides,
    inputs,
    job_roles,
    ledger,
    metrics,
    plan,
    price_runs,
    progress,
    search,
    snapshot,
    sources,
    spending,
    sprints,
    surveys,
    tasks,
    what_if,
)
from orchflow.api.middleware import ApiMiddleware
from orchflow.api.openapi import DESCRIPTION, TAGS, complete
from orchflow.api.problems import problem_of
from orchflow.config.settings import SecuritySettings
from orchflow.errors import OrchflowError
from orchflow.workspace import Workspace, current_workspace

PREFIX = "/api/v1"

ROUTERS = (
    *plan.ROUTERS,
    tasks.router,
    sprints.reports,
    sprints.router,
    *guidance.ROUTERS,
    *job_roles.ROUTERS,
    progress.router,
    guides.router,
    metrics.router,
    spending.router,
    anomalies.router,
    what_if.router,
    datasets.router,
    snapshot.router,
    search.router,
    *inputs.ROUTERS,
    chart_notes.router,
    alert_rules.rules,
    alert_rules.router,
    alerts.router,
    price_runs.router,
    ledger.router,
    sources.router,
    connections.router,
    checks.router,
    check_acts.router,
    *check_acts.ENTITIES,
    surveys.router,
)


def create_api(security: SecuritySettings, workspace: Callable[[], Workspace] = current_workspace) -> FastAPI:
    """The API on the workspace that `workspace` gives at each request; to be mounted at `PREFIX`."""
    api = _endpoints()
    api.openapi = document  # type: ignore[method-assign]
    api.include_router(docs.routes(document), include_in_schema=False)
    for kind in (OrchflowError, HTTPException, RequestValidationError):
        api.add_exception_handler(kind, _problem)
    api.add_middleware(ApiMiddleware, security=security, workspace=workspace)
    return api


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of the API; it takes half a second, so it is made when it is first asked for."""
    return complete(_endpoints(), PREFIX)


def _endpoints() -> FastAPI:
    api = FastAPI(
        title="Orchestrator Flow",
        version=__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in ROUTERS:
        api.include_router(router)
    return api


def mounted(api: FastAPI) -> Mount:
    """The way to the API under `PREFIX`; an address with a line feed in it leads there too, to be answered like any other."""
    route = Mount(PREFIX, api)
    route.path_regex = re.compile(route.path_regex.pattern, re.DOTALL)
    return route


async def _problem(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem is None:
        raise error
    return problem.response(request.scope["path"], request.state.context.request)
