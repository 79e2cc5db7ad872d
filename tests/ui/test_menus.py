"""A menu closes after the act behind it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from streamlit.testing.v1 import AppTest

import orchflow

ROOT = Path(orchflow.__file__).parent
MENUS = "orchflow.ui.menus"
CLOSING = {MENUS, "orchflow.ui.acts"}
"""Where buttons are drawn that close their menu, or say that they leave it open."""
PRESSED = {"button", "form_submit_button", "download_button", "menu_button"}


def screen() -> None:
    import streamlit as st

    from orchflow.ui import acts
    from orchflow.ui.menus import closing_button, menu, staying_button

    def store(how: str) -> None:
        acts.current().stored = 1  # a unit of work in which every row was refused is committed too
        if how == "refused":
            acts.refused()

    with menu("Change it", key="change") as opened:
        if opened:
            for how in ("stored", "refused"):
                acts.button(f"Called: {how}", key=f"called-{how}", on_click=store, args=(how,))
                if acts.button(f"Pressed: {how}", key=f"pressed-{how}"):
                    store(how)
                    st.rerun()
            closing_button("Choose", key="choose", on_click=lambda: None)
            staying_button("Next", key="next")


CASES = {
    "Called: stored": False, "Pressed: stored": False, "Choose": False,
    "Called: refused": True, "Pressed: refused": True, "Next": True,
}  # fmt: skip


def test_it_is_drawn_when_open_and_shut_after_what_was_done_behind_it() -> None:
    shown = AppTest.from_function(screen).run()
    assert not shown.button
    for label, stays in CASES.items():
        shown.session_state["change"] = True
        shown.run()
        next(button for button in shown.button if button.label == label).click().run()
        assert not shown.exception
        assert bool(shown.button) is stays, label


def test_every_menu_of_the_product_is_such_a_one() -> None:
    drawing = {
        file.relative_to(ROOT).as_posix()
        for file in ROOT.rglob("*.py")
        if "st.popover(" in file.read_text("utf-8")
    }
    assert drawing == {"ui/menus.py"}


def test_every_button_in_a_menu_closes_it_or_says_that_it_stays() -> None:
    source = Source()
    left = {place: buttons for place, block in source.menus() if (buttons := source.buttons(block, place[0]))}
    assert len(list(source.menus())) > 15
    assert not left


class Source:
    """The functions of the screens and of ui/, and which of them call which, as far as the text says it."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, str], ast.FunctionDef] = {}
        self.names: dict[str, dict[str, tuple[str, str]]] = {}
        for file in [*(ROOT / "screens").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]:
            module = ".".join(("orchflow", *file.relative_to(ROOT).with_suffix("").parts))
            names = self.names[module] = {}
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    self.functions[module, node.name] = node
                    names[node.name] = (module, node.name)
                elif isinstance(node, ast.ImportFrom):
                    names |= {each.asname or each.name: (node.module or "", each.name) for each in node.names}
                elif isinstance(node, ast.Import):
                    names |= {each.asname or each.name: (each.name, "") for each in node.names}

    def called(self, call: ast.Call, module: str) -> tuple[str, str]:
        names = self.names[module]
        match call.func:
            case ast.Name(id=name):
                return names.get(name, ("", name))
            case ast.Attribute(value=ast.Name(id=of), attr=name) if of in names:
                return ".".join(filter(None, names[of])), name
        return "", ""

    def menus(self) -> Iterator[tuple[tuple[str, int], ast.With]]:
        """Every `with menu(…)`, by its module and line."""
        for (module, _), function in self.functions.items():
            for node in ast.walk(function):
                if isinstance(node, ast.With) and any(
                    isinstance(item.context_expr, ast.Call)
                    and self.called(item.context_expr, module) == (MENUS, "menu")
                    for item in node.items
                ):
                    yield (module, node.lineno), node

    def buttons(self, block: ast.AST, module: str) -> list[str]:
        """The buttons of the framework that are drawn in a block, by itself or by what it calls."""
        found, waiting, seen = [], [(block, module)], set()
        while waiting:
            node, module = waiting.pop()
            for call in (each for each in ast.walk(node) if isinstance(each, ast.Call)):
                target = self.called(call, module)
                if target[0] == "streamlit" and target[1] in PRESSED and module != "orchflow.ui.downloads":
                    found.append(f"{module}:{call.lineno}")
                elif (
                    (called := self.functions.get(target)) and target[0] not in CLOSING and target not in seen
                ):
                    seen.add(target)
                    if "dialog(" not in "".join(
                        map(ast.unparse, called.decorator_list)
                    ):  # it stands before the menu
                        waiting.append((called, target[0]))
        return found


def counting() -> None:
    import streamlit as st

    from orchflow.ui.menus import menu

    count = len(st.session_state.get("letters", []))
    with menu(f"Filters ({count})" if count else "Filters", key="filters") as opened:
        if opened or count:
            st.multiselect("Letters", ["a", "b"], key="letters")


def test_it_stays_open_under_its_label_while_one_chooses() -> None:
    shown = AppTest.from_function(counting).run()
    shown.session_state["filters"] = True
    shown.run()
    for chosen in (["a"], ["a", "b"]):
        shown.multiselect[0].set_value(chosen).run()
        (behind,) = shown.get("popover")
        assert behind.proto.popover.label == "Filters"
        assert shown.session_state["filters"]
    shown.session_state["filters"] = False
    shown.run()
    (behind,) = shown.get("popover")
    assert behind.proto.popover.label == "Filters (2)"
    assert not shown.exception
