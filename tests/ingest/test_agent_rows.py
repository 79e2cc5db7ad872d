"""An agent's status is the one by which the platform runs it, and a row that breaks the platform's list is told."""

from __future__ import annotations

from typing import Any

import pytest

from orchflow.ingest.sources.agent_rows import fault, run_time_status, scope

SOUND: dict[str, Any] = {
    "name": "Helper", "description": "Helps", "agent_type": "context", "context": True, "organization_slug": ["legal"],
    "metadata": {"status": "active"}, "llm_config": {"temperature": 0.3, "maxTokens": 600}, "endpoint": None,
}  # fmt: skip
RAG = {"status": "active", "rag_config": {"collection_slug": "handbook"}}


def metadata(**parts: Any) -> dict[str, Any]:
    return {"metadata": {"status": "active", **parts}}


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"agent_type": "rag", "metadata": RAG},
        {"agent_type": "rag-runner", "metadata": RAG},
        {"agent_type": "api", "endpoint": {"url": "https://x.example"}},
        {"agent_type": "media", **metadata(mediaType="video")},
        {"agent_type": "langgraph", "context": False},  # stored, never listed
        {"metadata": {"status": "draft"}, "context": False, "name": " "},
        {**metadata(hidden=True), "context": False},
        {"llm_config": None},
        {"llm_config": {"parameters": {"temperature": "0.7", "maxTokens": 500}}},
        {"description": None},
    ],
)
def test_a_row_that_the_platform_can_list_has_no_fault(change: dict[str, Any]) -> None:
    assert fault({**SOUND, **change}) is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"metadata": None}, "metadata is not an object"),
        ({"metadata": []}, "metadata is not an object"),
        ({"metadata": {}}, "metadata.status is missing"),
        ({"metadata": {"status": " "}}, "metadata.status is missing"),
        ({"metadata": {"status": 1}}, "metadata.status is missing"),
        ({"metadata": {"status": "Active"}}, "metadata.status is none of draft, active, disabled, archived"),
        (metadata(hidden="yes"), "metadata.hidden is neither true nor false"),
        ({"metadata": {}, "agent_type": "langgraph"}, "metadata.status is missing"),
        ({"context": False}, "context, the system prompt, is empty"),
        ({"name": ""}, "name is empty"),
        ({"description": "  "}, "description is blank"),
        ({"organization_slug": []}, "organization_slug is empty"),
        ({"agent_type": "rag"}, "metadata.rag_config.collection_slug is missing"),
        ({"agent_type": "api"}, "endpoint.url is missing"),
        ({"agent_type": "media"}, "metadata.mediaType is neither image nor video"),
        ({"agent_type": "external"}, "metadata.externalCard is missing"),
        ({"llm_config": "gpt-5"}, "llm_config is not an object"),
        ({"llm_config": {"temperature": "warm"}}, "llm_config.temperature is not a number"),
        ({"llm_config": {"maxTokens": 0}}, "llm_config.maxTokens is not a whole number above 0"),
    ],
)
def test_a_row_that_breaks_the_list_says_why(change: dict[str, Any], words: str) -> None:
    assert fault({**SOUND, **change}) == words


def test_what_is_not_known_is_not_judged() -> None:
    assert fault({"agent_type": "api", "metadata": {"status": "active"}}) is None


def test_the_metadata_decide_and_the_column_only_where_they_say_nothing() -> None:
    assert run_time_status({"metadata": {"status": "disabled"}}, "active") == "disabled"
    assert run_time_status({"metadata": {}}, "draft") == "draft"
    assert run_time_status({"metadata": {"status": "Active"}}, None) is None


def test_an_agent_that_is_hidden_does_not_run() -> None:
    assert run_time_status(metadata(hidden=True), "active") == "disabled"
    assert run_time_status({"metadata": {"status": "draft", "hidden": True}}) == "draft"
    assert run_time_status(metadata(hidden="yes")) == run_time_status(metadata(hidden=False)) == "active"


@pytest.mark.parametrize(
    "told", [None, "active", ["active"], 7, True, {"status": {"status": "active"}}, {"status": ["active"]}]
)
def test_metadata_of_any_form_are_judged(told: Any) -> None:
    assert run_time_status({"metadata": told}, "draft") == "draft"
    assert fault({**SOUND, "metadata": told})


def test_whose_list_a_row_stands_in() -> None:
    assert scope(["legal", "finance"]) == "of legal, finance"
    assert scope('{legal,"global"}') == scope([]) == "of every organisation"
