"""What people do with flows, items and self-checks, through the functions that screens use; each act returns the rows it made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchflow.demo.guidance.story import task_of
from orchflow.demo.plan.events import Event
from orchflow.guidance.begin import begin
from orchflow.guidance.check_tables import CheckState
from orchflow.guidance.checks.campaigns import CHECK_CAMPAIGNS
from orchflow.guidance.checks.check import Outcome
from orchflow.guidance.checks.evaluate import Evaluated, keep_results
from orchflow.guidance.checks.exemptions import CHECK_EXEMPTIONS, approve_exemption
from orchflow.guidance.items import ITEMS
from orchflow.guidance.opinions import say
from orchflow.guidance.steps import STEPS
from orchflow.guidance.tasks import make_tasks
from orchflow.guidance.ticks import follow_checks, follow_tasks
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import disable_user
from orchflow.planning.work.attachments import add_attachment
from orchflow.planning.work.tasks import TASKS
from orchflow.store.history import instant
from orchflow.store.retelling import Retelling

Rows = dict[str, dict[str, Any]]
"""Kind → key of the story → row."""


class GuidanceActs:
    """Acts in a past, on `rows` that the story knows by keys; `people` are actors by username, files are kept in `home`."""

    def __init__(self, past: Retelling, home: Path, people: Mapping[str, Actor], rows: Rows) -> None:
        self._past = past
        self._home = home
        self._people = people
        self._rows = rows
        self.acts: dict[str, Callable[[Actor, Sequence[Event]], None]] = {
            "begin": self._begin, "checks": self._checks, "file": self._file, "make_task": self._make_task,
            "follow": self._follow, "ask": self._ask, "approve": self._approve, "campaign": self._campaign,
            "opinion": self._opinion, "leave": self._leave,
        }  # fmt: skip
        """By the name of what happens (`What`): what one person does at one moment."""

    def _begin(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            values = event.values
            owner = self._people[values["owner_id"]].user_id
            flow = begin(self._past, actor, event.key, values["start_day"], owner_id=owner).flow
            self._rows["flow"][flow.key] = flow
            steps = STEPS.list(self._past, SYSTEM, flow_id=flow.id)
            self._rows["step"] |= {row.key: row for row in steps}
            items = ITEMS.list(self._past, SYSTEM, flow_id=flow.id)
            self._rows["checklist_item"] |= {row.key: row for row in items}

    def _checks(self, actor: Actor, events: Sequence[Event]) -> None:
        """What self-checks came to; their items follow."""
        tries = {
            event.key: Evaluated(event.key, Outcome(CheckState(event.values["state"]), event.values["words"]))
            for event in events
        }
        with self._past.unit(actor) as session:
            keep_results(session, tries, instant(session))
        follow_checks(self._past)

    def _file(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            item = self._rows["checklist_item"][event.key]
            text = f"# {item.text}\n\nDone and filed by {actor.display_name}.\n"
            add_attachment(
                self._past, self._home, actor, "checklist_item", item.id,
                filename=f"{event.key}.md", content=text.encode(), content_type="text/markdown",
            )  # fmt: skip

    def _make_task(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            item, project = (
                self._rows["checklist_item"][event.key],
                self._rows["project"][event.values["project"]],
            )
            made = make_tasks(self._past, actor, [item.id], project.id).tasks
            self._rows["task"][task_of(event.key)] = TASKS.get(self._past, actor, made[item.id])

    def _follow(self, actor: Actor, events: Sequence[Event]) -> None:
        follow_tasks(self._past, [self._rows["task"][task_of(event.key)].id for event in events], [])

    def _ask(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            row = CHECK_EXEMPTIONS.create(self._past, actor, key=event.key, **event.values)
            self._rows.setdefault("exemption", {})[event.key] = row

    def _approve(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            approve_exemption(self._past, actor, self._rows["exemption"][event.key].id)
        follow_checks(self._past)

    def _campaign(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            owners = {key: self._people[name].user_id for key, name in event.values["owners"].items()}
            CHECK_CAMPAIGNS.create(self._past, actor, **event.values | {"owners": owners})

    def _opinion(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            say(self._past, actor, event.key, **event.values)

    def _leave(self, actor: Actor, events: Sequence[Event]) -> None:
        for event in events:
            user_id = self._people[event.key].user_id
            assert user_id is not None
            disable_user(self._past, actor, user_id)
