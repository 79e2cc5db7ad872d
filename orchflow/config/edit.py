"""Changes the settings file as somebody would by hand: everything else in it, comments too, stays as it is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

NEW = "# Settings of Orchestrator Flow; every key is explained in the README.\n"


def with_source(text: str, source: Mapping[str, Any]) -> str:
    """The settings file `text`, which was read before, with one more source at the end of its `sources`."""
    yaml = _yaml(text)
    settings = yaml.load(text)
    if not isinstance(settings, CommentedMap):
        settings = CommentedMap()
        text = text or NEW
    else:
        text = ""
    sources = settings.get("sources")
    if not isinstance(sources, CommentedSeq):
        sources = settings["sources"] = CommentedSeq()
    sources.append(CommentedMap(source))
    written = io.StringIO()
    yaml.dump(settings, written)
    return text + written.getvalue()


def _yaml(text: str) -> YAML:
    """A reader and writer that leaves lines as long, quotes as they are, and lists as far indented as they were."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    if "\n- " in text and "\n  - " not in text:
        yaml.indent(mapping=2, sequence=2, offset=0)
    else:
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
