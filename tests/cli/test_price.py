"""`orchflow price`: a file of prices is read, usage is priced as a trial and for good, and a run is taken back."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from orchflow.config.settings import load_settings
from orchflow.warehouse.load import load_batch
from orchflow.workspace import open_workspace
from tests.cli.conftest import Run
from tests.costs.test_pricing import call
from tests.warehouse.conftest import NOW, table

BOOK = "provider,model,kind,price,from\nacme,wise-1,input,3,2026-07-01\nacme,wise-1,smell,3,2026-07-01\n"


def test_usage_is_priced_by_command(run: Run, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("book.csv").write_text(BOOK, "utf-8")
    read = run("price", "import", "book.csv", "--currency", "usd")
    assert read.code == 1
    assert "1 created" in read.out
    assert "smell" in read.out
    with closing(open_workspace(load_settings())) as ws, ws.warehouse.write() as tx:
        load_batch(tx, "usage", "platform", table([call("a"), call("b", model="nobody")]), now=NOW)

    assert "wise-1" in run("price", "list").out
    assert "claude-haiku-4-5" in run("price", "list", "--shipped", "anthropic haiku-4-5").out
    assert [each["model"] for each in run("price", "missing", "--json").document["models"]] == [
        "nobody",
        "wise-1",
    ]
    tried = run("price", "reprice", "--dry-run", "--json").document
    assert (tried["run"], tried["after"], tried["calls"]) == (None, "3", 1)
    told = run("price", "reprice", "--from", "2026-07-01", "--to", "2026-07-31").out
    assert "1 call priced: 0 before, 3 after, in USD." in told
    assert "acme nobody, 2026-07-20 to 2026-07-20: 1 call without a price." in told
    assert run("price", "runs", "--json").document["runs"][0]["state"] == "done"
    assert "1 row of usage as before run 1." in run("price", "undo", "1").out
