"""A dataset leaves the browser as a file of the disk, under an address that nobody else knows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import httpx

from orchflow.disk.takeaway import PREFIX
from tests.browser.conftest import Visitor


def test_a_dataset_is_narrowed_and_taken_away(visit: Callable[..., Visitor]) -> None:
    page = visit().enter("analyst", "/datasets?datasets.name=Agents&datasets.agents.provider=openai")
    with page.expect_download() as waiting:
        page.get_by_test_id("stDownloadButton").get_by_role("button", name="CSV").click()

    file = waiting.value
    assert file.suggested_filename == "agents.csv"
    with Path(file.path()).open(encoding="utf-8-sig", newline="") as content:
        assert {row["provider"] for row in csv.DictReader(content)} == {"openai"}
    assert PREFIX in file.url
    assert httpx.get(file.url[:-1] + "!", trust_env=False).status_code == 404
