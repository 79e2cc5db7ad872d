"""How long the API source takes, beside a client that only sends the same requests and reads the answers."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.figures import Figure
from bench.sizes import Sizes
from bench.workspaces import open_at
from orchflow.ingest.run import run_source
from orchflow.people.permissions import SYSTEM
from tests.contract.fake_orchestrator import PASSWORD, SERVICE

ANSWER_SECONDS = 0.017
"""What a real installation took for a short list of usage, recorded on both versions."""
SECONDS_PER_MEGABYTE = 0.066
"""What it took besides for every megabyte: 1,000 records, 1.3 MB, came in 96 ms."""


def measure(sizes: Sizes) -> list[Figure]:
    """Read the fake installation at the speed of a real one, and as fast as it can answer."""
    return [
        *_measure("enterprise", sizes, ANSWER_SECONDS, 1.5),
        *_measure("v2", sizes, ANSWER_SECONDS, 1.5),
        *_measure("enterprise", sizes, 0.0, None),
    ]


def _measure(version: str, sizes: Sizes, delay: float, aim: float | None) -> list[Figure]:
    by_size = SECONDS_PER_MEGABYTE if delay else 0.0
    command = [
        sys.executable,
        "-m",
        "bench.fake_server",
        version,
        str(sizes.api_rows),
        str(delay),
        str(by_size),
    ]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        url, rows = server.stdout.readline().split()
        ratios, seconds, asked = [], [], 0
        for turn in range(sizes.repeats):
            with tempfile.TemporaryDirectory() as folder:
                taken = _ingest(Path(folder), url)
            server.stdin.write(f"{turn}\n")
            server.stdin.flush()
            paths = json.loads(server.stdout.readline())["paths"]
            bare = _replay(url, paths)
            server.stdin.write("\n")
            server.stdin.flush()
            server.stdout.readline()
            ratios.append(taken / bare)
            seconds.append(taken)
            asked = len(paths)
    finally:
        server.kill()
        server.wait()
    middle = statistics.median(seconds)
    speed = (
        f"answers after {delay * 1000:.0f} ms and {by_size * 1000:.0f} ms per MB"
        if delay
        else "answers at once"
    )
    note = f"{asked} requests, {speed}, against a client that only reads them"
    return [
        Figure(f"API ({version}), times the server's own", statistics.median(ratios), "×", aim, "less", note),
        Figure(
            f"load from the API ({version})",
            int(rows) / middle,
            "rows/s",
            note=f"{int(rows):,} rows, {speed}",
        ),
    ]


def _ingest(folder: Path, url: str) -> float:
    source = {"name": "api", "kind": "orchestrator_api", "url": url, "email": SERVICE, "password": PASSWORD}
    ws = open_at(folder, [source])
    began = time.perf_counter()
    result = run_source(ws, SYSTEM, "api")
    taken = time.perf_counter() - began
    ws.close()
    if result.state != "done":
        raise RuntimeError(f"the API source failed: {result.error}")
    return taken


def _replay(url: str, paths: list[str]) -> float:
    began = time.perf_counter()
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        signed_in: dict[str, str] = {}
        for path in paths:
            if path.startswith("/auth/login"):
                answer = client.post(path, json={"email": SERVICE, "password": PASSWORD})
                signed_in = {
                    "Authorization": f"Bearer {answer.json()['accessToken']}",
                    "x-organization-slug": "*",
                }
            else:
                client.get(path, headers=signed_in)
    return time.perf_counter() - began
