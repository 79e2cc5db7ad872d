"""Which colour stands for what, the same on every chart.

Streamlit replaces these tokens in a figure by the theme's colours in the browser, so that one cached figure serves the
light and the dark mode and follows a switch at once. The colours themselves are in `.streamlit/config.toml`
(`chartCategoricalColors`): seven for series, grey for what is left over or belongs to nobody, then good and bad, which are
for judgement only. `tests/ui/test_palette.py` measures that any two can be told apart, by the colour-blind too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

BLUE, TEAL, AMBER, MAGENTA, VIOLET, RUST, SKY = (f"#00000{place}" for place in range(1, 8))
SLATE, GOOD, BAD = "#000008", "#000009", "#000010"
INK, FAINT, PAGE = "#000037", "#000035", "#000038"
SERIES = (BLUE, TEAL, AMBER, MAGENTA, VIOLET, RUST, SKY)
"""Series of a chart that have a colour of their own; what is beyond them is pooled."""

FIXED: dict[str, dict[str, str]] = {
    "provider": {
        "anthropic": BLUE, "openai": TEAL, "google": AMBER, "openrouter": MAGENTA, "ollama": VIOLET, "mistral": RUST, "xai": SKY,
        "azure": SKY, "aws": RUST, "bedrock": RUST, "grok": SKY, "perplexity": MAGENTA,
    },
    "state": {
        "backlog": FAINT, "ready": SKY, "in_progress": BLUE, "in_review": VIOLET, "blocked": AMBER, "done": TEAL,
        "cancelled": FAINT,
    },
    "outcome": {"completed": BLUE, "failed": BAD},
    "burndown": {"left": INK, "ideal": MAGENTA},
}  # fmt: skip
REST = {
    "all others": "",
    "other": "",
    "others": "",
    "none": "",
    "": "",
    "unattributed": "/",
    "unknown": "/",
    "small groups": ".",
}
"""What is no thing of its own is grey, and hatched where it belongs to nobody or is withheld: no two of them look alike."""


def is_rest(name: str) -> bool:
    """Whether `name` is what is left over: all others, what belongs to nobody, what is withheld."""
    known = name.strip().lower()
    return known in REST or known.startswith("no ") or known.endswith(" others")


def pattern(name: str) -> str:
    """Plotly's hatching of a bar of what is left over; without one for a thing of its own."""
    known = name.strip().lower()
    return "/" if known.startswith("no ") else REST.get(known, "")


def place(colour: str) -> int:
    """The place of a colour in the theme's list of series; -1 for one that is no series' colour."""
    return SERIES.index(colour) if colour in SERIES else -1


def colour_for(kind: str, name: str) -> str:
    """The colour that `name` among its `kind` (provider, state, outcome, model, agent, …) has where nothing else wants it.

    A name without a fixed colour always wishes for the same one of the series; what is left over is grey.
    """
    known = name.strip().lower()
    fixed = FIXED.get(kind, {})
    if known in fixed:
        return fixed[known]
    if is_rest(known):
        return SLATE
    return SERIES[hashlib.blake2b(known.encode(), digest_size=2).digest()[0] % len(SERIES)]


def colours_for(kind: str, names: Iterable[str], prominent: Sequence[str] = ()) -> dict[str, str]:
    """A colour for each of `names`, whatever their order; as long as there are colours left no two share one.

    `prominent`: what is used most in the whole workspace. It chooses first, whether it is in this chart or not, and so
    has the same colour in every chart. What is left over is grey.
    """
    wanted = set(names)
    kept = _choose(kind, prominent, {})
    chosen = {
        name: SLATE if is_rest(name) else kept[name] for name in wanted if is_rest(name) or name in kept
    }
    others = sorted(
        wanted - chosen.keys(), key=lambda name: (name.strip().lower() not in FIXED.get(kind, {}), name)
    )
    return chosen | _choose(kind, others, chosen)


def _choose(kind: str, names: Iterable[str], taken: dict[str, str]) -> dict[str, str]:
    """Each in turn has the colour it wishes for, or the first that is free, or, when none is, its wish all the same."""
    chosen: dict[str, str] = {}
    for name in names:
        wish = colour_for(kind, name)
        used = {*chosen.values(), *taken.values()}
        free = [colour for colour in SERIES if colour not in used]
        chosen[name] = wish if wish not in used or not free or is_rest(name) else free[0]
    return chosen
