"""Cumulative flow, cycle time and forecasts."""
