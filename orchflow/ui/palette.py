"""Which colour stands for what, the same on every screen.

Streamlit replaces these tokens in a figure by the theme's colours in the browser, so that one cached figure serves the
light and the dark mode and follows a switch at once. The colours themselves are in `.streamlit/config.toml`
(`chartCategoricalColors`): eight for series, then good and bad, which are for judgement only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

BLUE, TEAL, AMBER, MAGENTA, SLATE, VIOLET, RUST, SEA = (f"#00000{place}" for place in range(1, 9))
GOOD, BAD = "#000009", "#000010"
INK, FAINT, PAGE = "#000037", "#000035", "#000038"
SERIES = (BLUE, TEAL, AMBER, MAGENTA, SLATE, VIOLET, RUST, SEA)

FIXED: dict[str, dict[str, str]] = {
    "provider": {
        "anthropic": BLUE, "openai": TEAL, "google": AMBER, "ollama": SLATE, "mistral": RUST, "azure": VIOLET,
        "aws": MAGENTA, "bedrock": MAGENTA, "xai": SEA, "grok": SEA, "perplexity": SEA,
    },
    "status": {
        "healthy": GOOD, "degraded": AMBER, "failing": BAD, "idle": SLATE, "disabled": FAINT, "draft": VIOLET,
        "archived": FAINT, "running": BLUE, "completed": GOOD, "failed": BAD, "blocked": AMBER, "done": GOOD,
        "interrupted": AMBER, "started": BLUE, "none": FAINT,
    },
    "state": {
        "backlog": FAINT, "ready": SLATE, "in_progress": BLUE, "in_review": VIOLET, "blocked": AMBER, "done": TEAL,
        "cancelled": FAINT,
    },
    "outcome": {"completed": BLUE, "failed": BAD},
    "provenance": {"reported": BLUE, "estimated": AMBER, "unpriced": SLATE, "priced": TEAL},
    "route": {"remote": BLUE, "local": SLATE},
}  # fmt: skip
OTHERS = frozenset({"other", "others", "unattributed", "(unattributed)", "unknown", "none", ""})


def colour_for(kind: str, name: str) -> str:
    """The colour of `name` among its `kind` (provider, status, provenance, route, agent, …).

    A name without a fixed colour always gets the same one of the series; what is left over is slate.
    """
    known = name.strip().lower()
    fixed = FIXED.get(kind, {})
    if known in fixed:
        return fixed[known]
    if known in OTHERS:
        return SLATE
    taken = {BLUE, TEAL, AMBER, SLATE} if kind == "provider" else {SLATE}
    free = [colour for colour in SERIES if colour not in taken]
    return free[hashlib.blake2b(known.encode(), digest_size=2).digest()[0] % len(free)]


def colours_for(kind: str, names: Iterable[str]) -> dict[str, str]:
    """A colour for each of `names`, whatever their order; as long as there are colours left no two share one."""
    fixed = {name for name in names if name.strip().lower() in FIXED.get(kind, {}).keys() | OTHERS}
    chosen = {name: colour_for(kind, name) for name in sorted(fixed)}
    for name in sorted(set(names) - fixed):
        wanted = colour_for(kind, name)
        free = [colour for colour in SERIES if colour not in chosen.values()]
        chosen[name] = wanted if wanted in free or not free else free[0]
    return chosen
