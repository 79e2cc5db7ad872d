"""The agents of the simulated organisation: what each is for, and when it comes alive.

Days count from Day 1 = 1; a day that nobody works on means the next working day. The fates at the end of the
list's agents (`fate`) are told relative to the last day, so that every status is seen today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Fate = Literal["healthy", "degraded", "failing", "idle", "disabled", "archived", "draft"]

EVERYONE = "*"
NEVER = 100_000


@dataclass(frozen=True)
class Caller:
    """A name under which an agent's calls are recorded; `model` is 0 for its main model, 1 for its helper model."""

    suffix: str
    weight: float
    model: int = 0


@dataclass(frozen=True)
class Agent:
    """One agent: the people of `audience` (organisations or teams) take it up after `launch`; builders try it from `pilot`.

    A `created` below 1 counts back from the last day. `models` are (main, helper) keys of MODELS, `migration` is (day, key of the new main model). `calls` is the
    usual number of model calls in a run; `tokens` their mean input and output; `seconds` the median of a run.
    """

    slug: str
    name: str
    description: str
    kind: str
    organization: str
    created: int
    pilot: int
    launch: int
    models: tuple[str, str]
    audience: tuple[str, ...]
    reach: float
    weight: float
    calls: float
    tokens: tuple[int, int]
    seconds: float
    error_rate: float = 0.004
    callers: tuple[Caller, ...] = (Caller("", 1.0),)
    migration: tuple[int, str] | None = None
    gateway_from: int | None = None
    asks_person: bool = False
    trial: int | None = None
    fate: Fate = "healthy"


RAG = (Caller("-rag", 0.8), Caller("", 0.2, 1))
CONTEXT = (Caller("-context", 1.0),)

