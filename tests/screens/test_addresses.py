"""Addresses of screens: what a browser sends is followed where there is such a screen, and is no fault where there is none."""

from __future__ import annotations

from typing import Any

import pytest

from orchflow.screens import addresses
from orchflow.screens.addresses import address_of, follow


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Where the reader was led, with what behind the question mark."""
    places: list[Any] = []
    monkeypatch.setattr(addresses, "link", str)
    monkeypatch.setattr(
        addresses.st, "switch_page", lambda page, query_params: places.append((page, query_params))
    )
    return places


def test_an_address_leads_to_its_screen(went: list[Any]) -> None:
    follow(address_of("agents", {"agent": "größer & kleiner"}))
    assert went == [("agents", {"agent": ["größer & kleiner"]})]


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "nowhere",
        "http://[",
        "https://evil.example/plan",
        "//evil.example/plan",
        "../plan",
    ],
)
def test_any_other_leads_nowhere(went: list[Any], address: str | None) -> None:
    follow(address)
    assert went == []
