"""What the Sprints screen keeps: the sprint looked at and how, and what is picked for it."""

from __future__ import annotations

from orchflow.ui.state import Keys

STATES = {"planned": ("planned", "gray"), "active": ("running", "blue"), "closed": ("closed", "green")}
"""How each state of a sprint is called, and its colour."""
VIEWS = {"report": "Report", "plan": "Plan", "all": "All sprints"}
UNITS = {"points": "Points", "count": "Tasks", "hours": "Hours"}
DETAILS = {"tasks": "Tasks in it now", "changes": "What changed after the start"}

KEYS = Keys("sprints")
TEAM = KEYS.text("team")
SPRINT = KEYS.text("sprint")
VIEW = KEYS.choice("view", VIEWS, "report")
UNIT = KEYS.choice("unit", UNITS, "points")
DETAIL = KEYS.choice("detail", DETAILS, "tasks")
DAY = KEYS.text("day")
PROJECT = KEYS.text("project")

PEOPLE = KEYS.flag("people")
"""Whether the popover of people and days off is open."""
NEXT = KEYS.number("next")
"""The sprint to go to in the next run: one that was just created or clicked."""
TURN = KEYS.count("turn")
"""Rises when tasks were moved, so that the lists they were picked from begin without ticks."""
