"""`orchflow user …`: people who may sign in, added and ended by the operator."""

from __future__ import annotations

from typing import Annotated

import typer

from orchflow.cli.console import Json, out, plan_store, print_columns, print_document

user_app = typer.Typer(help="People who may sign in.", no_args_is_help=True)


@user_app.command("add")
def user_add(
    username: str,
    email: Annotated[str, typer.Option()],
    name: Annotated[str, typer.Option(help="Name as shown; the username when left out.")] = "",
    role: Annotated[str, typer.Option(help="viewer, member, manager, analyst or admin")] = "viewer",
    as_json: Json = False,
) -> None:
    """Add a person; prints a one-time password."""
    from orchflow.people import users
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        row, password = users.add_user(
            store, SYSTEM, username=username, email=email, display_name=name, role=role
        )
    document = {"username": row.username, "role": str(row.role), "one_time_password": password}
    print_document(
        document,
        as_json,
        lambda: out.print(f"{row.username} signs in first with {password}", highlight=False),
    )


@user_app.command("list")
def user_list(as_json: Json = False) -> None:
    """List the people who may sign in."""
    from orchflow.people import users
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        people = users.list_users(store, SYSTEM)
    rows = [
        {"username": row.username, "name": row.display_name, "email": row.email, "role": row.role, "active": row.active}
        for row in people
    ]  # fmt: skip
    heads = {"user": "username", "name": "name", "e-mail": "email", "role": "role", "active": "active"}
    print_document({"users": rows}, as_json, lambda: print_columns(heads, rows))


@user_app.command("disable")
def user_disable(username: str, as_json: Json = False) -> None:
    """Take a person's access away at once, also in open sessions."""
    from orchflow.people import users
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        users.disable_user(store, SYSTEM, users.user_named(store, username).id)
    print_document(
        {"username": username, "active": False},
        as_json,
        lambda: out.print(f"{username} can no longer sign in."),
    )


@user_app.command("password")
def user_password(username: str, as_json: Json = False) -> None:
    """Set a new one-time password and print it; open sessions end."""
    from orchflow.people import users
    from orchflow.people.credentials import reset_password
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        password = reset_password(store, SYSTEM, users.user_named(store, username).id)
    document = {"username": username, "one_time_password": password}
    print_document(
        document, as_json, lambda: out.print(f"{username} signs in next with {password}", highlight=False)
    )
