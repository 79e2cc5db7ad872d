"""Options of the web framework that close doors. They hold whatever its variables and files of the machine say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from orchflow.config.settings import Settings
    from orchflow.control import ServerRecord

CLOSED_OPTIONS: dict[str, Any] = {
    "browser.gatherUsageStats": False,
    "client.disableDataExport": True,
    "client.showErrorDetails": "none",
    "global.developmentMode": False,
    "global.e2eTest": False,
    "server.baseUrlPath": "",
    "server.corsAllowedOrigins": [],
    "server.enableAgentApi": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.headless": True,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {},
}


def addresses(settings: Settings, record: ServerRecord | None) -> dict[str, Any]:
    """The options that name this server: whose pages may steer it from around a frame, and how browsers call it."""
    origins = own_origins(settings, record)
    named = next((origin for origin in origins if "*" not in origin), "http://localhost")
    return {
        "browser.serverAddress": urlsplit(named).hostname,
        "client.allowedOrigins": origins,
        "server.allowedHosts": list(settings.security.allowed_hosts),
    }


def own_origins(settings: Settings, record: ServerRecord | None) -> list[str]:
    """Scheme and host by which browsers reach this server, as far as the settings say; else where it listens."""
    told = [f"https://{host}" for host in settings.security.allowed_hosts]
    if settings.oidc is not None:
        told.insert(0, _origin(settings.oidc.redirect_uri))
    if not told:
        told = [_origin(record.address) if record else "http://localhost"]
    return list(dict.fromkeys(told))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
