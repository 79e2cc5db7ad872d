"""Organisations, users, roles and teams: nearly the same in both versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from orchflow.errors import SourceError
from orchflow.ingest.source import Batch
from orchflow.ingest.sources.api_client import ApiClient
from orchflow.ingest.sources.api_failures import Refused, UnknownForm
from orchflow.ingest.sources.api_rows import Columns, Row, field, first, rows_of, table

EVERYWHERE = "*"
"""The slug that stands for all organisations; it is none itself."""
SHOWN_TO_NOBODY = (
    "Version 2 refuses this list even to super-admins: a source of kind orchestrator_db tells all users."
)

ORGANIZATIONS: Columns = {name: field(name) for name in ("slug", "name", "description")}
USERS: Columns = {
    "user_id": field("id"),
    "email": field("email"),
    "display_name": first(field("display_name"), field("displayName")),
    "organization": first(field("organization_slug"), field("organizationSlug")),
    "status": field("status"),
    "created_at": first(field("created_at"), field("createdAt")),
    "service": field("service"),
}
ROLES: Columns = {name: field(name) for name in ("user_id", "organization", "role")}
TEAMS: Columns = {
    "team_id": field("id"),
    "organization": field("orgSlug"),
    "name": field("name"),
    "description": field("description"),
}


def organization_slugs(client: ApiClient) -> list[str]:
    """The slugs of the real organisations."""
    return [row["slug"] for row in _organizations(client) if isinstance(row.get("slug"), str)]


def read_organizations(client: ApiClient) -> Iterator[Batch]:
    """All organisations, without the pseudo-organisation."""
    yield Batch("organizations", table(_organizations(client), ORGANIZATIONS), snapshot=True)


def read_people(client: ApiClient, *, from_members: bool) -> Iterator[Batch]:
    """Users and their roles. The user we sign in as is marked: it is nobody's work.

    Where the list of users is refused, they are left out; or, in a version that shows it to nobody (`from_members`), put together
    from the organisations' members, where these are told, and only the active ones are known then.
    """
    me = client.get("/auth/me")
    members, untold = _all_members(client)
    if untold:
        yield Batch("roles", table([], ROLES), warning=f"roles left out: {untold[0]}. {untold[0].hint}")
    else:
        yield Batch("roles", table(_roles(members), ROLES), snapshot=True)
    try:
        users = rows_of(client.get("/auth/admin/users"), None, "/auth/admin/users")
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        if untold or not from_members:
            yield Batch("users", table([], USERS), warning=f"users left out: {refused}. {refused.hint}")
            return
        users = _from_members(members)
        told = f"{refused}: users are put together from the organisations' members, without inactive ones. {SHOWN_TO_NOBODY}"
        yield Batch("users", table([], USERS), note=told)
    yield Batch("users", table(_with_service(users, me), USERS), snapshot=True)


def read_teams(client: ApiClient) -> Iterator[Batch]:
    """All teams, those of the whole installation and those of each organisation. Their members have no endpoint."""
    teams = {row.get("id"): row for row in rows_of(client.get("/teams"), None, "/teams")}
    for slug in organization_slugs(client):
        path = f"/orgs/{quote(slug, safe='')}/teams"
        for row in rows_of(client.get(path), None, path):
            teams[row.get("id")] = row
    yield Batch("teams", table(list(teams.values()), TEAMS), snapshot=True)


def _organizations(client: ApiClient) -> list[Row]:
    rows = rows_of(client.get("/admin/organizations"), None, "/admin/organizations")
    return [row for row in rows if row.get("slug") != EVERYWHERE]


def _all_members(client: ApiClient) -> tuple[dict[str, list[Row]], list[SourceError]]:
    """The members of each organisation, and why those of some are not told."""
    members: dict[str, list[Row]] = {}
    untold: list[SourceError] = []
    try:
        slugs = organization_slugs(client)
    except (Refused, UnknownForm) as error:
        return {}, [_not_told(error)]
    for slug in slugs:
        try:
            members[slug] = _members(client, slug)
        except (Refused, UnknownForm) as error:
            untold.append(_not_told(error))
    return members, untold


def _not_told(error: Refused | UnknownForm) -> SourceError:
    """The error itself, where it says that a list may not be seen or is not there; else it is raised."""
    if isinstance(error, Refused) and error.status not in (403, 404):
        raise error
    return error


def _roles_of(user: Row) -> list[Row]:
    roles = user.get("roles")
    return [role for role in roles if isinstance(role, dict)] if isinstance(roles, list) else []


def _members(client: ApiClient, slug: str) -> list[Row]:
    path = f"/api/rbac/organizations/{quote(slug, safe='')}/users"
    return rows_of(client.get(path), "users", path)


def _roles(members: dict[str, list[Row]]) -> list[Row]:
    """One row per user, organisation and role; a role held everywhere is listed by every organisation."""
    held: dict[tuple[Any, str, Any], Row] = {}
    for slug, users in members.items():
        for user in users:
            for role in _roles_of(user):
                organization = EVERYWHERE if role.get("isGlobal") else slug
                key = (user.get("userId"), organization, role.get("name"))
                held[key] = dict(zip(("user_id", "organization", "role"), key, strict=True))
    return list(held.values())


def _from_members(members: dict[str, list[Row]]) -> list[Row]:
    """Users as the organisations list them, each with the organisation in which it has a role of its own."""
    people: dict[Any, Row] = {}
    for slug, users in members.items():
        for user in users:
            known = people.setdefault(
                user.get("userId"),
                {
                    "id": user.get("userId"),
                    "email": user.get("email"),
                    "display_name": user.get("displayName"),
                    "organization_slug": None,
                    "status": "active",
                },
            )
            own = any(not role.get("isGlobal") for role in _roles_of(user))
            if own and known["organization_slug"] is None:
                known["organization_slug"] = slug
    return list(people.values())


def _with_service(users: list[Row], me: Any) -> list[Row]:
    myself = me.get("id") if isinstance(me, dict) else None
    marked = [{**user, "service": user.get("id") == myself} for user in users]
    if myself is not None and not any(user["service"] for user in marked):
        marked.append({**me, "status": "active", "service": True})
    return marked
