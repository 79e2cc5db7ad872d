"""Puts what the program shows into the wheel; `orchflow.paths.app_root` finds it there."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLED = ("app.py", "pages", "content", "static", ".streamlit/config.toml")


class Bundle(BuildHookInterface[Any]):
    """A checkout is installed as it lies; only a wheel needs the files inside the package."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            for name in BUNDLED:
                build_data["force_include"][name] = f"orchflow/_app/{name}"
