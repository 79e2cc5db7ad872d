"""What a fake installation holds: deterministic rows, and the exact figures that an ingest of them must give."""

from __future__ import annotations

import json
import random
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

SENSITIVE = "do-not-store-7f3ac1"
"""Stands in every field that must never reach the warehouse."""

ORGANIZATIONS = ("engineering", "finance", "global", "legal", "marketing")
AGENTS = (
    ("cad-agent", "engineering", "langgraph", "disabled"),
    ("extended-post-writer", "marketing", "langgraph", "active"),
    ("general-assistant", "global", "context", "active"),
    ("hr-assistant", "global", "rag", "active"),
    ("image-generator", "marketing", "media", "active"),
    ("investment-risk-agent", "finance", "api", "active"),
    ("legal-department", "legal", "langgraph", "active"),
    ("marketing-swarm", "marketing", "langgraph", "active"),
)
CALLERS = (
    "cad-agent",
    "extended-post-writer",
    "general-assistant-context",
    "hr-assistant-rag",
    "image-generator",
    "hr-assistant-rag-voice-condense",
    "investment-risk-agent-api",
    "legal-department",
    "marketing-swarm:writer",
    "marketing-swarm:evaluator:initial",
    "direct_call",
    "system-title",
)
MODELS = (
    ("anthropic", "claude-opus-4-20250514", Decimal("0.015"), Decimal("0.075")),
    ("openai", "gpt-5", Decimal("0.00125"), Decimal("0.01")),
    ("google", "gemini-2.5-flash", Decimal("0.0001"), Decimal("0.0004")),
    ("ollama-cloud", "gpt-oss:120b", Decimal("0.0005"), Decimal("0.0015")),
    ("ollama", "qwen3:8b", Decimal("0"), Decimal("0.00000001")),
)
USERS = (
    ("11111111-1111-4111-8111-111111111111", "admin@example.org", "Admin User", None, "super-admin", "*"),
    (
        "22222222-2222-4222-8222-222222222222",
        "manager@example.org",
        "Manager",
        "engineering",
        "manager",
        "engineering",
    ),
    (
        "33333333-3333-4333-8333-333333333333",
        "member@example.org",
        "Member",
        "marketing",
        "member",
        "marketing",
    ),
    ("44444444-4444-4444-8444-444444444444", "viewer@example.org", "Viewer", "legal", "viewer", "*"),
    ("55555555-5555-4555-8555-555555555555", "flow-sync@example.org", "Flow Sync", None, "admin", "*"),
)
CENT_OF_A_MICRODOLLAR = Decimal("0.00000001")


@dataclass(frozen=True)
class Call:
    """A model call of the fine_control gateway."""

    id: str
    created: datetime
    started: datetime | None
    user: str | None
    conversation: str | None
    caller: str
    provider: str
    model: str
    tokens: tuple[int, int]
    cost: Decimal | None
    duration: int
    status: str
    local: bool


@dataclass(frozen=True)
class Event:
    """An observability event; `cost` is what it adds to the truth."""

    id: int
    at: datetime
    type: str
    product: str
    organization: str
    user: str
    agent: str
    conversation: str
    failed: bool
    metadata: dict[str, Any]
    cost: Decimal | None


@dataclass
class Truth:
    """The figures that must come out, by event id; ids are those of the enterprise version."""

    costs: dict[str, Decimal | None] = field(default_factory=dict)
    runs: int = 0
    completed: int = 0
    failed: int = 0

    @property
    def total(self) -> Decimal:
        """All cost, exactly."""
        return sum((cost for cost in self.costs.values() if cost is not None), Decimal(0))


def agent_metadata(kind: str, status: str) -> dict[str, Any]:
    """What a sound agent's row says of it beside its columns."""
    kinds: dict[str, dict[str, Any]] = {
        "rag": {"rag_config": {"collection_slug": "handbook"}},
        "media": {"mediaType": "image"},
    }
    return {"status": status, **kinds.get(kind, {})}


