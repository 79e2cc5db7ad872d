"""`orchflow token …`: tokens with which programs use the API, made and revoked by the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchflow.cli.console import Json, err, out, plan_store, print_columns, print_document
from orchflow.encoding import encode

if TYPE_CHECKING:
    from orchflow.api.tokens import TokenRow

token_app = typer.Typer(help="Tokens with which programs use the API.", no_args_is_help=True)


@token_app.command("create")
def token_create(
    user: Annotated[str, typer.Option(help="The user as whom the token acts.")],
    scope: Annotated[str, typer.Option(help="read, write or admin; never more than the user's role allows.")],
    name: Annotated[str, typer.Option(help="What it is for, as lists show it.")] = "",
    days: Annotated[
        int | None, typer.Option(help="Valid for so many days; until revoked when left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token and print it, this once: only a hash of it is kept."""
    from orchflow.api.tokens import create_token
    from orchflow.people import users
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        row, secret = create_token(
            store, SYSTEM, users.user_named(store, user).id, scope, name=name, days=days
        )

    def show() -> None:
        # The secret alone on standard output, so that a script can take it from there.
        err.print(f"Token {row.id} of {row.username} ({row.scope}), shown this once:", highlight=False)
        out.print(secret, highlight=False, markup=False)

    print_document({**_document(row), "token": secret}, as_json, show)


@token_app.command("list")
def token_list(as_json: Json = False) -> None:
    """List the tokens; their secrets cannot be shown again."""
    from orchflow.api.tokens import list_tokens
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        rows = [_document(row) for row in list_tokens(store, SYSTEM)]
    keys = ("id", "user", "name", "scope", "begins", "state", "expires_at", "last_used_at")
    heads = {key.removesuffix("_at").replace("_", " "): key for key in keys}
    print_document({"tokens": rows}, as_json, lambda: print_columns(heads, rows))


@token_app.command("revoke")
def token_revoke(
    number: Annotated[int, typer.Argument(metavar="ID", help="The token's number in the list.")],
    as_json: Json = False,
) -> None:
    """End a token at once and for ever."""
    from orchflow.api.tokens import revoke_token
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        row = revoke_token(store, SYSTEM, number)
    print_document(
        _document(row), as_json, lambda: out.print(f"Token {row.id} of {row.username} no longer works.")
    )


def _document(row: TokenRow) -> dict[str, Any]:
    document: dict[str, Any] = encode(
        {
            "id": row.id,
            "user": row.username,
            "name": row.name,
            "scope": row.scope,
            "begins": row.prefix,
            "state": row.state,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "last_used_at": row.last_used_at,
        }
    )
    return document
