"""The flows as they ship, and rows of the plan store made of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from orchflow.errors import NotFound
from orchflow.planning.journey import content
from orchflow.planning.journey.content import load_flows

PINNED = {"flow", "slug", "name", "window", "summary", "steps"}
"""What of a shipped flow is kept with the one that was begun."""


def shipped_flow(key: str) -> content.Flow:
    """The flow that ships under a key; NotFound names those that do."""
    by_key = {flow.slug: flow for flow in load_flows().flows}
    if key not in by_key:
        raise NotFound(f"No flow {key!r} ships with the product", f"There are {', '.join(by_key)}.")
    return by_key[key]


def pinned(flow: content.Flow) -> dict[str, Any]:
    """The content of a flow as it is kept with the one that was begun."""
    return flow.model_dump(mode="json", include=PINNED)


@cache
def edition(flow: content.Flow) -> str:
    """A short name of the content: the same as long as nothing of it changes."""
    written = json.dumps(pinned(flow), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def step_values(step: dict[str, Any]) -> dict[str, Any]:
    """The fields of a step, of pinned content."""
    same = ("name", "purpose", "complete_when", "lead", "guide", "days")
    return {name: step[name] for name in same} | {"after": list(step["after"])}


def item_values(item: dict[str, Any]) -> dict[str, Any]:
    """The fields of an item, of pinned content."""
    due = item["due"] or {"days": None, "after": None}
    return {
        "text": item["text"], "topic": item["topic"], "required": item["required"], "evidence": item["evidence"],
        "check_key": item["check"], "role": item["role"], "due_days": due["days"], "due_after": due["after"],
    }  # fmt: skip


def items_of(kept: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Step and item of everything that is ticked in pinned content."""
    for step in kept.get("steps", ()):
        for item in step["checklist"]:
            yield step, item
