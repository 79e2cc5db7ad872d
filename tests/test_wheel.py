"""An installed wheel is the whole product: what the screens need travels inside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.serving import REPOSITORY, Server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel unpacked as an installer would, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(REPOSITORY)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    site = folder / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def run(installed: Path, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "ORCHFLOW_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "orchflow.cli", *arguments],
        cwd=home.parent, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_wheel_finds_its_own_pages(installed: Path, tmp_path: Path) -> None:
    code = "from orchflow.paths import app_root; print(app_root())"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    root = Path(shown.stdout.strip())
    assert root == installed / "orchflow" / "_app"
    for part in ("app.py", "pages/insights/cost.py", "content/job_roles.yaml", ".streamlit/config.toml"):
        assert (root / part).is_file(), part


def test_without_the_demo_everything_else_stands(installed: Path, tmp_path: Path) -> None:
    lean = tmp_path / "lean"
    shutil.copytree(installed, lean, ignore=shutil.ignore_patterns("demo", "__pycache__"))
    assert not (lean / "orchflow" / "demo").exists()
    code = (
        "import importlib, pkgutil, orchflow\n"
        "for module in pkgutil.walk_packages(orchflow.__path__, 'orchflow.'):\n"
        "    if '.migrations.' not in module.name: importlib.import_module(module.name)"
    )
    environment = {**os.environ, "PYTHONPATH": str(lean)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)

    refused = run(lean, "demo", "--if-empty", home=tmp_path / "home")
    assert refused.returncode == 2
    assert "pip install 'orchestrator-flow[demo]'" in refused.stderr
    assert run(lean, "doctor", "--json", home=tmp_path / "home").returncode in (0, 1)
    with Server(tmp_path / "home", cwd=tmp_path, pythonpath=lean) as server:
        assert server.get("/_stcore/health").status_code == 200


def test_the_wheel_fills_and_serves_a_workspace(installed: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    filled = run(installed, "demo", "--days", "20", "--events", "500", "--json", home=home)
    assert filled.returncode == 0, filled.stderr

    with Server(home, cwd=tmp_path, pythonpath=installed) as server:
        assert server.get("/_stcore/health").status_code == 200
        assert "streamlit" in server.get("/").text.lower()
