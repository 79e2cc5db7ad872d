"""`orchflow survey …`: the waves, opening and closing them, and what they came to. They work on the plan store alone."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orchflow.cli.console import Json, plan_store, print_columns, print_document

survey_app = typer.Typer(
    help="Surveys: readiness, where saved time went, satisfaction.", no_args_is_help=True
)

WaveId = Annotated[int, typer.Argument(metavar="ID", help="As `orchflow survey list` shows it.")]
Kind = Annotated[str | None, typer.Option(help="readiness, saved_time or satisfaction.")]


@survey_app.command("list")
def list_waves(as_json: Json = False) -> None:
    """Show every wave with how many are invited and have answered."""
    _show_waves(as_json)


@survey_app.command("open")
def open_one(wave_id: WaveId, as_json: Json = False) -> None:
    """Invite those whom a planned wave is for, before its first day."""
    from orchflow.people.permissions import SYSTEM
    from orchflow.surveys.invitations import open_wave

    with plan_store() as store:
        open_wave(store, SYSTEM, wave_id)
    _show_waves(as_json)


@survey_app.command("close")
def close_one(wave_id: WaveId, as_json: Json = False) -> None:
    """End an open wave before its last day; who answered is forgotten."""
    from orchflow.people.permissions import SYSTEM
    from orchflow.surveys.invitations import close_wave

    with plan_store() as store:
        close_wave(store, SYSTEM, wave_id)
    _show_waves(as_json)


@survey_app.command("results")
def results(kind: Kind = None, as_json: Json = False) -> None:
    """Show what closed waves came to, of groups of five or more."""
    from orchflow.api.surveys import result_document
    from orchflow.errors import UsageError
    from orchflow.people.permissions import SYSTEM
    from orchflow.surveys.results import survey_results
    from orchflow.surveys.tables import SurveyKind

    if kind is not None and kind not in [*SurveyKind]:
        raise UsageError(f"--kind does not know {kind!r}", f"Use one of {', '.join(SurveyKind)}.")
    with plan_store() as store:
        found = survey_results(store, SYSTEM, kind=SurveyKind(kind) if kind else None)
    documents = [result_document(each) for each in found]
    print_document({"results": documents}, as_json, lambda: _show_results(documents))


def _show_waves(as_json: bool) -> None:
    from orchflow.encoding import as_json as encoded
    from orchflow.people.permissions import SYSTEM
    from orchflow.surveys.standings import wave_standings

    with plan_store() as store:
        standings = wave_standings(store, SYSTEM)
    told = ("id", "title", "kind", "opens", "closes")
    rows = [
        {name: encoded(getattr(each.wave, name)) for name in told}
        | {"state": each.state.value, "invited": each.invited, "answers": each.answers, "waits": each.waits}
        for each in standings
    ]
    heads = {name: name for name in (*told, "state", "invited", "answers", "waits")}
    print_document({"waves": rows}, as_json, lambda: print_columns(heads, rows))


def _show_results(documents: list[dict[str, Any]]) -> None:
    rows = [
        {"survey": each["title"], "closes": each["closes"], "group": group["name"], "answers": f"{group['answers']} of {group['invited']}"}
        | {"figure": figure["label"], "value": _told(figure, "value"), "from": _told(figure, "low"), "to": _told(figure, "high")}
        for each in documents for group in each["groups"] for figure in group["figures"]
    ]  # fmt: skip
    rows += [
        {"survey": each["title"], "closes": each["closes"], "group": each["missing"]} for each in documents if each["missing"]
    ]  # fmt: skip
    heads = {name: name for name in ("survey", "closes", "group", "answers", "figure", "value", "from", "to")}
    print_columns(heads, [{head: row.get(head, "") for head in heads} for row in rows])


def _told(figure: dict[str, Any], side: str) -> str:
    value = figure[side]
    return f"{value * 100:.0f} %" if figure["unit"] == "percent" else f"{value:.1f}"