class Dataset:
    """About `calls` model calls and a fifth as many runs over `days` until `now`, the same for the same `seed`.

    `ties` calls share one instant; in the middle of the days lies a gap in which nothing happened.
    """

    def __init__(
        self, calls: int = 2000, *, days: int = 60, seed: int = 7, ties: int = 0, now: datetime | None = None
    ) -> None:
        self.now = (now or datetime.now(UTC)).replace(microsecond=0)
        self.truth = Truth()
        self.calls: list[Call] = []
        self.events: list[Event] = []
        self._random = random.Random(seed)
        self._event_ids = 0
        self.conversations = [
            (str(self._uuid()), *self._random.choice(AGENTS)[:2], self._random.choice(USERS[1:4])[0])
            for _ in range(max(3, calls // 20))
        ]
        for _ in range(calls - ties):
            self.add_call(self._moment(days))
        tied = self._moment(days)
        for _ in range(ties):
            self.add_call(tied)
        for _ in range(max(1, calls // 5)):
            self.add_run(self._moment(days))

    def copy(self) -> Dataset:
        """The same rows, to which others may be added."""
        other = copy(self)
        other.calls, other.events, other.conversations = [*self.calls], [*self.events], [*self.conversations]
        other.truth = replace(self.truth, costs={**self.truth.costs})
        other._random = random.Random()
        other._random.setstate(self._random.getstate())
        return other

    def add_call(
        self, created: datetime, *, unstarted: bool = False, started: datetime | None = None
    ) -> Call:
        """One more call recorded at `created`, part of the truth. It started when its duration says, or at `started`,
        or nobody knows when (`unstarted`)."""
        pick = self._random
        provider, model, price_in, price_out = pick.choice(MODELS)
        tokens = (pick.randrange(50, 6000), pick.randrange(5, 2000))
        cost = ((tokens[0] * price_in + tokens[1] * price_out) / 1000).quantize(CENT_OF_A_MICRODOLLAR)
        conversation = pick.choice(self.conversations) if pick.random() < 0.6 else None
        duration = pick.randrange(300, 20_000)
        call = Call(
            id=str(self._uuid()),
            created=created,
            started=None if unstarted else started or created - timedelta(milliseconds=duration + 30),
            user=conversation[3] if conversation else pick.choice(USERS)[0],
            conversation=conversation[0] if conversation else None,
            caller=pick.choice(CALLERS),
            provider=provider,
            model=model,
            tokens=tokens,
            cost=cost if pick.random() < 0.98 else None,
            duration=duration,
            status=pick.choices(("completed", "error", "blocked"), (95, 4, 1))[0],
            local=provider == "ollama",
        )
        self.calls.append(call)
        self.truth.costs[call.id] = call.cost
        return call

    def add_run(
        self, begun: datetime, conversation: str | None = None, organization: str | None = None
    ) -> list[Event]:
        """One more run of an agent: its start, its progress, its model call by openrouter, its end.

        It is held in `conversation` and its events name `organization`, where these are not left to chance.
        """
        pick = self._random
        held = next((known for known in self.conversations if known[0] == conversation), None)
        conversation, agent, home, user = held or pick.choice(self.conversations)
        organization = organization or home
        failed = pick.random() < 0.1
        cost = None if failed else (Decimal(pick.randrange(1, 30_000)) / 1_000_000)
        said = {"message": SENSITIVE}
        usage: dict[str, Any] = {
            "model": "google/gemini-2.5-flash",
            "success": not failed,
            "provider": "openrouter",
            "durationMs": 510,
            "inputTokens": 0 if failed else 108,
            "outputTokens": 0 if failed else 20,
            "prompt": SENSITIVE,
        }
        if failed:
            usage["error"] = "Request failed with status code 429"
        end: dict[str, Any] = {"success": not failed, "duration": 900}
        if failed:
            end["error"] = "Request failed with status code 429"
        ending = "invocation.failed" if failed else "invocation.completed"
        steps: list[tuple[int, str, str, dict[str, Any], Decimal | None]] = [
            (0, "invocation.started", "agents", {}, None),
            (5, "invocation.started", "llm-plane", said, None),
            (300, "invocation.progress", "agents", {}, None),
            (520, "llm.usage", "llm-plane", usage, cost),
            (530, ending, "llm-plane", said, None),
            (900, ending, "agents", end, None),
        ]
        made = []
        for after, kind, product, metadata, amount in steps:
            self._event_ids += 1
            at = begun + timedelta(milliseconds=after)
            bad = failed and kind in ("llm.usage", ending)
            made.append(
                Event(
                    self._event_ids,
                    at,
                    kind,
                    product,
                    organization,
                    user,
                    agent,
                    conversation,
                    bad,
                    metadata,
                    amount,
                )
            )
            if kind == "llm.usage":
                self.truth.costs[str(self._event_ids)] = amount
        self.events += made
        self.truth.runs += 1
        self.truth.failed += failed
        self.truth.completed += not failed
        return made

    def _uuid(self) -> UUID:
        return UUID(int=self._random.getrandbits(128), version=4)

    def _moment(self, days: int) -> datetime:
        """A moment in the first or the last quarter of the days."""
        span = days * 86_400_000_000
        at = self._random.randrange(60_000_000, span // 4)
        if self._random.random() < 0.5:
            at += span * 3 // 4
        return self.now - timedelta(microseconds=at)


def mixed() -> Dataset:
    """Every conversation has runs; some events name no organisation, nor do those of one whole conversation."""
    dataset = Dataset(calls=300)
    for number, held in enumerate(dataset.conversations):
        begun = dataset.now - timedelta(days=1, minutes=10 * number)
        dataset.add_run(begun, held[0])
        dataset.add_run(begun - timedelta(days=2), held[0], "unknown")
    dataset.conversations.append(("c0000000-0000-4000-8000-000000000000", "hr-assistant", None, USERS[2][0]))
    dataset.add_run(dataset.now - timedelta(hours=2), dataset.conversations[-1][0], "unknown")
    return dataset


def enterprise_call(call: Call, **wrong: Any) -> str:
    """The row of /admin/llm/usage/list: numbers as numbers, times cut to milliseconds."""
    row: dict[str, Any] = {
        "id": call.id,
        "createdAt": zulu(call.created),
        "startedAt": zulu(call.started),
        "completedAt": zulu(call.created),
        "runId": f"run-{call.id[:8]}",
        "userId": call.user,
        "conversationId": call.conversation,
        "agentName": call.caller,
        "workflowSlug": call.caller.split(":")[0],
        "nodeName": None,
        "providerName": call.provider,
        "modelName": call.model,
        "inputTokens": call.tokens[0],
        "outputTokens": call.tokens[1],
        "totalCost": Number(call.cost),
        "durationMs": call.duration,
        "status": call.status,
        "hasReasoning": False,
        "thinkingDurationMs": None,
        "thinkingTokenCount": None,
    }
    return encode({**row, **wrong})


def record(call: Call, version: str, **wrong: Any) -> str:
    """The row of /api/llm-usage/records: amounts as text in enterprise and as numbers in v2."""
    time = zulu if version == "enterprise" else microseconds
    cost: Any = Number(call.cost)
    if version == "enterprise" and call.cost is not None:
        cost = str(call.cost)
    row: dict[str, Any] = {
        "id": call.id,
        "run_id": f"run-{call.id[:8]}",
        "user_id": call.user,
        "conversation_id": call.conversation,
        "provider_name": call.provider,
        "model_name": call.model,
        "route": "local" if call.local else "remote",
        "input_tokens": call.tokens[0],
        "output_tokens": call.tokens[1],
        "input_cost": None,
        "output_cost": None,
        "total_cost": cost,
        "duration_ms": call.duration,
        "status": call.status,
        "caller_type": "agent",
        "agent_name": call.caller,
        "is_local": call.local,
        "model_tier": "local" if call.local else "external",
        "started_at": time(call.started),
        "completed_at": time(call.created),
        "error_message": None,
        "pseudonym_mappings": [{"original": SENSITIVE}],
        "thinking_content": SENSITIVE,
        "created_at": time(call.created),
        "thinking_duration_ms": None,
    }
    return encode({**row, **wrong})


def enterprise_event(event: Event) -> str:
    """The row of /admin/observability/events."""
    metadata = dict(event.metadata)
    if event.type == "llm.usage":
        metadata["costUsd"] = Number(event.cost)
    return encode(
        {
            "id": str(event.id),
            "eventType": event.type,
            "product": event.product,
            "orgSlug": event.organization,
            "userId": event.user,
            "agentSlug": event.agent,
            "conversationId": event.conversation,
            "severity": "error" if event.failed else "info",
            "message": f"Completed: {SENSITIVE}",
            "metadata": metadata,
            "occurredAt": zulu(event.at),
        }
    )


def copies(event: Event) -> list[int]:
    """The ids under which v2 keeps an event, up to three times."""
    return [event.id * 10 + copy for copy in range(event.id % 3 + 1)]


def v2_event(event: Event, number: int) -> str:
    """The row of /observability/history; `number` is the id of this copy."""
    payload = {**event.metadata, "mode": None, "sequence": None}
    if event.type == "llm.usage":
        payload["costUsd"] = Number(event.cost)
    return encode(
        {
            "context": {
                "conversationId": event.conversation,
                "taskId": event.conversation,
                "userId": event.user,
                "agentSlug": event.agent,
                "orgSlug": None if event.organization == "unknown" else event.organization,
            },
            "source_app": event.product,
            "hook_event_type": event.type,
            "status": event.type.split(".")[-1],
            "message": SENSITIVE,
            "progress": 0,
            "step": None,
            "payload": payload,
            "timestamp": int(event.at.timestamp() * 1000),
            "id": number,
            "created_at": microseconds(event.at),
        }
    )


class Number:
    """A decimal that is written as JavaScript writes a number, without passing through a float."""

    def __init__(self, value: Decimal | None) -> None:
        self.value = value

    def __str__(self) -> str:
        if self.value is None:
            return "null"
        plain = self.value.normalize()
        if plain == 0:
            return "0"
        if abs(plain) >= Decimal("0.000001"):
            return f"{plain:f}"
        sign, digits, _ = plain.as_tuple()
        shown = f"{digits[0]}" + ("." + "".join(map(str, digits[1:])) if len(digits) > 1 else "")
        return f"{'-' if sign else ''}{shown}e{plain.adjusted()}"


def encode(row: dict[str, Any]) -> str:
    """JSON in which a Number stands as it writes itself."""
    numbers: list[str] = []

    def plain(value: Any) -> str:
        numbers.append(str(value))
        return f"\x00{len(numbers) - 1}\x00"

    encoded = json.dumps(row, default=plain)
    for index, number in enumerate(numbers):
        encoded = encoded.replace(f'"\\u0000{index}\\u0000"', number, 1)
    return encoded


def zulu(moment: datetime | None) -> str | None:
    """2026-11-22T09:30:35.750Z"""
    return (
        None
        if moment is None
        else moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )


def microseconds(moment: datetime | None) -> str | None:
    """2026-11-22T09:42:26.63506+00:00, as PostgreSQL writes it: without the zeros at its end"""
    if moment is None:
        return None
    whole, _, fraction = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}{'.' + fraction if fraction else ''}+00:00"
