"""Settings of the sources that facts are read from: an installation of Orchestrator AI, files of usage, or bills in FOCUS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, SecretStr, field_validator

from orchflow.config.values import Cron, Currency, Encoding, Section, Site, SourceDatabase, Zone

SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
Facts = Literal["usage", "runs", "platform", "bills"]
"""Calls to models, runs of agents, what the platform tells of its agents and users, and bills."""
KIND_NAMES: Mapping[str, str] = MappingProxyType({
    "orchestrator_db": "Orchestrator AI, database",
    "orchestrator_api": "Orchestrator AI, API",
    "usage_file": "Files of usage",
    "focus_file": "Bills in FOCUS",
})  # fmt: skip
"""What each kind of source is called."""
FILES = ("usage_file", "focus_file")
"""The kinds that are files, which nothing can be compared with."""


class _Source(Section):
    delivers: ClassVar[tuple[Facts, ...]] = ("usage",)
    """What its kind has facts of, at most."""

    name: str
    schedule: Cron | None = None
    full_schedule: Cron | None = None

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not SOURCE_NAME.fullmatch(value):
            raise ValueError(f"is not a source name: {value!r} (lower-case letters, digits, - and _)")
        return value


class PlatformSettings(_Source):
    """An installation of Orchestrator AI. `web_url` is its web application, for links from the screens.

    `reconcile_schedule` is when what was loaded is compared with what is there. `error_texts` says what is kept of the
    reasons of failed runs: what is left of them without anything that looks like data, or nothing.
    """

    delivers: ClassVar[tuple[Facts, ...]] = ("usage", "runs", "platform")

    reconcile_schedule: Cron | None = None
    error_texts: Literal["scrubbed", "none"] = "scrubbed"
    web_url: Site | None = None


class OrchestratorApiSettings(PlatformSettings):
    """Orchestrator AI's own API."""

    kind: Literal["orchestrator_api"]
    url: Site
    email: str
    password: SecretStr
    organization: str = "*"


class OrchestratorDbSettings(PlatformSettings):
    """Orchestrator AI's PostgreSQL database, read only."""

    kind: Literal["orchestrator_db"]
    url: SourceDatabase


class UsageFileSettings(_Source):
    """Files of usage; `mapping` says which of their columns holds which of ours.

    `key` names their columns that tell one row from another, `timezone` is that of times without one, `decimal` the mark
    before decimals, `dates` whether the day or the month comes first in 11/12/2026, `encoding` how letters are written, `words` what a word in the place of a number is worth.
    `currency` is that of amounts that have none of their own (None: the workspace's). `cached_tokens` says whether the
    cached input tokens are counted within the input tokens, or beside them.
    """

    kind: Literal["usage_file"]
    path: str
    mapping: dict[str, str] = Field(default_factory=dict)
    key: tuple[str, ...] = ()
    timezone: Zone | None = None
    decimal: Literal[".", ","] | None = None
    dates: Literal["dmy", "mdy"] | None = None
    encoding: Encoding | None = None
    credits: Literal["count", "refuse"] = "count"
    words: dict[str, Decimal | None] = Field(default_factory=dict)
    currency: Currency | None = None
    cached_tokens: Literal["within", "beside"] = "within"


class FocusFileSettings(_Source):
    """Bills of clouds and services in FOCUS 1.0 to 1.2, as files.

    `replaces` is what is one delivery: of one account and billing period the `folder` (or `file`) written last counts, for the
    days that it tells of; with `nothing` all files add up. `agent_tag` is the tag that names the agent a charge is for.
    `encoding` is how letters are written, where the file does not show it.
    """

    delivers: ClassVar[tuple[Facts, ...]] = ("bills",)

    kind: Literal["focus_file"]
    path: str
    replaces: Literal["folder", "file", "nothing"] = "folder"
    agent_tag: str = "agent"
    encoding: Encoding | None = None


_AnySource = OrchestratorApiSettings | OrchestratorDbSettings | UsageFileSettings | FocusFileSettings
SourceSettings = Annotated[_AnySource, Field(discriminator="kind")]
KINDS: tuple[str, ...] = tuple(
    get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(_AnySource)
)
