"""The simulated organisation behind the demo workspace: an extra, `orchestrator-flow[demo]`, that nothing else needs.

It has no dependency of its own, so that every wheel carries it; where it was left out, only `orchflow demo` is missing.
"""
