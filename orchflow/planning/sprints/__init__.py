"""Sprints: their life, burndown, velocity and capacity."""
