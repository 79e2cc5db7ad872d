"""What screens keep is declared once for each screen, so that no screen reads what another one wrote."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from orchflow import screens
from orchflow.people.permissions import SYSTEM, Role
from orchflow.planning.work.efforts import create_effort
from orchflow.screens.catalogue import link
from orchflow.ui.state import Key
from tests.pages.conftest import Browser
from tests.pages.insight_facts import load_two_months
from tests.pages.plan_facts import build_plan

FOLDER = Path(screens.__file__).parent
WHO_IS_THERE = {"session.py", "provider_session.py"}
"""They keep who is signed in, which is no screen's."""
CHOICES = {"segmented_control", "selectbox", "radio", "pills", "multiselect", "toggle", "checkbox"}
SOURCES = [file for file in sorted(FOLDER.rglob("*.py")) if file.name not in WHO_IS_THERE]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(FOLDER)))
def test_no_screen_has_a_key_of_its_own_making(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    raw = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("session_state", "query_params")
    ]
    switched = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "switch_page"
        and _argument(node, "query_params") is None
    ]
    bound = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _argument(node, "bind")]
    undeclared = [node.lineno for node in bound if not _is_declared(_argument(node, "key"))]
    unchecked = [
        node.lineno for node in bound if isinstance(node.func, ast.Attribute) and node.func.attr in CHOICES
    ]

    assert not raw, f"lines {raw} touch the session or the address without a declared key"
    assert not undeclared, f"the widgets of lines {undeclared} stand in the address without a declared key"
    assert not switched, (
        f"lines {switched}: without query_params the framework refuses what is chosen in the address"
    )
    assert not unchecked or "check(" in file.read_text(), (
        f"lines {unchecked} choose from the address by themselves: with a part of ui/choosers.py or ui/filters.py an unknown "
        "value is said"
    )


def test_no_two_screens_declare_the_same_key() -> None:
    names = Counter()
    for file in FOLDER.rglob("*_state.py"):
        module = importlib.import_module(
            ".".join(["orchflow.screens", *file.relative_to(FOLDER).with_suffix("").parts])
        )
        keys = [value for value in vars(module).values() if isinstance(value, Key)]
        own = getattr(module, "KEYS", None)
        assert all(key.name.startswith(f"{own.screen}.") or "." not in key.name for key in keys), module
        names.update({key.name for key in keys})

    assert names
    assert not [name for name, count in names.items() if count > 1]


@pytest.fixture
def filled(browser: Browser) -> Browser:
    load_two_months(browser.ws)
    build_plan(browser.ws)
    return browser


def test_a_project_chosen_on_one_screen_is_no_choice_of_another(filled: Browser) -> None:
    shown = filled.app(filled.person(Role.MANAGER)).switch_page(link("sprints")).run()
    shown.segmented_control(key="sprints.view").set_value("plan").run()
    shown.selectbox(key="sprints.project").select_index(0).run()
    shown.segmented_control(key="sprints.view").set_value("report").run()
    for name in ("board", "timeline", "flow_metrics"):
        shown = shown.switch_page(link(name)).run()

        assert _faults(shown) == [], name
        assert not [choice.value for choice in shown.multiselect if choice.value], name


def test_a_project_that_is_not_of_the_chosen_effort_is_no_fault(filled: Browser) -> None:
    create_effort(filled.ws.store, SYSTEM, number=2, name="Operations")
    shown = filled.app(filled.person(Role.MANAGER))
    for name in ("timeline", "flow_metrics"):
        prefix = "flow" if name == "flow_metrics" else name
        shown.query_params[f"{prefix}.project"] = "1.1 First agent"
        shown = shown.switch_page(link(name)).run()
        assert _faults(shown) == [], name
        assert shown.multiselect(key=f"{prefix}.project").value, name
        shown.query_params[f"{prefix}.effort"] = "2 Operations"
        shown = shown.run()
        assert _faults(shown) == [], name


def test_what_was_chosen_is_there_again_when_the_screen_is(filled: Browser) -> None:
    shown = filled.app(filled.person(Role.MANAGER)).switch_page(link("sprints")).run()
    shown.segmented_control(key="sprints.unit").set_value("count").run()
    shown = shown.switch_page(link("board")).run().switch_page(link("sprints")).run()

    assert shown.segmented_control(key="sprints.unit").value == "count"


def _faults(shown: AppTest) -> list[str]:
    return [error.value for error in (*shown.exception, *shown.error)]


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _is_declared(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Attribute) and key.attr == "name"
