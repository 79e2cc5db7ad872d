"""Where the links of guides lead: an address of the app, or a command that shows the same in a terminal."""

from __future__ import annotations

from urllib.parse import quote

from orchflow.guidance.page import ADDRESS
from orchflow.planning.journey.content import load_flows


def address_in_app(target: str) -> str | None:
    """The address below the app's own for a link as guides write it: "screen:cost", "check:backup-made", "step:1/testing",
    "/flows/….md#size". Other sites and anchors of the page are themselves; None for what leads nowhere."""
    kind, _, rest = target.partition(":")
    match kind.lower():
        case "screen":
            return rest
        case "http" | "https":
            return target
        case "check":
            return f"checks?check={quote(rest)}"
        case "step":
            return _address_of_step(rest)
    if target.startswith("#"):
        return target
    page, _, anchor = target.partition("#")
    page = page.removeprefix("/").removesuffix(".md")
    return address_of_page(page, anchor) if ADDRESS.fullmatch(page) else None


def address_of_page(page: str, anchor: str = "") -> str:
    """Where a guide is read, in the app."""
    return f"library?page={quote(page, safe='')}" + (f"#{anchor}" if anchor else "")


def command(target: str) -> str | None:
    """The command that shows what a link leads to; an address of another site is itself, None where only a screen shows it."""
    kind, _, rest = target.partition(":")
    match kind:
        case "http" | "https":
            return target
        case "check":
            return f"orchflow check show {rest}"
        case "step":
            return f"orchflow flow status {rest.partition('/')[0]}"
        case "screen":
            return None
    page = target.partition("#")[0].removeprefix("/").removesuffix(".md")
    return f"orchflow docs read {page}" if ADDRESS.fullmatch(page) else None


def _address_of_step(written: str) -> str | None:
    number, _, key = written.partition("/")
    slug = next((flow.slug for flow in load_flows().flows if str(flow.flow) == number), None)
    return None if slug is None else f"flow?flow={slug}&step={quote(key)}"
