"""`orchflow docs …`: the guides, listed and read in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from orchflow.cli.console import Json, out, print_document, print_table

docs_app = typer.Typer(help="The guides: by flow, role, topic and concern.", no_args_is_help=True)


@docs_app.command("list")
def docs_list(
    kind: Annotated[
        str | None, typer.Option(help="tutorial, how-to, reference, explanation or template.")
    ] = None,
    flow: Annotated[int | None, typer.Option(help="Those of a flow, 1 to 6.")] = None,
    role: Annotated[str | None, typer.Option(help="Those of a job role, as cto.")] = None,
    topic: Annotated[
        str | None, typer.Option(help="architecture, security, operations or best-practices.")
    ] = None,
    concern: Annotated[str | None, typer.Option(help="What companies ask: cost, risk, roi …")] = None,
    as_json: Json = False,
) -> None:
    """Show the guides there are."""
    from orchflow import clock
    from orchflow.guidance.document import summary
    from orchflow.guidance.pages import choose, load_pages

    pages = choose(load_pages(), kind=kind, flow=flow, role=role, topic=topic, concern=concern)
    today = clock.now().date()
    rows = [(page.address, page.head.title, page.head.kind, f"{page.head.minutes} min") for page in pages]
    print_document(
        {"guides": [summary(page, today) for page in pages]},
        as_json,
        lambda: print_table(("address", "title", "kind", "takes"), rows),
    )


@docs_app.command("read")
def docs_read(
    address: Annotated[str, typer.Argument(help="As `orchflow docs list` shows it.")], as_json: Json = False
) -> None:
    """Show one guide."""
    from rich.markdown import Markdown

    from orchflow import clock
    from orchflow.guidance.document import commands, document, text_alone
    from orchflow.guidance.pages import load_pages

    page = load_pages()[address.removesuffix(".md").strip("/")]
    whole = document(page, clock.now().date())

    def show() -> None:
        out.print(Markdown(f"# {page.head.title}\n\n{text_alone(page)}"))
        print_table(("leads to", "command"), commands(page))

    print_document(whole, as_json, show)
