"""`orchflow enablement …`: what is kept about trainings, skills, seats and champions."""

from __future__ import annotations

import typer

enablement_app = typer.Typer(
    help="What is kept about enablement: trainings, training_completions, skill_requirements, skill_assessments, "
    "seat_purchases, champions.",
    no_args_is_help=True,
)
