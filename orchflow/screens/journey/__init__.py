"""Figures of cost and agents."""
