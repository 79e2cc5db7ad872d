"""From where a request comes: the address of the connection, or the one that a named proxy tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

from starlette.types import ASGIApp, Receive, Scope, Send

Address: TypeAlias = IPv4Address | IPv6Address

_SCHEMES = {"http": "http", "ws": "http", "https": "https", "wss": "https"}
SUBSCRIBER_BITS = 64
"""Whoever has one address of IPv6 has all that share this many bits."""


def limited_as(address: str) -> str:
    """What limits count `address` under: itself, or for IPv6 the network of whoever has it. "" stays as it is."""
    read = _read(address)
    if isinstance(read, IPv6Address):
        return str(IPv6Network((read, SUBSCRIBER_BITS), strict=False))
    return str(read) if read else address


class ClientAddress:
    """ASGI middleware: puts the address of the client into the scope, and the scheme that the browser used.

    What a connection tells about others is believed only where it comes from one of `trusted_proxies` (addresses and
    networks). Of a chain of proxies the last address that is none of them counts, since all before it is hearsay.
    """

    def __init__(self, app: ASGIApp, trusted_proxies: Sequence[str] = ()) -> None:
        self._app = app
        self._trusted = [ip_network(proxy, strict=False) for proxy in trusted_proxies]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            host, port = scope.get("client") or ("", 0)
            peer = _read(host)
            if peer is not None:
                scope["client"] = (str(peer), port)
                if self._is_trusted(peer):
                    self._believe(scope, peer)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope, peer: Address) -> None:
        hops = _values(scope, b"x-forwarded-for")
        scope["client"] = (str(self._last_untrusted(peer, hops)), 0)
        scheme = _SCHEMES.get(next(iter(_values(scope, b"x-forwarded-proto")), "").lower())
        if scheme is not None:
            scope["scheme"] = scheme if scope["type"] == "http" else scheme.replace("http", "ws")

    def _last_untrusted(self, peer: Address, hops: Iterable[str]) -> Address:
        """The hop before the trusted ones; where it is no address, the last proxy that is known."""
        last = peer
        for hop in reversed(list(hops)):
            address = _read(hop)
            if address is None:
                return last
            last = address
            if not self._is_trusted(address):
                return last
        return last

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _values(scope: Scope, name: bytes) -> list[str]:
    lines = [value.decode("latin-1") for key, value in scope["headers"] if key == name]
    return [part.strip() for part in ",".join(lines).split(",") if part.strip()]


def _read(text: str) -> Address | None:
    """The address in `text`, which may have a port behind it; an IPv4 address in the clothes of IPv6 is taken out of them."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
