"""Links into Orchestrator AI's own screens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from orchflow.config.settings import Settings


@dataclass(frozen=True)
class Link:
    """A link with what it leads to."""

    label: str
    url: str


def agent_links(settings: Settings, sources: Collection[str], slug: str) -> list[Link]:
    """Where the agent is found in the platform, for the first of its `sources` whose web address is known."""
    web = web_address(settings, sources)
    if web is None:
        return []
    return [
        Link("Open the agent", f"{web}/app/admin/agents/{quote(slug, safe='')}"),
        Link("Talk to it", f"{web}/app/agents/{quote(slug, safe='')}/conversation"),
        Link("Its events", f"{web}/app/settings/observability/events"),
        Link("Model costs", f"{web}/app/settings/llm/costs"),
    ]


def conversation_link(settings: Settings, source: str, slug: str, conversation: str | None) -> str | None:
    """The conversation in which a run took place, or None where that cannot be linked."""
    web = web_address(settings, [source])
    if web is None or not conversation:
        return None
    return f"{web}/app/agents/{quote(slug, safe='')}/conversation?id={quote(conversation, safe='')}"


def web_address(settings: Settings, sources: Collection[str]) -> str | None:
    """The address of the platform's web application, from `web_url` of the settings of one of `sources`."""
    for source in settings.sources:
        web: str | None = getattr(source, "web_url", None)
        if source.name in sources and web:
            return web
    return None
