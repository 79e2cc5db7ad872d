"""A page of the guidance: what its head says, and its text in sections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from unicodedata import category, normalize

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchflow.errors import ConfigError
from orchflow.guidance.example import Figure, fill

Kind = Literal["tutorial", "how-to", "reference", "explanation", "template"]
Concern = Literal["time-to-value", "cost", "risk", "enablement", "scalability", "roi"]
Text = Annotated[str, Field(min_length=1)]
ADDRESS = re.compile(r"[a-z0-9.-]+(/[a-z0-9.-]+)*")
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What is not seen in a text and may hide what it says: control signs, and what turns the direction of what follows."""
_HEAD = re.compile(r"\A---\r?\n(.*?)\r?\n---\r?\n(.*)\Z", re.DOTALL)


class NextPage(BaseModel):
    """Where a reader goes from here, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Annotated[str, Field(pattern=ADDRESS.pattern)]
    why: Text


class Head(BaseModel):
    """The front matter. `interval` is in days; a page not looked at for longer is stale."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, Field(min_length=1, max_length=90)]
    kind: Kind
    intent: Annotated[str, Field(min_length=20, max_length=240)]
    flow: Annotated[int, Field(ge=1, le=6)] | None = None
    step: str | None = None
    role: str | None = None
    topic: str | None = None
    concern: Concern | None = None
    minutes: Annotated[int, Field(ge=1, le=30)]
    reviewed: date
    interval: Annotated[int, Field(ge=30, le=730)]
    verified: Annotated[dict[Literal["enterprise", "v2"], str], Field(min_length=1)]
    next: Annotated[tuple[NextPage, ...], Field(max_length=5)] = ()

    @model_validator(mode="after")
    def _belongs_somewhere(self) -> Head:
        if (self.flow is None) != (self.step is None):
            raise ValueError("flow and step are named together")
        if not (self.step or self.role or self.topic or self.concern or self.kind == "template"):
            raise ValueError("a page belongs to a step, a role, a topic or a concern")
        return self

    def stale(self, today: date) -> bool:
        """Its review is overdue."""
        return today > self.reviewed + timedelta(days=self.interval)


@dataclass(frozen=True)
class Section:
    """A heading (`level` 2 or 3), its anchor, and the Markdown below it up to the next of the same level or above."""

    level: int
    title: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Page:
    """One page: its address below `content/docs` without the ending, its head, its Markdown with the example filled in."""

    address: str
    head: Head
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        """The text as markdown-it-py reads it."""
        return MARKDOWN.parse(self.text)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The headings of level 2 and 3, in order."""
        return tuple(_sections(self.tokens, self.text))


MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_page(file: Path, folder: Path, values: Mapping[str, Figure]) -> Page:
    """The page in `file`; ConfigError names the file and what is wrong in it."""
    name = file.relative_to(folder).as_posix()
    try:
        parts = _HEAD.match(file.read_text(encoding="utf-8"))
        if parts is None:
            raise ConfigError(f"{name} does not begin with its head between two lines ---", "Add it.")
        head = Head.model_validate(yaml.safe_load(parts[1]))
        return Page(name.removesuffix(".md"), head, fill(parts[2], values))
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: the head is not YAML: {error}", "Correct it.") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the head"
        raise ConfigError(f"{name}: {where}: {first['msg']}", "Correct it.") from None
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}", error.hint) from None


def anchor(title: str) -> str:
    """The id of a heading: its letters, with their marks, and digits of any script in lower case, joined by hyphens."""
    kept = (
        sign if sign.isalnum() or category(sign)[0] == "M" else " "
        for sign in normalize("NFC", title.lower())
    )
    return "-".join("".join(kept).split())


def words_of(inline: Token) -> str:
    """The words of a line as they are read: without its marks, links and pictures, nor what turns the direction of others."""
    spoken = ("text", "code_inline", "softbreak", "hardbreak", "image")
    said = (child.content or " " for child in inline.children or () if child.type in spoken)
    return UNSEEN.sub("", "".join(said)).strip()


def _sections(tokens: list[Token], text: str) -> list[Section]:
    lines = text.splitlines()
    heads = [
        (int(token.tag[1]), words_of(tokens[place + 1]), token.map or [0, 0])
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag in ("h2", "h3")
    ]
    sections, anchors = [], set[str]()
    for place, (level, title, (_, below)) in enumerate(heads):
        end = next((after[2][0] for after in heads[place + 1 :] if after[0] <= level), len(lines))
        first = name = anchor(title) or "section"
        number = 2
        while name in anchors:
            name, number = f"{first}-{number}", number + 1
        anchors.add(name)
        sections.append(Section(level, title, name, "\n".join(lines[below:end])))
    return sections
