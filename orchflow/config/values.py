"""The kinds of values that settings have, each read and checked the same way wherever it is set."""

from __future__ import annotations

import re
from functools import partial
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr

from orchflow.currencies import currency_code

NIGHTLY = "30 2 * * *"


def _checked_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(f"is not a URL: {value!r} (write it like https://orchestrator.example:6700)")
    if parts.username or parts.password:
        raise ValueError("holds a username or password; use the settings made for them")
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


def _checked_network(value: str) -> str:
    try:
        network = ip_network(value.strip(), strict=False)
    except ValueError:
        raise ValueError(
            f"is no address or network: {value!r} (write it like 10.0.0.5 or 10.0.0.0/24)"
        ) from None
    if network.prefixlen == 0:
        raise ValueError(f"names everybody: {value!r} (name the addresses of the proxies)")
    return str(network)


def _checked_cron(value: str) -> str:
    if value == NIGHTLY:
        return value
    from orchflow.crontab import cron_trigger  # heavy to import; only a schedule needs it

    try:
        cron_trigger(value)
    except ValueError:
        raise ValueError(f"is not a cron schedule: {value!r} (five fields, like '15 * * * *')") from None
    return value


def _known_country(value: str) -> str:
    from orchflow.holidays import countries  # heavy to import; only a country needs it

    code = value.strip().upper()
    if code not in countries():
        raise ValueError(
            f"is not a country whose holidays are known: {value!r} (write it like DE; known are {', '.join(countries())})"
        )
    return code


Country = Annotated[str, AfterValidator(_known_country)]
"""A country by its code of two letters."""
Cron = Annotated[str, AfterValidator(_checked_cron)]
Currency = Annotated[str, AfterValidator(currency_code)]
Encoding = Annotated[str, AfterValidator(_known_encoding)]
Zone = Annotated[str, AfterValidator(_known_zone)]
Network = Annotated[str, AfterValidator(_checked_network)]
"""An address, or all that begin alike (CIDR)."""
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
