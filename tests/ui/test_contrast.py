"""What is written in a colour of the theme can be read, in both modes: WCAG's 4.5 to 1."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from orchflow.paths import app_root
from orchflow.ui.adoption_charts import STEPS

ENOUGH = 4.5
STRIP = (app_root() / "orchflow" / "ui" / "strip.css").read_text(encoding="utf-8")
PILLS = [
    (name, int(share))
    for name, share in re.findall(
        r"\.of-(good|bad) \{ color: var\(--\1\); background: .*?--\1\) (\d+)%", STRIP
    )
]


SHELL = (app_root() / "orchflow" / "ui" / "shell.css").read_text(encoding="utf-8")
RINGS = dict(
    zip(("light", "dark"), re.findall(r"inset 0 0 0 1px light-dark\((#\w+), (#\w+)\)", SHELL)[0], strict=True)
)


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> dict[str, Any]:
    settings = tomllib.loads((app_root() / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    mode: dict[str, Any] = settings["theme"][request.param]
    return mode


def channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def mixed(colour: str, share: float, below: str) -> str:
    parts = zip(channels(colour), channels(below), strict=True)
    return "#" + "".join(f"{round(over * share + under * (1 - share)):02x}" for over, under in parts)


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        linear = [
            part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
            for part in (channel / 255 for channel in channels(colour))
        ]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_word_on_a_main_button(theme: dict[str, Any]) -> None:
    assert contrast("#FFFFFF", theme["primaryColor"]) >= ENOUGH


def test_the_choice_that_is_pressed(theme: dict[str, Any]) -> None:
    """Its ground is a tenth of the theme's first colour, its word stands between an accent and the text around it."""
    accent, share = re.findall(r"\[data-selected=true\] \{ color: color-mix\(in srgb, (#\w+) (\d+)%", STRIP)[
        0
    ]
    ground = mixed(theme["primaryColor"], 0.1, theme["backgroundColor"])
    assert contrast(mixed(accent, int(share) / 100, theme["textColor"]), ground) >= ENOUGH


@pytest.mark.parametrize(("name", "share"), PILLS)
def test_a_judgement_behind_a_figure(theme: dict[str, Any], name: str, share: int) -> None:
    colour = theme[{"good": "greenColor", "bad": "redColor"}[name]]
    assert contrast(colour, mixed(colour, share / 100, theme["backgroundColor"])) >= ENOUGH


def test_the_judgements_are_found() -> None:
    assert {name for name, _ in PILLS} == {"good", "bad"}


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_the_ring_of_what_is_not_chosen(mode: str, ground: str) -> None:
    """WCAG's 3 to 1 for what a control is known by."""
    settings = tomllib.loads((app_root() / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert contrast(RINGS[mode], settings["theme"][mode][ground]) >= 3


def test_the_words_in_a_heat_map(theme: dict[str, Any]) -> None:
    tints = theme["chartSequentialColors"][:STEPS]
    assert min(contrast(theme["textColor"], tint) for tint in tints) >= ENOUGH
