from __future__ import annotations

from collections.abc import Callable

from orchflow.config.settings import Settings
from orchflow.insights.links import agent_links, conversation_link

SOURCE = {
    "kind": "orchestrator_api",
    "email": "flow@acme.example",
    "password": "secret",
    "url": "http://host:6700",
}


def test_links_lead_to_the_web_application_of_the_agents_source(
    make_settings: Callable[..., Settings],
) -> None:
    settings = make_settings(
        sources=[SOURCE | {"name": "plain"}, SOURCE | {"name": "linked", "web_url": "http://host:6701/"}]
    )
    links = agent_links(settings, ["linked"], "hr/assistant")
    assert links[0].url == "http://host:6701/app/admin/agents/hr%2Fassistant"
    assert (
        conversation_link(settings, "linked", "hr", "c 1")
        == "http://host:6701/app/agents/hr/conversation?id=c%201"
    )


def test_without_a_web_address_there_is_no_link(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(sources=[SOURCE | {"name": "plain"}])
    assert agent_links(settings, ["plain"], "hr") == []
    assert conversation_link(settings, "plain", "hr", "c1") is None
