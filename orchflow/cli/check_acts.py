"""`orchflow check exemption …` and `orchflow check campaign …`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from orchflow.cli.console import Json, carry_out, out, print_aligned, print_table
from orchflow.format import quantity

exemption_app = typer.Typer(help="Checks that need not pass until a day.", no_args_is_help=True)
campaign_app = typer.Typer(help="Checks that are to pass by a day, with owners.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ID", help="As `orchflow check exemption list` shows it.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The campaign's name or number.")]
User = Annotated[
    str | None,
    typer.Option(help="In whose name, by username. Nobody approves what was asked for in their own."),
]
Checks = Annotated[
    list[str] | None,
    typer.Option("--check", metavar="KEY[=USER]", help="A check, and who sees to it; repeat it."),
]
COLOURS = {
    "asked": "yellow", "in_force": "cyan", "met": "green", "passed": "green", "missed": "bold red", "failed": "bold red",
}  # fmt: skip


@exemption_app.command("list")
def exemption_list(
    key: Annotated[str | None, typer.Option(help="Only those of this check.")] = None,
    state: Annotated[
        str | None, typer.Option(help="asked, in_force, expired, ended, refused or withdrawn.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who is exempt from which check, by whom and until when."""
    carry_out("exemption_list", _show_exemptions, as_json, key=key, state=state)


@exemption_app.command("ask")
def exemption_ask(
    key: Annotated[str, typer.Argument(help="Key of the check.")],
    reason: Annotated[str, typer.Option(help="Why it need not pass, and what is done instead.")],
    until: Annotated[str, typer.Option(metavar="D", help="The last day on which it holds.")],
    user: User = None,
    as_json: Json = False,
) -> None:
    """Ask for an exemption; it holds once somebody else has approved it."""
    carry_out("exemption_ask", _show_exemptions, as_json, key=key, reason=reason, until=until, user=user)


@exemption_app.command("approve")
def exemption_approve(exemption_id: Id, user: User = None, as_json: Json = False) -> None:
    """Let an exemption hold that somebody else asked for."""
    carry_out("exemption_approve", _show_exemptions, as_json, exemption_id=exemption_id, user=user)


@exemption_app.command("refuse")
def exemption_refuse(exemption_id: Id, user: User = None, as_json: Json = False) -> None:
    """Refuse an exemption that is asked for, or withdraw one's own."""
    carry_out("exemption_end", _show_exemptions, as_json, exemption_id=exemption_id, user=user)


@exemption_app.command("end")
def exemption_end(exemption_id: Id, user: User = None, as_json: Json = False) -> None:
    """End an exemption before its last day: the check has to pass again."""
    carry_out("exemption_end", _show_exemptions, as_json, exemption_id=exemption_id, user=user)


@campaign_app.command("list")
def campaign_list(as_json: Json = False) -> None:
    """Show how every campaign stands."""
    carry_out("campaign_list", _show_campaigns, as_json)


@campaign_app.command("show")
def campaign_show(name: Name, as_json: Json = False) -> None:
    """Show a campaign with its checks and who sees to them."""
    carry_out("campaign_list", _show_campaign, as_json, name=name)


@campaign_app.command("create")
def campaign_create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is called.")],
    deadline: Annotated[str, typer.Option(metavar="D", help="Its last day.")],
    check: Checks = None,
    reason: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: Json = False,
) -> None:
    """Begin a campaign."""
    options = {"name": name, "deadline": deadline, "reason": reason, "owners": _owners(check or ())}
    carry_out("campaign_create", _show_campaign, as_json, **options)


@campaign_app.command("change")
def campaign_change(
    name: Name,
    deadline: Annotated[str | None, typer.Option(metavar="D", help="Another last day.")] = None,
    check: Checks = None,
    without: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="A check that is taken out.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    as_json: Json = False,
) -> None:
    """Move its last day, add checks, give them to others or take them out."""
    options = {"name": name, "deadline": deadline, "reason": reason, "without": without or []}
    carry_out("campaign_change", _show_campaign, as_json, **options, owners=_owners(check or ()))


@campaign_app.command("end")
def campaign_end(name: Name, as_json: Json = False) -> None:
    """End a campaign before its last day."""
    carry_out("campaign_end", _show_campaign, as_json, name=name)


def _owners(checks: Sequence[str]) -> dict[str, str | None]:
    pairs = (written.partition("=") for written in checks)
    return {key.strip(): user.strip() or None for key, _, user in pairs}


def _show_exemptions(document: dict[str, Any]) -> None:
    rows = [
        (
            str(each["id"]),
            each["key"],
            each["state"].replace("_", " "),
            each["expires"] + (f" (in {quantity(each['days_left'], 'day')})" if each["soon"] else ""),
            each["asked_by"] or "the operator",
            each["approved_by"] or ("the operator" if each["approved_at"] else "–"),
            each["reason"],
        )
        for each in document["exemptions"]
    ]
    if rows:
        print_table(("id", "check", "state", "until", "asked by", "approved by", "reason"), rows)
    else:
        out.print("No exemption was asked for.")


def _show_campaigns(document: dict[str, Any]) -> None:
    rows = [
        (
            str(each["id"]),
            each["name"],
            each["state"],
            each["deadline"],
            str(each["days_left"]),
            f"{each['settled']} of {each['total']}",
        )
        for each in document["campaigns"]
    ]
    if rows:
        print_table(("id", "campaign", "state", "deadline", "days left", "settled"), rows)
    else:
        out.print("There is no campaign yet: orchflow check campaign create", highlight=False)


def _show_campaign(document: dict[str, Any]) -> None:
    _show_campaigns(document)
    for campaign in document["campaigns"]:
        print_aligned(
            [
                (
                    "settled" if check["settled"] else check["state"].replace("_", " "),
                    check["key"],
                    (check["owner"] or "nobody") + (" (account disabled)" if check["left"] else ""),
                )
                for check in campaign["checks"]
            ],
            COLOURS | {"settled": "green"},
        )
