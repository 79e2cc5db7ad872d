"""Guidance: the pages, the flows with their checklists, and the checks that look at the workspace by themselves."""
