"""Every screen on a real server: what one visit sends to the browser, and what a cached rerun costs.

A visit is a screen opened in a tab that is signed in, asked over its websocket as a browser would. Messages are counted
whole: elements, containers, navigation and the few that open and end a run. The CPU is the server process's own.
"""

from __future__ import annotations

import time
from pathlib import Path

import psutil

from bench.figures import Figure
from bench.people import PERSON
from bench.sizes import Sizes
from bench.visitor import Visitor
from bench.workspaces import demo
from orchflow.screens.catalogue import SCREENS
from tests.serving import Server

MOST_MESSAGES = 40
MOST_CPU = 15
WATCHED = ("home", "cost", "plan", "board")
"""The screens whose cached rerun has an aim."""


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """Fill a workspace and visit all of its screens."""
    workspace = demo(sizes.small, sizes)
    with workspace.serve() as server:
        return visit(server, workspace.home, sizes)


def visit(server: Server, home: Path, sizes: Sizes) -> list[Figure]:
    """Messages of a visit and CPU of a rerun, for each screen."""
    process, reruns = psutil.Process(server.process.pid), sizes.reruns
    figures = []
    for screen in SCREENS[: sizes.screens]:
        with Visitor(server.address, home, PERSON) as tab:
            tab.open("")  # the first run of a tab brings the navigation and the cookie with it
            messages = tab.open(screen.url).messages
            before, began = process.cpu_times(), time.perf_counter()
            for _ in range(reruns):
                tab.open(screen.url)
            wall = (time.perf_counter() - began) / reruns
            after = process.cpu_times()
        cpu = (after.user + after.system - before.user - before.system) / reruns
        aim = MOST_CPU if screen.name in WATCHED else None
        figures += [
            Figure(f"messages of a visit, {screen.title}", messages, "messages", MOST_MESSAGES),
            Figure(f"CPU of a cached rerun, {screen.title}", cpu * 1000, "ms", aim, note=f"{wall * 1000:.0f} ms in all"),
        ]  # fmt: skip
    return figures
