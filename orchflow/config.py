"""Settings: `orchflow.yaml` and `ORCHFLOW_*` variables, checked once, every mistake named with its place.

A variable beats the file; nested settings join with two underscores (`ORCHFLOW_WORKSPACE__TIMEZONE`).
`${NAME}` inside a value of the file is taken from the environment, so that secrets stay out of the file.
"""

from __future__ import annotations

import os
import re
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from orchflow.currencies import currency_code
from orchflow.errors import ConfigError
from orchflow.settings_file import read_settings_file
from orchflow.store import moments

PREFIX = "ORCHFLOW_"
NIGHTLY = "30 2 * * *"
CONFIG_NAME = "orchflow.yaml"
SOURCE_NAME = re.compile(r"^[a-z0-9][a-z0-9_-]{0,62}$")


def _checked_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"is not a URL: {value!r} (write it like https://orchestrator.example:6700)")
    if parts.username or parts.password:
        raise ValueError("holds a user name or password; use the settings made for them")
    return value


def _database_url(value: SecretStr, kinds: str) -> SecretStr:
    if not re.match(f"({kinds})://", value.get_secret_value()):
        raise ValueError("is not a PostgreSQL address (postgresql://user:password@host:5432/database)")
    return value


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"is not a time zone: {value!r} (write it like Europe/Berlin)") from None
    return value


def _known_encoding(value: str) -> str:
    try:
        "".encode(value)
    except LookupError:
        raise ValueError(f"is not an encoding: {value!r} (write it like utf-8, cp1252 or utf-16)") from None
    return value


def _checked_cron(value: str) -> str:
    if value == NIGHTLY:
        return value
    from apscheduler.triggers.cron import CronTrigger  # heavy to import; only a schedule needs it

    try:
        CronTrigger.from_crontab(value)
    except ValueError:
        raise ValueError(f"is not a cron schedule: {value!r} (five fields, like '15 * * * *')") from None
    return value


def _off(value: object) -> object:
    """YAML reads `off` as no."""
    return None if value in (False, "", "off") else value


Cron = Annotated[str, AfterValidator(_checked_cron)]
Currency = Annotated[str, AfterValidator(currency_code)]
Url = Annotated[str, AfterValidator(_checked_url)]
Site = Annotated[Url, AfterValidator(lambda url: url.rstrip("/"))]
"""An address that paths are appended to."""
SourceDatabase = Annotated[SecretStr, AfterValidator(partial(_database_url, kinds="postgres(ql)?"))]
StoreDatabase = Annotated[
    SecretStr, AfterValidator(partial(_database_url, kinds=r"postgres(ql)?(\+psycopg)?|sqlite"))
]


class Section(BaseModel):
    """A part of the settings: unknown keys are refused, values do not change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class WorkspaceSettings(Section):
    """Who the workspace is for. `start_date` is Day 1 of the journey."""

    name: str | None = None
    start_date: Annotated[date, AfterValidator(moments.day)] | None = None
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    currency: Currency = "USD"


class Targets(Section):
    """What good looks like; definitions in the metrics documentation."""

    time_to_first_agent_days: int = Field(default=14, ge=1)
    time_to_production_days: int = Field(default=56, ge=1)
    production_min_runs: int = Field(default=20, ge=1)
    production_min_users: int = Field(default=3, ge=1)
    error_rate: float = Field(default=0.02, gt=0, lt=1)
    adoption_rate: float = Field(default=0.8, gt=0, le=1)


class WarehouseSettings(Section):
    """What DuckDB may use of the machine."""

    memory_limit: str = Field(default="350MB", pattern=r"^\d+(\.\d+)?\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$")
    threads: int = Field(default=2, ge=1, le=256)


class SecuritySettings(Section):
    """Who may reach the server and how sign-in defends itself."""

    allowed_hosts: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ()
    session_days: int = Field(default=7, ge=1, le=90)
    lockout_attempts: int = Field(default=5, ge=1)
    lockout_minutes: int = Field(default=15, ge=1)
    api_requests_per_minute: int = Field(default=600, ge=1)
    api_failures_per_minute: int = Field(default=20, ge=1)


class OidcSettings(Section):
    """Sign-in through the organisation's identity provider (OpenID Connect)."""

    server_metadata_url: Url
    client_id: str
    client_secret: SecretStr
    redirect_uri: Url
    label: str = "Sign in with your organisation"


class BackupSettings(Section):
    """Backups that the server makes by itself: when (`off`: never), how many are kept, and where.

    `folder` is `backups` in the home folder where none is named; one on another disk outlives this one.
    """

    schedule: Annotated[Cron | None, BeforeValidator(_off)] = NIGHTLY
    keep: int = Field(default=7, ge=1, le=1000)
    folder: Path | None = None


class _SourceSettings(Section):
    name: str
    schedule: Cron | None = None
    full_schedule: Cron | None = None

    @field_validator("name")
    @classmethod
    def _plain_name(cls, value: str) -> str:
        if not SOURCE_NAME.match(value):
            raise ValueError(f"is not a source name: {value!r} (lower-case letters, digits, - and _)")
        return value


class PlatformSettings(_SourceSettings):
    """An installation of Orchestrator AI. `web_url` is its web application, for links from the screens.

    `reconcile_schedule` is when what was loaded is compared with what is there. `error_texts` says what is kept of the
    reasons of failed runs: what is left of them without anything that looks like data, or nothing.
    """

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