AGENTS: tuple[Agent, ...] = (
    Agent(
        "claims-intake", "Claims Intake", "Turns a first notice of loss into a complete claim file",
        "context", "claims", 3, 11, 49, ("gpt-4o", "gpt-5-mini"), ("Claims Intake", "Motor Claims", "Property Claims"),
        0.8, 1.5, 4, (1900, 520), 14, 0.003, CONTEXT, migration=(82, "gpt-5"), trial=9,
    ),
    Agent(
        "claims-triage-v0", "Claims Triage (first try)", "Sorted claims by urgency; replaced by Claims Intake",
        "context", "claims", 9, 16, NEVER, ("old-haiku", "old-haiku"), (), 0.0, 0.3, 2, (1200, 180), 6, 0.03, fate="archived",
    ),
    Agent(
        "policy-coverage", "Policy Coverage", "Answers what a policy covers, with the clause",
        "rag", "claims", 14, 20, 58, ("old-haiku", "gemini-flash"),
        ("Claims Intake", "Motor Claims", "Property Claims", "Customer Care"),
        0.65, 1.3, 3, (4200, 380), 9, 0.003, RAG, migration=(97, "haiku"),
    ),
    Agent(
        "document-summariser", "Document Summariser", "Summarises reports, invoices and correspondence",
        "context", "claims", 18, 26, 66, ("sonnet", "haiku"), ("claims", "legal"), 0.5, 0.9, 3, (6800, 640), 21, 0.004,
    ),
    Agent(
        "code-review-companion", "Code Review Companion", "Reviews pull requests of the claims systems",
        "context", "engineering", 24, 33, 71, ("sonnet", "haiku"), ("Claims Systems", "Digital Products", "AI Platform"),
        0.85, 1.0, 6, (5200, 900), 34, 0.003, CONTEXT, migration=(150, "opus"),
    ),
    Agent(
        "customer-reply-writer", "Customer Reply Writer", "Drafts replies to policy holders; a person approves them",
        "langgraph", "customer-service", 27, 36, 75, ("gpt-4o", "gpt-5-mini"), ("Customer Care",), 0.85, 1.2, 7,
        (2400, 760), 38, 0.005,
        (Caller(":drafter", 0.5), Caller(":editor", 0.3), Caller(":tone-check", 0.2, 1)),
        gateway_from=104, asks_person=True, fate="degraded",
    ),
    Agent(
        "fraud-signals", "Fraud Signals", "Weighs the signs of fraud in a claim",
        "risk", "finance", 33, 43, 84, ("grok-3", "gemini-flash"), ("Fraud and Recovery", "Motor Claims"), 0.8, 0.9, 9,
        (3100, 420), 46, 0.003, (Caller("", 0.5), Caller(":evidence", 0.5, 1)),
    ),
    Agent(
        "hr-assistant", "HR Assistant", "Answers questions about leave, benefits and learning",
        "rag", "human-resources", 40, 52, 88, ("llama", "qwen"), (EVERYONE,),
        0.22, 0.3, 2, (2600, 260), 12, 0.002, (Caller("-rag", 0.9), Caller("", 0.1, 1)),
    ),
    Agent(
        "legal-clause-checker", "Legal Clause Checker", "Compares clauses with the standard and names deviations",
        "rag", "legal", 46, 59, 95, ("sonnet", "haiku"), ("Legal Review", "Finance Control"), 0.8, 0.7, 5, (7400, 820),
        42, 0.002, RAG,
    ),
    Agent(
        "damage-photo-reader", "Damage Photo Reader", "Describes damage from photographs and estimates its class",
        "media", "claims", 52, 64, 101, ("gemini-pro", "gemini-flash"), ("Motor Claims", "Property Claims"), 0.75, 1.0, 2,
        (5200, 240), 16, 0.004, (Caller("-api", 1.0),),
    ),
    Agent(
        "invoice-matcher", "Invoice Matcher", "Matches repair invoices with estimates",
        "api", "finance", 58, 70, 108, ("qwen", "llama"), ("Finance Control",), 0.9, 1.3, 3, (2100, 190), 8, 0.002,
        (Caller("-api", 1.0),),
    ),
    Agent(
        "email-router", "E-mail Router", "Sent incoming mail to the right team",
        "external", "customer-service", 63, 75, 112, ("gpt-5-mini", "gemini-flash"), ("Customer Care",), 0.5, 0.7, 1,
        (900, 60), 3, 0.006, gateway_from=112, fate="disabled",
    ),
    Agent(
        "settlement-proposer", "Settlement Proposer", "Proposes a settlement with its reasons; an adjuster decides",
        "langgraph", "claims", 69, 82, 118, ("opus", "sonnet"), ("Motor Claims", "Property Claims"), 0.6, 0.8, 8,
        (3800, 940), 71, 0.003, (Caller(":analyst", 0.5), Caller(":writer", 0.3), Caller(":reviewer", 0.2, 1)),
        asks_person=True,
    ),
    Agent(
        "call-notes", "Call Notes", "Writes the note of a telephone call",
        "rag", "customer-service", 76, 90, 126, ("gpt-5-mini", "gpt-5-mini"), ("Customer Care", "Claims Intake"), 0.7, 1.1, 3,
        (3300, 410), 11, 0.003, (Caller("-rag-voice-condense", 0.6), Caller("-rag", 0.4)), gateway_from=126,
    ),
    Agent(
        "repair-cost-estimator", "Repair Cost Estimator", "Estimates repair cost from description and history",
        "prediction", "claims", 84, 98, 132, ("grok-4-fast", "grok-4-fast"), ("Motor Claims", "Property Claims"), 0.6, 0.9,
        4, (1500, 210), 7, 0.003,
    ),
    Agent(
        "subrogation-finder", "Subrogation Finder", "Finds claims where another party can be held liable",
        "langgraph", "finance", 92, 104, 137, ("gemini-pro", "gemini-flash"), ("Fraud and Recovery", "Finance Control"),
        0.9, 1.0, 6, (4600, 520), 52, 0.004, (Caller(":search", 0.6, 1), Caller(":argue", 0.4)), fate="failing",
    ),
    Agent(
        "vendor-onboarding", "Vendor Onboarding", "Checks the papers of new repair shops",
        "api", "finance", 98, 110, 142, ("haiku", "haiku"), ("Finance Control",), 0.6, 0.5, 3, (2800, 330), 18, 0.003,
        fate="idle",
    ),
    Agent(
        "reserve-forecaster", "Reserve Forecaster", "Forecasts reserves by line of business; still being built",
        "prediction", "finance", -13, NEVER, NEVER, ("gpt-5", "gpt-5-mini"), (), 0.0, 0.0, 4, (2600, 400), 25, fate="draft",
    ),
)
