"""Trees in the order in which people read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node")


def in_tree_order(parents: Mapping[Node, Node | None]) -> Iterator[tuple[Node, int]]:
    """Each node followed by what stands under it, with its depth; siblings in the order of `parents` (node → parent).

    A parent that is no node itself counts as none. Nodes that stand under each other come last, each by itself.
    """
    below: dict[Node | None, list[Node]] = {}
    for node, parent in parents.items():
        below.setdefault(parent if parent in parents else None, []).append(node)
    waiting = [(node, 0) for node in reversed(below.pop(None, []))]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in reversed(below.pop(node, []))]
    on_rings = {node for nodes in below.values() for node in nodes}
    yield from ((node, 0) for node in parents if node in on_rings)