class UsageFileSettings(_SourceSettings):
    """Files of usage; `mapping` says which of their columns holds which of ours.

    `key` names their columns that tell one row from another, `timezone` is that of times without one, `decimal` the mark
    before decimals, `encoding` how letters are written, `words` what a word in the place of a number is worth.
    `currency` is that of amounts that have none of their own (None: the workspace's). `cached_tokens` says whether the
    cached input tokens are counted within the input tokens, or beside them.
    """

    kind: Literal["usage_file"]
    path: str
    mapping: dict[str, str] = Field(default_factory=dict)
    key: tuple[str, ...] = ()
    timezone: Annotated[str, AfterValidator(_known_zone)] | None = None
    decimal: Literal[".", ","] | None = None
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    credits: Literal["count", "refuse"] = "count"
    words: dict[str, Decimal | None] = Field(default_factory=dict)
    currency: Currency | None = None
    cached_tokens: Literal["within", "beside"] = "within"


SourceSettings = Annotated[
    OrchestratorApiSettings | OrchestratorDbSettings | UsageFileSettings, Field(discriminator="kind")
]


class _Variables(EnvSettingsSource):
    """The environment, less the two variables that say where things are; those are resolved before."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        super().__init__(settings_cls)
        places = {(PREFIX + name).lower() for name in ("home", "config", "config_file")}
        self.env_vars = {name: value for name, value in self.env_vars.items() if name.lower() not in places}


class Settings(BaseSettings):
    """All settings of one installation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    home: Path
    config_file: Path | None = None
    database_url: StoreDatabase | None = None
    workspace: WorkspaceSettings = WorkspaceSettings()
    targets: Targets = Targets()
    warehouse: WarehouseSettings = WarehouseSettings()
    security: SecuritySettings = SecuritySettings()
    oidc: OidcSettings | None = None
    backups: BackupSettings = BackupSettings()
    sources: tuple[SourceSettings, ...] = ()

    @model_validator(mode="after")
    def _names_once(self) -> Settings:
        names = [source.name for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"sources: the name {twice[0]!r} is used twice; every source needs its own")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (_Variables(settings_cls), init_settings)

    def source(self, name: str) -> OrchestratorApiSettings | OrchestratorDbSettings | UsageFileSettings:
        """The source called `name`; ConfigError with the known names when there is none."""
        for source in self.sources:
            if source.name == name:
                return source
        known = ", ".join(source.name for source in self.sources) or "none is configured"
        where = self.config_file or CONFIG_NAME
        raise ConfigError(
            f"There is no source {name!r} (known: {known})", f"Add it under sources in {where}."
        )


def load_settings(home: Path | None = None, config: Path | None = None) -> Settings:
    """Read the settings file and the environment.

    `home` defaults to ORCHFLOW_HOME, else `data` in the present folder. `config` defaults to ORCHFLOW_CONFIG,
    else `orchflow.yaml` in the present folder, else the one in the home folder; only a file that was named must
    exist. ConfigError names every bad key or value with its file and path; secrets are never in it.
    """
    home = (home or Path(os.environ.get(PREFIX + "HOME") or "data")).expanduser().resolve()
    named = config or (Path(os.environ[PREFIX + "CONFIG"]) if os.environ.get(PREFIX + "CONFIG") else None)
    file = _settings_file(home, named)
    values = read_settings_file(file) if file else {}
    reserved = {"home", "config_file"} & values.keys()
    if reserved:
        raise ConfigError(
            f"{file}: {reserved.pop()} is not set here", f"Use {PREFIX}HOME for the data directory."
        )
    _refuse_unknown_variables()
    try:
        return Settings(**{**values, "home": home, "config_file": file})
    except ValidationError as error:
        problems = [
            _describe(detail, file) for detail in error.errors(include_url=False, include_context=False)
        ]
        raise ConfigError("\n".join(problems), "Correct the settings and start again.") from None


def _settings_file(home: Path, named: Path | None) -> Path | None:
    if named is not None:
        file = named.expanduser().resolve()
        if not file.is_file():
            raise ConfigError(f"There is no settings file {file}", f"Create it, or correct {PREFIX}CONFIG.")
        return file
    for candidate in (Path(CONFIG_NAME).resolve(), home / CONFIG_NAME):
        if candidate.is_file():
            return candidate
    return None


def _refuse_unknown_variables() -> None:
    known = {PREFIX + name.upper() for name in (*Settings.model_fields, "config")}
    for name in os.environ:
        if name.startswith(PREFIX) and name.split("__")[0].upper() not in known:
            raise ConfigError(f"{name} is not a setting", f"Known are {', '.join(sorted(known))}.")


def _describe(detail: ErrorDetails, file: Path | None) -> str:
    parts = [
        part for part in detail["loc"] if part not in ("orchestrator_api", "orchestrator_db", "usage_file")
    ]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
    variable = PREFIX + "__".join(str(part) for part in parts).upper()
    top = PREFIX + str(parts[0]).upper() if parts else ""
    where = (
        variable if variable in os.environ else top if top in os.environ else f"{file or CONFIG_NAME}: {path}"
    )
    message = detail["msg"].removeprefix("Value error, ")
    match detail["type"]:
        case "extra_forbidden":
            return f"{where} is not a setting"
        case "missing":
            return f"{where} is missing"
        case "union_tag_not_found":
            return f"{where}.kind is missing (orchestrator_api, orchestrator_db or usage_file)"
        case "union_tag_invalid":
            return f"{where}.kind is none of orchestrator_api, orchestrator_db and usage_file"
        case "value_error":
            return f"{where} {message}" if parts else f"{file or CONFIG_NAME}: {message}"
    return f"{where}: {message[:1].lower()}{message[1:]}"
