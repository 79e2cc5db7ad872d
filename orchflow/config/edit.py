"""Changes the settings file as somebody would by hand: everything else in it, comments too, stays as it is."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml as plain_yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from orchflow.errors import ConfigError

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
    if not sources:
        sources.fa.set_block_style()
    sources.append(CommentedMap(source))
    written = io.StringIO()
    yaml.dump(settings, written)
    return text + written.getvalue()


def source_in(text: str, name: str) -> dict[str, Any] | None:
    """The source called `name` as the settings file `text`, which can be read, describes it; None where it does not."""
    return next(
        (dict(source) for source in _sources(plain_yaml.safe_load(text)) if source.get("name") == name), None
    )


def with_changes(text: str, name: str, changes: Mapping[str, str | None]) -> str:
    """The settings file `text` with other values of the source called `name`; None empties a value.

    ConfigError where it is written in a way that only a hand can change.
    """

    def change(sources: list[dict[str, Any]], place: int) -> None:
        sources[place] = {**sources[place], **changes}

    return _edited(text, name, change, lambda sources, place: _of_values(text, sources.value[place], changes))


def without_source(text: str, name: str) -> str:
    """The settings file `text` without the source called `name`; every line around it stays, comments too.

    ConfigError where it is written in a way that only a hand can change.
    """

    def remove(sources: list[dict[str, Any]], place: int) -> None:
        del sources[place]

    return _edited(text, name, remove, lambda sources, place: _of_removal(text, sources, place))


Splice = tuple[int, int, str]
"""From where to where a text is replaced, and by what."""


def _edited(
    text: str,
    name: str,
    act: Callable[[list[dict[str, Any]], int], None],
    splices: Callable[[SequenceNode, int], Iterator[Splice]],
) -> str:
    """`text` after the replacements, which must come to what `act` does to the list of sources."""
    by_hand = ConfigError(
        f"{name} is written in the settings file in a way that only a hand can change", "Change it there."
    )
    wanted = plain_yaml.safe_load(text)
    sources = _sources(wanted)
    place = next((place for place, source in enumerate(sources) if source.get("name") == name), None)
    root = plain_yaml.compose(text, plain_yaml.SafeLoader)
    node = _value(root, "sources") if isinstance(root, MappingNode) else None
    if place is None or not isinstance(node, SequenceNode) or len(node.value) != len(sources):
        raise by_hand
    act(sources, place)
    edited = text
    for start, end, word in sorted(splices(node, place), reverse=True):
        edited = edited[:start] + word + edited[end:]
    if not sources:
        edited = _emptied(edited)
    try:
        if plain_yaml.safe_load(edited) != wanted:
            raise by_hand
    except plain_yaml.YAMLError:
        raise by_hand from None
    return edited


def _sources(settings: Any) -> list[dict[str, Any]]:
    sources = settings.get("sources") if isinstance(settings, dict) else None
    return sources if isinstance(sources, list) and all(isinstance(each, dict) for each in sources) else []


def _value(mapping: MappingNode, key: str) -> Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _end(text: str, node: Node) -> int:
    """Where the last value of a node ends, before what follows it."""
    if isinstance(node, ScalarNode) or getattr(node, "flow_style", False):
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(text[start:end].rstrip())
    assert isinstance(node, MappingNode | SequenceNode)
    parts = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
    return max((_end(text, part) for part in parts), default=node.end_mark.index)


def _of_values(text: str, source: Node, changes: Mapping[str, str | None]) -> Iterator[Splice]:
    assert isinstance(source, MappingNode)
    for key, value in changes.items():
        word = (
            "null" if value is None else json.dumps(value, ensure_ascii=False)
        )  # plain in any style of YAML
        node = _value(source, key)
        if node is not None:
            start, end = node.start_mark.index, _end(text, node)
            yield start, end, word if end > start else f" {word}"
        elif source.flow_style:
            yield _end(text, source) - 1, _end(text, source) - 1, f", {key}: {word}"
        else:
            line = _line_end(text, _end(text, source))
            new = f"{' ' * source.start_mark.column}{key}: {word}\n"
            yield line, line, new if text[:line].endswith("\n") else f"\n{new}"


def _of_removal(text: str, sources: SequenceNode, place: int) -> Iterator[Splice]:
    items = sources.value
    start, end = items[place].start_mark.index, _end(text, items[place])
    if sources.flow_style:
        if place + 1 < len(items):
            end = items[place + 1].start_mark.index
        elif place:
            start = _end(text, items[place - 1])
        yield start, end, ""
        return
    dashes = [
        token.start_mark.index
        for token in plain_yaml.scan(text)
        if isinstance(token, plain_yaml.BlockEntryToken)
    ]
    dash = max((at for at in dashes if sources.start_mark.index <= at < start), default=None)
    if dash is not None:  # else it stands elsewhere, under another name
        yield text.rfind("\n", 0, dash) + 1, _line_end(text, end), ""


def _line_end(text: str, at: int) -> int:
    line = text.find("\n", at)
    return len(text) if line < 0 else line + 1


def _emptied(text: str) -> str:
    """`text`, whose list of sources has lost its last one, with an empty list in its place."""
    root = plain_yaml.compose(text, plain_yaml.SafeLoader)
    assert isinstance(root, MappingNode)
    key, value = next(pair for pair in root.value if pair[0].value == "sources")
    if isinstance(value, SequenceNode):
        return text
    at = text.index(":", key.end_mark.index) + 1
    return f"{text[:at]} []{text[at:]}"


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
