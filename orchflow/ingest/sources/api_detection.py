"""Which version of Orchestrator AI answers, if it is Orchestrator AI at all."""

from __future__ import annotations

from typing import Literal

from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_failures import NotThePlatform

Version = Literal["enterprise", "v2"]

SIGNS: tuple[tuple[Version, str], ...] = (
    ("enterprise", "/admin/llm/usage/list?limit=1"),
    ("v2", "/observability/history?limit=1"),
)
"""An endpoint that only this version has: it asks for a sign-in there, where the other answers 404."""


def detect(client: ApiClient) -> Version:
    """The version at the client's address; NotThePlatform when something else answers there."""
    health = client.probe("/health")
    if health.is_redirect:
        raise NotThePlatform(
            f"{client.url} redirects to another address", "Set url to the address that it redirects to."
        )
    try:
        said = health.json() if health.is_success else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("status"), str):
        raise NotThePlatform(
            f"{client.url} is not Orchestrator AI: its /health answers something else",
            "Set url to the API's address (port 6700 for enterprise, 6100 for v2), not the web application's.",
        )
    for version, path in SIGNS:
        if client.probe(path).status_code != 404:
            return version
    raise NotThePlatform(
        f"{client.url} is healthy, but neither Orchestrator AI enterprise nor v2",
        "Check the address; a version that is not known can be read through its database (orchestrator_db).",
    )
