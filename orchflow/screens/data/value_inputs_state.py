"""What the Value screen keeps."""

from __future__ import annotations

from orchflow.ui.state import Keys

VIEWS = {
    "use_case": "Use cases", "work_baseline": "Baselines", "benefit": "Benefits", "assumption": "Assumptions",
}  # fmt: skip

KEYS = Keys("value_inputs")
VIEW = KEYS.choice("view", VIEWS, "use_case")
