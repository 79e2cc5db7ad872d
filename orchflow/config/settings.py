"""Settings: `orchflow.yaml` and `ORCHFLOW_*` variables, checked once, every mistake named with its place.

A variable beats the file; nested settings join with two underscores (`ORCHFLOW_WORKSPACE__TIMEZONE`).
`${NAME}` inside a value of the file is taken from the environment, else from the file of secrets in the home folder, so that
secrets stay out of the file.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from orchflow.config.file import read_settings_file
from orchflow.config.secrets_file import read_secrets
from orchflow.config.sources import KINDS, SourceSettings
from orchflow.config.values import (
    NIGHTLY,
    Country,
    Cron,
    Currency,
    Network,
    Section,
    StoreDatabase,
    Url,
    Zone,
)
from orchflow.errors import ConfigError
from orchflow.store import moments

PREFIX = "ORCHFLOW_"
CONFIG_NAME = "orchflow.yaml"


class WorkspaceSettings(Section):
    """Who the workspace is for. `start_date` is Day 1 of the journey; nobody works on the public holidays of `country`
    and its `region`."""

    name: str | None = None
    start_date: Annotated[date, AfterValidator(moments.day)] | None = None
    timezone: Zone = "UTC"
    currency: Currency = "USD"
    country: Country | None = None
    region: str | None = None

    @property
    def place(self) -> tuple[str, str | None] | None:
        """Country and region, or None where no country is set."""
        return (self.country, self.region) if self.country else None

    @model_validator(mode="after")
    def _region_of_its_country(self) -> WorkspaceSettings:
        if self.region is None:
            return self
        if self.country is None:
            raise ValueError("region: needs a country beside it, like country: DE")
        from orchflow.holidays import countries  # heavy to import; only a region needs it

        known = countries()[self.country]
        if self.region not in known:
            told = f"known are {', '.join(known)}" if known else "none are known; leave it out"
            raise ValueError(f"region: is not one of {self.country}: {self.region!r} ({told})")
        return self


class Targets(Section):
    """What good looks like; definitions in the metrics documentation."""

    time_to_first_agent_days: int = Field(default=14, ge=1)
    time_to_production_days: int = Field(default=56, ge=1)
    production_min_runs: int = Field(default=20, ge=1)
    production_min_users: int = Field(default=3, ge=1)
    error_rate: float = Field(default=0.02, gt=0, lt=1)
    p95_latency_ms: int = Field(default=10_000, ge=1)
    adoption_rate: float = Field(default=0.8, gt=0, le=1)


class WarehouseSettings(Section):
    """What DuckDB may use of the machine."""

    memory_limit: str = Field(default="350MB", pattern=r"^\d+(\.\d+)?\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)$")
    threads: int = Field(default=2, ge=1, le=256)


class SecuritySettings(Section):
    """Who may reach the server and how sign-in defends itself."""

    allowed_hosts: tuple[str, ...] = ()
    frame_ancestors: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
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


def _off(value: object) -> object:
    """YAML reads `off` as no."""
    return None if value in (False, "", "off") else value


class BackupSettings(Section):
    """Backups that the server makes by itself: when (`off`: never), how many are kept, and where.

    `folder` is `backups` in the home folder where none is named; one on another disk outlives this one.
    """

    schedule: Annotated[Cron | None, BeforeValidator(_off)] = NIGHTLY
    keep: int = Field(default=7, ge=1, le=1000)
    folder: Path | None = None


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

    def source(self, name: str) -> SourceSettings:
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
    values = read_settings_file(file, read_secrets(home)) if file else {}
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
    known = {PREFIX + name.upper() for name in (*Settings.model_fields, "config")} - {PREFIX + "CONFIG_FILE"}
    for name in os.environ:
        if name.startswith(PREFIX) and name.split("__")[0].upper() not in known:
            raise ConfigError(f"{name} is not a setting", f"Known are {', '.join(sorted(known))}.")


def _describe(detail: ErrorDetails, file: Path | None) -> str:
    parts = [part for part in detail["loc"] if part not in KINDS]
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
            return f"{where}.kind is missing ({_listed(KINDS, 'or')})"
        case "union_tag_invalid":
            return f"{where}.kind is none of {_listed(KINDS, 'and')}"
        case "value_error":
            return f"{where} {message}" if parts else f"{file or CONFIG_NAME}: {message}"
    return f"{where}: {message[:1].lower()}{message[1:]}"


def _listed(words: tuple[str, ...], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
