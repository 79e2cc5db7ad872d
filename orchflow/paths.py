"""Where the files that travel with the program lie."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def app_root() -> Path:
    """The folder that holds `app.py`, `pages/`, `content/` and `.streamlit/`.

    In a checkout it is the repository's folder; in an installed wheel it is `orchflow/_app`.
    """
    package = Path(__file__).resolve().parent
    packaged = package / "_app"
    return packaged if packaged.is_dir() else package.parent


def content() -> Path:
    """The folder of the product's own content (job roles, flows, guides)."""
    return app_root() / "content"
