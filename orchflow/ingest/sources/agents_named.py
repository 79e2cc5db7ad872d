"""Agents that rows of usage name."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def with_callers(usage: pa.Table) -> tuple[pa.Table, set[str]]:
    """The rows with `caller` set so that it is attributed to the row's agent, and the agents they name."""
    names = usage.column_names
    if "agent" not in names and "caller" not in names:
        return usage, set()
    if "agent" not in names:
        return usage, _distinct(usage.column("caller"))
    agent: Any = usage.column("agent")
    caller = agent
    if "caller" in names:
        said: Any = usage.column("caller")
        # what stands before the first colon is the agent (attribution of callers)
        qualified = pc.if_else(
            pc.equal(said, agent), agent, pc.binary_join_element_wise(agent, said, pa.scalar(":"))
        )
        caller = pc.coalesce(qualified, agent, said)
        usage = usage.drop_columns(["caller"])
    return usage.drop_columns(["agent"]).append_column("caller", caller), _distinct(agent)


def agents_of(slugs: set[str]) -> pa.Table:
    """Agents of these names."""
    names = sorted(slugs)
    return pa.table({"slug": names, "name": names, "status": ["active"] * len(names)})


def _distinct(column: Any) -> set[str]:
    return {name for name in pc.unique(column).to_pylist() if name}
