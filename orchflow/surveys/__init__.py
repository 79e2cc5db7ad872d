"""Surveys: waves of short questions, answers that cannot be linked to people, and what they add up to."""
