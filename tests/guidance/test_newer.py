"""A newer content of a flow is offered with its difference, and taken over without losing what was done here."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchflow.errors import Invalid
from orchflow.guidance import begin as beginning
from orchflow.guidance import flows, shipped
from orchflow.guidance.begin import offered
from orchflow.guidance.flows import get_flow
from orchflow.guidance.items import ITEMS, list_items, update_item
from orchflow.guidance.newer import difference, take_over
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import list_steps, update_step
from orchflow.paths import content
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.journey.content import load_flows
from orchflow.planning.undo.undo import undo
from orchflow.store.engine import Store
from tests.guidance.conftest import SETUP

Items = dict[str, ItemRow]


@pytest.fixture
def newer(flow: FlowRow, items: Items, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the first flow ships otherwise."""
    folder = tmp_path / "flows"
    shutil.copytree(content() / "flows", folder)
    file = folder / f"{SETUP}.yaml"
    shipped_now: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    hardware = shipped_now["steps"][0]
    hardware["purpose"] = "Another purpose"
    checklist = {item["key"]: item for item in hardware["checklist"]}
    checklist["hw-place-decided"]["text"] = "Write the decision record anew"
    checklist["hw-place-decided"]["due"] = {"days": 2}
    checklist["hw-server-used"]["text"] = "Sign in from three laptops"
    hardware["checklist"] = [
        item for key, item in checklist.items() if key not in ("hw-size-signed", "hw-only-443")
    ]
    hardware["checklist"].insert(
        0, {"key": "hw-new", "text": "Something that is new", "topic": hardware["items"][0]}
    )
    shipped_now["steps"].append(
        {"key": "afterwards", "name": "Afterwards", "days": 2, "items": ["All"],
         "checklist": [{"key": "aw-look", "text": "Look back at the week", "topic": "All"}]}
    )  # fmt: skip
    file.write_text(yaml.safe_dump(shipped_now), encoding="utf-8")
    other = load_flows(folder)
    for module in (beginning, flows, shipped):
        monkeypatch.setattr(module, "load_flows", lambda: other)


def test_nothing_is_newer_until_other_content_ships(store: Store, ada: Actor, flow: FlowRow) -> None:
    told = difference(store, ada, flow.id)

    assert (told.same, told.changes) == (True, ())
    with pytest.raises(Invalid, match="nothing newer ships for"):
        take_over(store, ada, flow.id)


@pytest.mark.usefixtures("newer")
def test_the_difference_is_told(store: Store, ada: Actor, flow: FlowRow, items: Items) -> None:
    ticked = items["hw-only-443"]
    update_item(store, ada, ticked.id, ticked.version, {"state": "ticked", "evidence_text": "Tried"})
    edited = items["hw-server-used"]
    update_item(store, ada, edited.id, edited.version, {"text": "Our own words"})

    told = difference(store, ada, flow.id)

    assert [offer.newer for offer in offered(store, ada)] == [True] + [False] * 5
    assert [(c.level, c.kind, c.key, c.kept) for c in told.changes] == [
        ("step", "changed", "hardware-setup", ""),
        ("step", "new", "afterwards", ""),
        ("item", "new", "hw-new", ""),
        ("item", "changed", "hw-place-decided", ""),
        ("item", "changed", "hw-server-used", "text was edited here"),
        ("item", "new", "aw-look", ""),
        ("item", "gone", "hw-size-signed", ""),
        ("item", "gone", "hw-only-443", "is ticked"),
    ]
    assert told.changes[3].fields["due_days"] == (0, 2)


@pytest.mark.usefixtures("newer")
def test_taking_over_keeps_what_was_done_and_edited(
    store: Store, ada: Actor, flow: FlowRow, items: Items
) -> None:
    ticked, edited = items["hw-only-443"], items["hw-server-used"]
    update_item(store, ada, ticked.id, ticked.version, {"state": "ticked", "evidence_text": "Tried"})
    update_item(store, ada, edited.id, edited.version, {"text": "Our own words"})
    step = list_steps(store, ada)[0]
    own = ITEMS.create(store, ada, step_id=step.id, text="Ask the council")
    before = {item.key: item.text for item in list_items(store, ada)}

    taken = take_over(store, ada, flow.id)

    now = {item.key: item for item in list_items(store, ada)}
    assert now["hw-new"].position == 1.0
    assert (now["hw-place-decided"].text, str(now["hw-place-decided"].due_day)) == (
        "Write the decision record anew", "2026-11-04",
    )  # fmt: skip
    assert now["hw-server-used"].text == "Our own words"
    assert (now["hw-only-443"].state, now["hw-only-443"].own) == ("ticked", True)
    assert "hw-size-signed" not in now
    assert now[own.key].own
    steps = list_steps(store, ada)
    assert [each.key for each in steps][-1] == "afterwards"
    assert steps[0].purpose == "Another purpose"
    assert difference(store, ada, flow.id).same
    assert get_flow(store, ada, flow.id).edition == taken.difference.newer

    assert undo(store, ada, taken.request).left == []
    assert {item.key: item.text for item in list_items(store, ada)} == before
    assert not difference(store, ada, flow.id).same


@pytest.mark.usefixtures("newer")
def test_days_follow_the_newer_rules(store: Store, flow: FlowRow) -> None:
    step = list_steps(store, SYSTEM)[3]
    update_step(store, SYSTEM, step.id, step.version, {"due_day": "2026-12-31"})

    take_over(store, SYSTEM, flow.id)

    dues = {row.key: str(row.due_day) for row in list_steps(store, SYSTEM)}
    assert dues[step.key] == "2026-12-31"
    assert dues["afterwards"] == "2026-11-03"
