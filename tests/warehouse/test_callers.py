"""Attribution of callers to agents."""

from __future__ import annotations

import pytest

from orchflow.warehouse.database import Warehouse

from .conftest import Ask, Load, usage

SLUGS = (
    "writer",
    "hr-assistant",
    "hr-assistant-langgraph",
    "sales",
    "sales-rag",
    "marketing-swarm",
    "system-health",
)


def attribute(load: Load, ask: Ask, caller: str, slugs: tuple[str, ...] = SLUGS) -> str | None:
    load("agents", [{"slug": slug} for slug in slugs])
    load("usage", [usage("a", caller=caller)])
    agent: str | None = ask("select agent from callers")[0][0]
    return agent


@pytest.mark.parametrize(
    ("caller", "agent"),
    [
        ("writer", "writer"),
        ("writer-context", "writer"),
        ("writer-rag", "writer"),
        ("writer-rag-voice-condense", "writer"),
        ("writer-api", "writer"),
        ("marketing-swarm:editor", "marketing-swarm"),
        ("marketing-swarm:evaluator:initial", "marketing-swarm"),
        ("writer-context:node", "writer"),
        ("hr-assistant-langgraph", "hr-assistant-langgraph"),
        ("hr-assistant-langgraph-context", "hr-assistant-langgraph"),
        ("sales-rag", "sales-rag"),
        ("sales-rag-rag", "sales-rag"),
        ("sales-rag-context", "sales-rag"),
        ("sales-rag-voice-condense", "sales"),
        ("system-health", "system-health"),
    ],
)
def test_a_caller_belongs_to_its_agent(load: Load, ask: Ask, caller: str, agent: str) -> None:
    assert attribute(load, ask, caller) == agent


@pytest.mark.parametrize(
    "caller",
    [
        "direct_call",
        "llm-controller",
        "sql-query-tool",
        "system-writer",
        "system-health-context",
        "writers",
        "writer-reports",
        "writer-",
        "-context",
        ":writer",
        "other:writer",
        "hr-assistant-legal-rag",
        "Writer",
    ],
)
def test_what_matches_no_agent_stays_unattributed(load: Load, ask: Ask, caller: str) -> None:
    assert attribute(load, ask, caller) is None


def test_the_suffix_is_only_stripped_once(load: Load, ask: Ask) -> None:
    assert attribute(load, ask, "sales-rag-context", ("sales",)) is None


def test_an_agent_that_comes_later_gets_its_callers(load: Load, ask: Ask, warehouse: Warehouse) -> None:
    load("usage", [usage("a", caller="writer-rag"), usage("b", caller="direct_call")])
    version = warehouse.version("usage")
    load("agents", [{"slug": "writer"}])
    assert dict(ask("select caller, agent from callers")) == {"writer-rag": "writer", "direct_call": None}
    assert warehouse.version("usage") > version


def test_a_more_exact_agent_takes_its_caller_over(load: Load, ask: Ask) -> None:
    load("agents", [{"slug": "sales"}])
    load("usage", [usage("a", caller="sales-rag")])
    assert ask("select agent from callers") == [("sales",)]
    load("agents", [{"slug": "sales"}, {"slug": "sales-rag"}])
    assert ask("select agent from callers") == [("sales-rag",)]


def test_an_agent_that_is_gone_keeps_its_callers(load: Load, ask: Ask) -> None:
    load("agents", [{"slug": "writer"}, {"slug": "sales"}])
    load("usage", [usage("a", caller="writer")])
    load("agents", [{"slug": "sales"}])
    assert ask("select agent from callers") == [("writer",)]


def test_usage_from_a_file_is_attributed_to_the_platform_agents(load: Load, ask: Ask) -> None:
    load("agents", [{"slug": "writer"}], source="platform")
    load("usage", [usage("a", caller="writer-api")], source="invoice file")
    assert ask("select source, agent from callers") == [("invoice file", "writer")]
