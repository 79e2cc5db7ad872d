"""Tries an API source step by step and says what is wrong with it in one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from orchflow.errors import SourceError
from orchflow.ingest.recording import check_days
from orchflow.ingest.source import Check
from orchflow.ingest.sources.agent_rows import check_agents
from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_detection import detect
from orchflow.ingest.sources.api_directory import SHOWN_TO_NOBODY
from orchflow.ingest.sources.api_enterprise import EnterpriseApi
from orchflow.ingest.sources.api_failures import ADMIN_EVERYWHERE, NotThePlatform, Refused
from orchflow.ingest.sources.api_v2 import V2Api

CLOCK_TOLERANCE = timedelta(minutes=2)


def check_api(client: ApiClient) -> list[Check]:
    """The checks in their order; what depends on a failed one is not tried."""
    return list(_checks(client))


def _checks(client: ApiClient) -> Iterator[Check]:
    try:
        version = detect(client)
    except NotThePlatform as error:
        yield Check("address", True, f"{client.url} answers")
        yield _failed("platform", error)
        return
    except SourceError as error:
        yield _failed("address", error)
        return
    yield Check("address", True, f"{client.url} answers")
    yield Check("version", True, f"Orchestrator AI {version}")
    try:
        client.sign_in()
        me = client.get("/auth/me")
    except SourceError as error:
        yield _failed("sign-in", error)
        yield _clock(client)
        return
    yield Check("sign-in", True, f"signed in as {client.email}{_roles(me)}")
    api = EnterpriseApi if version == "enterprise" else V2Api
    empty: list[str] = []
    for name, path in api.endpoints:
        check, rows = _endpoint(client, name, path, version)
        yield check
        if rows == 0:
            empty.append(name)
    if {"usage", "events"} <= set(empty):
        yield Check(
            "rows",
            None,
            "Orchestrator AI shows neither a model call nor an event to this user",
            f"If agents have run there, the user sees too little: give it {ADMIN_EVERYWHERE}.",
        )
    reader = api(client)
    yield from _agents(reader)
    yield from _recorded(reader)
    yield _clock(client)


def _recorded(reader: EnterpriseApi | V2Api) -> list[Check]:
    if not isinstance(reader, EnterpriseApi):  # v2 has no gateway that records nothing
        return []
    try:
        return [check_days(*reader.recorded_days())]
    except SourceError:  # told with its permission
        return []


def _agents(reader: EnterpriseApi | V2Api) -> list[Check]:
    try:
        agents = reader.agents()
    except SourceError:  # told with its permission
        return []
    return check_agents(agents) if "fault" in agents.column_names else []


def _endpoint(client: ApiClient, name: str, path: str, version: str) -> tuple[Check, int | None]:
    title = f"permission: {name}"
    try:
        rows = _count(client.get(path))
    except Refused as error:
        if version == "v2" and name == "users" and error.status in (403, 404):
            message = (
                f"{error}; users are put together from the organisations' members, without inactive ones"
            )
            return Check(title, None, message, SHOWN_TO_NOBODY), None
        return _failed(title, error), None
    except SourceError as error:
        return _failed(title, error), None
    if rows == 0 and name in ("organizations", "users", "agents"):
        hint = f"There is always something: {client.email} sees too little. Give it {ADMIN_EVERYWHERE}."
        return Check(title, None, f"{path} shows no {name}", hint), rows
    return Check(title, True, f"{path.split('?')[0]} can be read"), rows


def _count(answer: Any) -> int | None:
    """How many rows an answer shows, whatever it wraps them in."""
    if isinstance(answer, dict):
        answer = next((value for value in answer.values() if isinstance(value, list)), None)
    return len(answer) if isinstance(answer, list) else None


def _roles(me: Any) -> str:
    roles = me.get("roles") if isinstance(me, dict) else None
    return f" ({', '.join(map(str, roles))})" if isinstance(roles, list) and roles else ""


def _clock(client: ApiClient) -> Check:
    skew = client.clock_skew
    if skew is None:
        return Check(
            "clock",
            None,
            "The platform does not say what time it is",
            "Check that both clocks are set by NTP.",
        )
    if abs(skew) > CLOCK_TOLERANCE:
        direction = "ahead of" if skew > timedelta() else "behind"
        message = (
            f"The platform's clock is {abs(skew).total_seconds():.0f} seconds {direction} this machine's"
        )
        return Check(
            "clock", None, message, "Set both clocks by NTP: days and *as of* times are off by as much."
        )
    return Check("clock", True, "Both clocks agree")


def _failed(name: str, error: SourceError) -> Check:
    return Check(name, False, str(error), error.hint)
