"""Measures the speeds that the design promises."""
