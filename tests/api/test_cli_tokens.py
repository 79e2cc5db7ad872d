"""`orchflow token`: the operator's door to tokens."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from orchflow.people.permissions import SYSTEM
from orchflow.people.users import add_user
from orchflow.store.engine import open_store
from tests.processes import command


@pytest.fixture
def home(tmp_path: Path) -> Path:
    store = open_store(f"sqlite:///{tmp_path / 'plan.sqlite'}", backups=tmp_path / "backups")
    add_user(store, SYSTEM, username="ada", role="manager")
    store.dispose()
    return tmp_path


def token(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return command("token", *words, environment={**os.environ, "ORCHFLOW_HOME": str(home)})


def test_a_token_is_printed_once_listed_without_its_secret_and_revoked(home: Path) -> None:
    made = token(home, "create", "--user", "ada", "--scope", "write")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    assert secret.startswith("oflow_")
    assert secret.encode() not in (home / "plan.sqlite").read_bytes()

    listed = token(home, "list", "--json")
    assert secret not in listed.stdout
    (row,) = json.loads(listed.stdout)["tokens"]
    assert (row["user"], row["scope"], row["state"]) == ("ada", "write", "active")

    assert token(home, "revoke", str(row["id"])).returncode == 0
    assert json.loads(token(home, "list", "--json").stdout)["tokens"][0]["state"] == "revoked"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--user", "bob", "--scope", "read"), "There is no user 'bob'"),
        (("--user", "ada", "--scope", "admin"), "admin is for administrators"),
        (("--user", "ada", "--scope", "all"), "'all' is not one of read, write, admin"),
    ],
)
def test_a_token_that_cannot_be_made_is_explained(home: Path, words: tuple[str, ...], reason: str) -> None:
    refused = token(home, "create", *words)

    assert refused.returncode == 1
    assert reason in refused.stderr
    assert refused.stdout == ""
