"""`orchflow value …`: what is kept about value."""

from __future__ import annotations

import typer

value_app = typer.Typer(
    help="What is kept about value: use_cases, work_baselines, benefits, assumptions.", no_args_is_help=True
)
