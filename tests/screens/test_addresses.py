"""Addresses of screens, as links of our own parts carry them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from orchflow.screens.addresses import address_of


def test_an_address_names_its_screen_and_what_it_shows() -> None:
    parts = urlsplit(address_of("agents", {"agent": "größer & kleiner"}))
    assert (parts.path, parse_qs(parts.query)) == ("agents", {"agent": ["größer & kleiner"]})
    assert address_of("plan") == "plan"


def test_there_is_no_address_of_a_screen_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        address_of("nowhere")
