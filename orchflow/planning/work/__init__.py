"""Efforts, projects, goals and tasks, and what hangs on them."""
