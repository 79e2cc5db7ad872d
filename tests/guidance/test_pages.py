"""The pages that travel with the product, and what is said of pages that are not as they should be."""

from __future__ import annotations

import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import pytest
import typer
from click import Command, Group

from orchflow.cli.main import app
from orchflow.errors import NotFound
from orchflow.guidance import diagrams, traits
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.page import Page, anchor, read_page
from orchflow.guidance.pages import choose, faults, links, load_pages
from orchflow.metrics.catalogue import METRICS
from orchflow.people.job_roles import SHIPPED
from orchflow.planning.journey.content import load_flows
from orchflow.screens.catalogue import SCREENS

PAGES = load_pages()
JOURNEY = load_flows()
ALL = list(PAGES.by_address.values())
TITLES = {screen.name: screen.title for screen in SCREENS}
PAGE = """---
title: Restore a backup
kind: how-to
intent: An operator wants the workspace back after a loss.
topic: operations
minutes: 1
reviewed: 2026-01-31
interval: 90
verified: {enterprise: 136c97e}
---
"""


def test_every_page_meets_the_traits_and_leads_somewhere() -> None:
    assert list(faults(PAGES, JOURNEY, CHECKS, TITLES)) == []


def test_every_step_has_its_page_and_every_role_its_guide() -> None:
    for flow in JOURNEY.flows:
        for step in flow.steps:
            head = PAGES[step.guide].head
            assert (head.flow, head.step) == (flow.flow, step.key)
    assert {page.head.role for page in ALL if page.address.startswith("roles/")} == set(SHIPPED)
    assert len({page.head.concern for page in ALL if page.address.startswith("concerns/")}) == 6


def test_every_step_says_all_that_a_step_says() -> None:
    for flow in JOURNEY.flows:
        hours = {step.key: 0.0 for step in flow.steps}
        for project in flow.effort.projects:
            for task in project.tasks:
                hours[task.step] += task.hours
        for step in flow.steps:
            told = (step.purpose, step.complete_when, step.lead, step.inputs, step.outputs)
            assert all(told), step.key
            assert min(len(step.risks), len(step.questions)) >= 2, step.key
            assert {item.topic for item in step.checklist} == set(step.items), step.key
            assert any(item.required for item in step.checklist), step.key
            assert step.hours == hours[step.key], step.key


def test_live_figures_are_those_of_the_catalogue() -> None:
    for page in ALL:
        for token in page.tokens:
            if token.type == "fence" and token.info.strip() == "figure":
                assert set(token.content.split()) <= set(METRICS), page.address


def test_diagrams_are_drawn_from_their_text_and_shown() -> None:
    shown = {name for page in ALL for name in re.findall(r"\(diagrams/([a-z0-9-]+)\.svg\)", page.text)}

    assert shown == {source.stem for source in diagrams.folder().glob("*.dot")}
    assert [
        source.stem for source in diagrams.folder().glob("*.dot") if not diagrams.is_current(source)
    ] == []


def _commands() -> list[str]:
    lines = [
        line.strip()
        for page in ALL
        for token in page.tokens
        if token.type == "fence" and token.info.strip() in traits.COMMANDS
        for line in token.content.replace("\\\n", " ").splitlines()
    ]
    return sorted({line for line in lines if line.startswith("orchflow ")})


@pytest.mark.parametrize("line", _commands())
def test_commands_of_our_own_are_those_of_the_product(line: str) -> None:
    command: Command = typer.main.get_command(app)
    words = shlex.split(re.split(r"\s*[|>&;]", line)[0], comments=True)[1:]
    while isinstance(command, Group):
        command = command.commands[words.pop(0)]  # KeyError: there is no such command
    command.make_context(command.name, words, resilient_parsing=False)


def test_a_page_is_stale_when_its_review_is_overdue(tmp_path: Path) -> None:
    page = _page(tmp_path, "Words.")

    assert not page.head.stale(date(2026, 1, 31) + timedelta(days=90))
    assert page.head.stale(date(2026, 1, 31) + timedelta(days=91))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no head", "does not begin with its head"),
        (PAGE.replace("kind: how-to", "kind: novel"), "kind"),
        (PAGE.replace("topic: operations", ""), "belongs to a step"),
        (PAGE.replace("topic: operations", "flow: 1"), "named together"),
        (PAGE.replace("minutes: 1", "minutes: ["), "not YAML"),
        (PAGE + "{{ company.persons }}", "company.persons"),
    ],
)
def test_a_page_that_cannot_be_read_is_named_and_the_others_are_there(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "bad.md").write_text(text)
    (tmp_path / "good.md").write_text(PAGE + "Words.")

    pages = load_pages(tmp_path)

    assert list(pages.by_address) == ["good"]
    assert len(pages.problems) == 1
    assert "bad.md" in pages.problems[0]
    assert words in pages.problems[0]


BAD = """
# No paragraph

## What goes wrong

| Symptom | Cause | Act |
|---|---|---|
| one | two | three |

## Before you start

```bash
orchflow doctor
```

This is a seamless, robust thing that we leverage in order to do [something](/nowhere.md), [a screen](screen:cost), [none](screen:none),
a [step](step:9/none), a [place](#no-such-heading) and [more](check:none).

![short](diagrams/rbac.svg)
"""


def test_each_trait_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE.replace("Restore a backup", "Restoring a backup") + BAD)

    said = "\n".join(faults(load_pages(tmp_path), JOURNEY, {"backup-made"}, TITLES))

    for words in (
        "say the act", "begin with a paragraph", "sections missing", "**Right** is missing", "fewer than four numbered",
        "no output after", "three rows or more", "no table of three rows", "words; from 600", "filler: in order to, leverage",
        "more than 80 characters", "a link leads nowhere: /nowhere.md", "is called Cost, not a screen", "no screen none",
        "no step 9/none", "no heading #no-such-heading", "no check none",
    ):  # fmt: skip
        assert words in said


def test_twelve_words_on_two_pages_are_a_fault(tmp_path: Path) -> None:
    shared = "one two three four five six seven eight nine ten eleven twelve"
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(PAGE + shared)

    assert list(traits.shared_runs(list(load_pages(tmp_path).by_address.values()))) == [
        f"b: shares with a: {shared}"
    ]


def test_anchors_are_of_any_language_and_never_twice(tmp_path: Path) -> None:
    page = _page(tmp_path, "## Größe & Preis\n\n## 始め方 1\n\n## Size\n\n### Size\n")

    assert [section.anchor for section in page.sections] == ["größe-preis", "始め方-1", "size", "size-2"]
    assert anchor("  --  ") == ""


def test_links_are_read_with_their_words(tmp_path: Path) -> None:
    page = _page(tmp_path, "See [**Cost** now](screen:cost) and `[no](link)`.")

    assert list(links(page)) == [("Cost now", "screen:cost")]


def test_pages_are_chosen_by_what_their_head_says() -> None:
    assert [page.address for page in choose(PAGES, concern="cost")] == ["concerns/cost"]
    of_steps = [page.head.step for page in choose(PAGES, flow=1)]
    assert list(dict.fromkeys(of_steps)) == [step.key for step in JOURNEY.flows[0].steps], "in their order"
    with pytest.raises(NotFound):
        PAGES["none"]


def _page(folder: Path, text: str) -> Page:
    file = folder / "page.md"
    file.write_text(PAGE + text)
    return read_page(file, folder, {})
