"""What the Enablement screen keeps."""

from __future__ import annotations

from orchflow.ui.state import Keys

VIEWS = {
    "training": "Trainings", "training_completion": "Done", "skill_requirement": "Skills needed", "skill_assessment": "Skills found",
    "seat_purchase": "Seats", "champion": "Champions",
}  # fmt: skip

KEYS = Keys("enablement_inputs")
VIEW = KEYS.choice("view", VIEWS, "training")
"""Which kind of rows is shown."""
