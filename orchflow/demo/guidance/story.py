"""How the flows went: begun one after another, their items ticked by those whose they are, with what shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np

from orchflow.demo.guidance.leaver import leaver_of
from orchflow.demo.plan.events import Event, What
from orchflow.demo.plan.scene import Scene
from orchflow.demo.rows import rows
from orchflow.planning.journey.content import Flow
from orchflow.planning.journey.step import ChecklistItem, FlowStep

TOLD: dict[str, Any] = rows("guidance/story.yaml")
EVIDENCE: dict[str, Any] = rows("guidance/evidence.yaml")
WIKI = "https://wiki.northwind-claims.example/orchestrator/{}"
OPEN, NOT_APPLICABLE, BY_CHECK = TOLD["open"], TOLD["not_applicable"], TOLD["by_check"]
PLAIN: dict[str, Any] = {"text": "Done, and looked at by a second person.", "figure": ["as measured", 1]}
"""What shows that something is done of which nothing particular is told, by the kind of evidence."""
PRESENT_FLOW = 5
"""From this flow on the first holder of a role has its items: whoever signs in to the demo finds some of their own."""


class GuidanceStory:
    """Tells what happened to the flows that ship; `checks_of` has the key of each self-check by the item that it ticks."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._cast = scene.cast
        self._rng = np.random.default_rng([scene.simulation.seed, 24])
        self._afternoons: dict[tuple[str, int], float] = {}

    def events(self) -> list[Event]:
        """Everything that was done with flows, steps and items, in no order."""
        events: list[Event] = []
        for flow in self._scene.journey.flows:
            told = TOLD["flows"][flow.slug]
            first = self._first(told)
            if first is not None:
                events += self._flow(flow, told["steps"], first)
        return events + list(self._own_flow())

    def _first(self, told: Mapping[str, int]) -> int | None:
        """The working day on which a flow begins; None when it has not begun yet."""
        days = self._scene.simulation.days
        day = max(told["begun"], days - told["ago"]) if "ago" in told else told["begun"]
        return None if day > days else self._scene.first(day)

    def _flow(self, flow: Flow, steps: Mapping[str, list[Any]], first: int) -> Iterator[Event]:
        lead = self._cast.lead.username
        begin = {
            "start_day": self._scene.rhythm.day(first),
            "owner_id": self._cast.editor("ai_lead").username,
        }
        yield Event(first + 0.02, lead, "begin", flow.slug, begin)
        for place, step in enumerate(flow.steps):
            doers = {item.key: self._doer(flow, place, step, item) for item in step.checklist}
            yield self._does(
                first + 0.03, "step", step.key, "person_id", self._holder(flow, place, step.lead)
            )
            given = {key: who for key, who in doers.items() if who}
            for key, who in given.items():
                yield self._does(first + 0.04, "checklist_item", key, "assignee_id", who)
            yield from self._left_open(first, step, given)
            if step.key in steps:
                offset, length, *only = steps[step.key]
                yield from self._worked(first, first + offset, length, step, doers, *only)
        for own in TOLD["own"]["steps"]:
            if own["flow"] == flow.slug:
                yield from self._own_step(own, first)

    def _does(self, when: float, what: What, key: str, name: str, value: Any) -> Event:
        return Event(when, self._cast.lead.username, what, key, {name: value})

    def _holder(self, flow: Flow, place: int, role: str | None) -> str:
        holders = self._cast.of_role(role or "ai_lead")
        turn = place % 2 if flow.flow >= PRESENT_FLOW else flow.flow + place
        return holders[turn % len(holders)].username

    def _doer(self, flow: Flow, place: int, step: FlowStep, item: ChecklistItem) -> str:
        """Who has an item; nobody yet has those of a step that lies ahead."""
        if item.key in TOLD["leaver"]["items"]:
            return leaver_of(self._scene).username
        role = item.role or step.lead
        ahead = step.key not in TOLD["flows"][flow.slug]["steps"] and role != "domain_expert"
        return "" if ahead else self._holder(flow, place, role)

    def _worked(
        self, first: int, begins: int, length: int, step: FlowStep, doers: Mapping[str, str],
        only: Iterable[str] | None = None,
    ) -> Iterator[Event]:  # fmt: skip
        """The items of a step, ticked in the order in which they are due over `length` working days."""
        extra = [own for own in TOLD["own"]["items"] if own["step"] == step.key]
        for own in extra:
            yield self._new_item(first + 0.3, own, self._cast.holder(own["role"]).username)
        ships = sorted(step.checklist, key=lambda item: item.due.days if item.due else length)
        for item in ships:
            if item.key in NOT_APPLICABLE:
                yield self._not_applicable(begins, step, item.key)
        ticked = [
            (item.key, str(item.evidence), item.check, doers[item.key])
            for item in ships
            if item.key not in OPEN and item.key not in NOT_APPLICABLE and (only is None or item.key in only)
        ]
        ticked += [
            (own["key"], own["evidence"], None, self._cast.holder(own["role"]).username) for own in extra
        ]
        for place, (key, evidence, check, who) in enumerate(ticked):
            day = begins + round(place * (length - 1) / max(len(ticked) - 1, 1))
            if check and key in BY_CHECK:
                yield from self._by_check(first, day, check, key)
            elif key in TOLD["became_tasks"]:
                yield from self._by_task(day, key, who)
            else:
                yield from self._ticked(day, key, evidence, who)

    def _ticked(self, day: int, key: str, evidence: str, who: str) -> Iterator[Event]:
        """A tick in the afternoon, with what shows it; a comment on it an hour earlier."""
        when = self._afternoon(who, day)
        if key in TOLD["comments"]:
            role, body = TOLD["comments"][key]
            said = {"entity": "checklist_item", "entity_id": key, "body": body}
            yield Event(when - 0.1, self._cast.holder(role).username, "comment", "", said)
        if evidence == "file":
            yield Event(when - 0.01, who, "file", key)
        values = {"state": "ticked"} | _shown(key, evidence)
        yield Event(when, who, "checklist_item", key, values)

    def _afternoon(self, who: str, day: int) -> float:
        """When on a day somebody ticks what they did on it."""
        if (who, day) not in self._afternoons:
            self._afternoons[who, day] = day + 0.6 + float(self._rng.uniform(0, 0.3))
        return self._afternoons[who, day]

    def _not_applicable(self, day: int, step: FlowStep, key: str) -> Event:
        values = {"state": "not_applicable", "reason": NOT_APPLICABLE[key]}
        return Event(
            day + 0.4, self._cast.editor(step.lead or "ai_lead").username, "checklist_item", key, values
        )

    def _by_check(self, first: int, day: int, check: str, key: str) -> Iterator[Event]:
        before, after = BY_CHECK[key]
        yield Event(first + 0.1, "", "checks", check, {"state": "failed", "words": before})
        yield Event(day + 0.95, "", "checks", check, {"state": "passed", "words": after})

    def _by_task(self, day: int, key: str, who: str) -> Iterator[Event]:
        """An item became a task some days before; once that is done the item is ticked."""
        told = TOLD["became_tasks"][key]
        yield from self._task(day - told["days"], key, told, who)
        yield Event(day + 0.7, who, "task", task_of(key), {"status": "done", "logged_hours": 14})
        yield Event(day + 0.71, "", "follow", key)

    def _task(self, day: float, key: str, told: Mapping[str, Any], who: str) -> Iterator[Event]:
        manager = self._cast.editor("engineering_manager").username
        yield Event(day + 0.2, manager, "make_task", key, {"project": told["project"]})
        planned = {"status": "ready", "points": 3, "estimated_hours": 15}
        yield Event(day + 0.21, manager, "task", task_of(key), planned)
        yield Event(day + 0.4, who, "task", task_of(key), {"status": "in_progress"})

    def _left_open(self, first: int, step: FlowStep, doers: Mapping[str, str]) -> Iterator[Event]:
        """What was not done: since somebody moved it, said why, or made a task of it that is blocked."""
        now = self._scene.now
        manager = self._cast.editor(step.lead or "ai_lead").username
        for item in step.checklist:
            told = OPEN.get(item.key, {})
            when = max(first + 2.5, now - 6.3)
            if "ago" in told:
                due = self._scene.rhythm.day(now - told["ago"])
                yield Event(when, manager, "checklist_item", item.key, {"due_day": due})
            if "why" in told:
                said = {"entity": "checklist_item", "entity_id": item.key, "body": told["why"]}
                yield Event(when + 0.02, manager, "comment", "", said)
            if "task" in told:
                who = doers[item.key]
                yield from self._task(int(when), item.key, told["task"], who)
                stuck = {"status": "blocked", "blocked_reason": told["task"]["blocked"]}
                yield Event(int(when) + 3.4, who, "task", task_of(item.key), stuck)

    def _own_step(self, told: Mapping[str, Any], first: int) -> Iterator[Event]:
        lead = self._cast.lead.username
        fields = ("key", "name", "purpose", "complete_when", "lead", "days", "after")
        values = {name: told[name] for name in fields} | {
            "flow_id": told["flow"], "person_id": self._cast.holder(told["lead"]).username,
        }  # fmt: skip
        yield Event(first + 0.2, lead, "step", told["key"], values)
        last = len(told["items"]) - 1
        for place, item in enumerate(told["items"]):
            who = self._cast.holder(item["role"]).username
            yield self._new_item(first + 0.25, item | {"step": told["key"]}, who)
            if "took" in told:
                day = first + told["begins"] + round(place * (told["took"] - 1) / max(last, 1))
                yield from self._ticked(day, item["key"], item["evidence"], who)

    def _new_item(self, when: float, told: Mapping[str, Any], who: str) -> Event:
        values = {name: told[name] for name in ("key", "text", "role", "evidence")}
        values |= {"step_id": told["step"], "required": told.get("required", True), "assignee_id": who}
        return Event(when, self._cast.lead.username, "checklist_item", told["key"], values)

    def _own_flow(self) -> Iterator[Event]:
        told = TOLD["own"]["flow"]
        if self._scene.simulation.days <= self._sixty:
            return
        first = self._scene.rhythm.first(self._scene.simulation.today - timedelta(days=told["ago"]))
        values = {name: told[name] for name in ("key", "name", "summary")} | {
            "start_day": self._scene.rhythm.day(first), "owner_id": self._cast.editor("product_manager").username,
        }  # fmt: skip
        yield Event(first + 0.1, self._cast.lead.username, "flow", told["key"], values)
        for step in told["steps"]:
            yield from self._own_step(step | {"flow": told["key"]}, first)
            for item in step["items"]:
                if item["key"] in told["ticked"]:
                    who = self._cast.holder(item["role"]).username
                    yield from self._ticked(
                        first + told["ticked"][item["key"]], item["key"], item["evidence"], who
                    )
                if item["key"] in TOLD["leaver"]["items"]:
                    leaver = leaver_of(self._scene).username
                    yield self._does(first + 0.3, "checklist_item", item["key"], "assignee_id", leaver)

    @cached_property
    def _sixty(self) -> int:
        return int(TOLD["flows"]["flow-5-multi-agent"]["begun"])


def _shown(key: str, evidence: str) -> dict[str, Any]:
    """What shows that an item is done: of its kind of evidence, and in words where there are any."""
    told = EVIDENCE.get(key)
    if evidence == "figure":
        figure = told if isinstance(told, list) else PLAIN["figure"]
        return {"evidence_figure": figure[0], "evidence_value": figure[1]}
    words = told if isinstance(told, str) else PLAIN["text"] if evidence == "text" else ""
    shown = {"evidence_link": WIKI.format(key)} if evidence == "link" else {}
    return shown | ({"evidence_text": words} if words else {})


def task_of(item: str) -> str:
    """The key of the task that an item became."""
    return f"item {item}"
