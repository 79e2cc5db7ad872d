"""The plan in time: critical path, baselines."""
