"""Components of our own, whose files lie beside this module and come from this server."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest


def own_component(name: str) -> Callable[..., Any]:
    """The component whose `{name}.js`, and `{name}.css` where there is one, lie in `{name}_assets/`."""
    return _registered(get_bidi_component_manager(), name)


@cache
def _registered(manager: BidiComponentManager, name: str) -> Callable[..., Any]:
    # Streamlit looks for such files in packages with a pyproject.toml beside them, which a checkout has not.
    here, owner = Path(__file__).parent, f"orchflow_{name}"
    manifest = ComponentManifest(owner, "1", [ComponentConfig(name, f"{name}_assets")])
    manager.register_from_manifest(manifest, here)
    style = here / f"{name}_assets" / f"{name}.css"
    # its text comes with the component: a file of its own would come after what it styles was seen without it
    css = style.read_text(encoding="utf-8") if style.exists() else None
    return component(f"{owner}.{name}", js=f"{name}.js", css=css)
