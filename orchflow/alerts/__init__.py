"""Alerts: rules over figures, how each stands, and the log of every evaluation."""
