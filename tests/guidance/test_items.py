"""Items are ticked with what shows it, said not to apply with a reason, opened again; by those whose they are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orchflow.errors import ConflictError, Forbidden, Invalid, NotFound
from orchflow.guidance.items import ITEMS, get_item, update_item
from orchflow.guidance.opinions import OPINIONS, list_opinions, say
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.guidance.steps import STEPS, create_step, list_steps, update_step
from orchflow.people.permissions import SYSTEM, Actor, Role
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.attachments import add_attachment
from orchflow.planning.work.comments import add_comment, list_comments
from orchflow.store.edits import Edit
from orchflow.store.engine import Store
from tests.guidance.conftest import MONDAY
from tests.planning.conftest import AddPerson

Items = dict[str, ItemRow]
TEXT, LINK, FIGURE, FILE = (
    "hw-server-used", "hw-place-decided", "hw-connections-reckoned", "hw-size-signed",
)  # fmt: skip


def change(store: Store, actor: Actor, item: ItemRow, **changes: Any) -> ItemRow:
    return update_item(store, actor, item.id, item.version, changes).row


@pytest.mark.parametrize(
    ("key", "evidence", "lacking"),
    [
        (TEXT, {"evidence_text": "Two laptops"}, "say in words"),
        (LINK, {"evidence_link": "https://wiki.example.com/place"}, "give the address"),
        (FIGURE, {"evidence_value": "3", "evidence_figure": "instances"}, "give the value"),
    ],
)
def test_a_tick_needs_its_evidence(
    store: Store, ada: Actor, items: Items, key: str, evidence: dict[str, Any], lacking: str
) -> None:
    with pytest.raises(Invalid, match=lacking):
        change(store, ada, items[key], state="ticked")

    ticked = change(store, ada, items[key], state="ticked", **evidence)

    assert (ticked.state, ticked.ticked_by_id, ticked.ticked_through) == ("ticked", ada.user_id, "hand")
    assert ticked.ticked_at is not None
    with pytest.raises(Invalid, match=lacking):
        change(store, ada, ticked, **dict.fromkeys(evidence))


def test_a_file_is_hung_on_its_item(store: Store, ada: Actor, items: Items, tmp_path: Any) -> None:
    item = items[FILE]
    with pytest.raises(Invalid, match="hang the file on the item"):
        change(store, ada, item, state="ticked")

    add_attachment(store, tmp_path, ada, "checklist_item", item.id, filename="sizes.pdf", content=b"8 GB")

    assert change(store, ada, item, state="ticked").state == "ticked"


def test_a_file_of_a_gigabyte_is_refused_and_nothing_of_it_kept(
    store: Store, ada: Actor, items: Items, tmp_path: Any
) -> None:
    class Gigabyte:
        left = 2**30

        def read(self, size: int) -> bytes:
            self.left -= size
            return bytes(size) if self.left >= 0 else b""

    content: Any = Gigabyte()
    with pytest.raises(Invalid, match="larger than 25 MB") as refused:
        add_attachment(store, tmp_path, ada, "checklist_item", items[FILE].id, filename="x", content=content)

    assert refused.value.hint == "Link to it instead."
    assert content.left > 2**29
    assert [path for path in (tmp_path / "uploads").rglob("*") if path.is_file()] == []
    with pytest.raises(Invalid, match="at most 20,000 fit"):
        change(store, ada, items[TEXT], state="ticked", evidence_text="x" * 2**20)


def test_what_does_not_apply_says_why_and_can_be_opened_again(store: Store, ada: Actor, items: Items) -> None:
    item = items[TEXT]
    with pytest.raises(Invalid, match="say why it does not apply"):
        change(store, ada, item, state="not_applicable")
    with pytest.raises(Invalid, match="only what does not apply has one"):
        change(store, ada, item, reason="Because")

    left_out = change(store, ada, item, state="not_applicable", reason="We rent the platform")
    assert (left_out.state, left_out.reason, left_out.ticked_by_id) == (
        "not_applicable", "We rent the platform", None,
    )  # fmt: skip

    opened = change(store, ada, left_out, state="open")
    assert (opened.state, opened.reason) == ("open", None)
    with pytest.raises(Invalid, match="an exemption is asked for"):
        change(store, ada, opened, state="exempt")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "http://[", "wiki/page"])
def test_a_link_that_a_browser_must_not_follow_is_refused(
    store: Store, ada: Actor, items: Items, address: str
) -> None:
    with pytest.raises(Invalid, match="must be an address like"):
        change(store, ada, items[LINK], state="ticked", evidence_link=address)


def test_two_ticks_at_once_are_both_kept(store: Store, ada: Actor, bob: Actor, items: Items) -> None:
    words = {"state": "ticked", "evidence_text": "Seen"}
    first, second = items[TEXT], items["hw-only-443"]
    change(store, ada, first, **words)
    assert change(store, bob, second, **words).ticked_by_id == bob.user_id

    again = update_item(store, bob, first.id, first.version, words)
    assert again.merged
    assert again.row.ticked_by_id == ada.user_id  # who was first

    with pytest.raises(ConflictError) as refused:
        change(store, bob, first, state="ticked", evidence_text="Seen by me as well")
    (conflict,) = refused.value.conflicts
    assert (conflict.field, conflict.theirs, conflict.mine) == ("evidence_text", "Seen", "Seen by me as well")


def test_those_tick_whose_it_is(
    store: Store, ada: Actor, mia: Actor, flow: FlowRow, items: Items, add_person: AddPerson
) -> None:
    words = {"state": "ticked", "evidence_text": "Seen"}
    with pytest.raises(Forbidden, match="only its assignee, its role or a manager"):
        change(store, mia, items[TEXT], **words)
    given = change(store, ada, items[TEXT], assignee_id=mia.user_id)
    with pytest.raises(Forbidden, match="only a manager changes this"):
        change(store, mia, given, text="Something else")

    assert change(store, mia, given, **words).ticked_by_id == mia.user_id

    engineer = add_person("eli", job_role="backend_engineer")
    assert change(store, engineer, items["hw-only-443"], **words).state == "ticked"
    with pytest.raises(Forbidden):
        change(store, engineer, items[LINK], state="ticked", evidence_link="https://example.org")
    viewer = add_person("vic", Role.VIEWER, job_role="backend_engineer")
    with pytest.raises(Forbidden):
        change(store, viewer, items["hw-ports-agreed"], **words)


def test_nobody_is_given_an_item_whose_account_is_disabled(
    store: Store, ada: Actor, items: Items, add_person: AddPerson
) -> None:
    gone = add_person("gone", active=False)

    with pytest.raises(Invalid, match="Gone's account is disabled"):
        change(store, ada, items[TEXT], assignee_id=gone.user_id)


def test_a_member_takes_back_their_own_tick(store: Store, ada: Actor, mia: Actor, items: Items) -> None:
    given = change(store, ada, items[TEXT], assignee_id=mia.user_id)
    save = ITEMS.save(
        store, mia, [Edit(given.id, given.version, {"state": "ticked", "evidence_text": "Seen"})]
    )

    assert undo(store, mia, save.request).left == []

    now = get_item(store, mia, given.id)
    assert (now.state, now.ticked_by_id, now.ticked_at, now.evidence_text) == ("open", None, None, "")


def test_items_are_talked_about(store: Store, mia: Actor, items: Items) -> None:
    add_comment(store, mia, "checklist_item", items[TEXT].id, "Which server?")

    (said,) = list_comments(store, mia, entity="checklist_item", entity_id=items[TEXT].id)
    assert (said.body, said.author_id) == ("Which server?", mia.user_id)


def test_own_items_and_steps_are_added_and_deleted_those_that_ship_are_not(
    store: Store, ada: Actor, flow: FlowRow, items: Items
) -> None:
    step = create_step(store, ada, flow_id=flow.id, name="Works council", days=2, after=["hardware-setup"])
    assert (step.key, step.own, step.position) == ("works-council", True, 5.0)
    item = ITEMS.create(store, ada, step_id=step.id, text="Ask the council", due_days=3)
    assert (item.own, item.key, item.state, item.position) == (True, "ask-the-council", "open", 1.0)

    with pytest.raises(Invalid, match="say that it does not apply"):
        ITEMS.delete(store, ada, items[TEXT].id)
    with pytest.raises(Invalid, match="ships with its flow"):
        STEPS.delete(store, ada, list_steps(store, ada, flow_id=flow.id)[0].id)
    request = STEPS.delete(store, ada, step.id)

    with pytest.raises(NotFound):
        get_item(store, ada, item.id)
    undo(store, ada, request)
    assert get_item(store, ada, item.id).text == "Ask the council"


def test_steps_never_wait_for_each_other_in_a_circle(store: Store, ada: Actor, flow: FlowRow) -> None:
    first, second, third, _ = list_steps(store, ada, flow_id=flow.id)  # the third waits for the second
    with pytest.raises(Invalid, match="wait for each other in a circle"):
        update_step(store, ada, second.id, second.version, {"after": [third.key]})
    with pytest.raises(Invalid, match="the flow has no step nowhere"):
        update_step(store, ada, first.id, first.version, {"after": ["nowhere"]})
    with pytest.raises(Invalid, match="does not come after itself"):
        update_step(store, ada, first.id, first.version, {"after": [first.key]})


def test_an_item_is_not_due_after_a_step_that_waits_for_its_own(
    store: Store, ada: Actor, flow: FlowRow, items: Items
) -> None:
    installed = next(item for item in items.values() if item.key.startswith("sw-"))
    with pytest.raises(Invalid, match="in a circle"):
        change(store, ada, installed, due_after="authentication-setup", due_days=1)


def test_a_step_is_due_with_its_last_required_item(
    store: Store, ada: Actor, flow: FlowRow, items: Items
) -> None:
    def due() -> tuple[date | None, date | None]:
        step = next(
            step for step in list_steps(store, ada, flow_id=flow.id) if step.key == "software-installation"
        )
        return step.due_day, items["sw-audit-gate"].due_day

    assert due() == (date(2026, 11, 6), date(2026, 11, 10))
    change(store, ada, items["sw-audit-gate"], required=True)

    assert due() == (date(2026, 11, 10), date(2026, 11, 10))


def test_a_page_is_judged_once_by_each_person(store: Store, ada: Actor, mia: Actor) -> None:
    page = "topics/security/rbac"
    say(store, ada, page, useful=True)
    say(store, mia, page, useful=False, word="Too long")
    now = say(store, mia, f"{page}.md", useful=True, word="Now it helps")

    assert [(o.useful, o.word) for o in list_opinions(store, ada)] == [(True, ""), (True, "Now it helps")]
    with pytest.raises(Forbidden):
        OPINIONS.update(store, ada, now.id, now.version, {"useful": False})
    with pytest.raises(Invalid, match="there is no page"):
        say(store, ada, "../../etc/passwd", useful=True)
    with pytest.raises(Forbidden):
        say(store, SYSTEM, page, useful=True)


def test_a_day_set_by_hand_stays_until_it_is_emptied(store: Store, ada: Actor, items: Items) -> None:
    counted = items[TEXT].due_day
    by_hand = change(store, ada, items[TEXT], due_day="2026-12-24")
    assert (str(by_hand.due_day), by_hand.due_by_hand) == ("2026-12-24", True)

    counted_again = change(store, ada, by_hand, due_day=None)

    assert (counted_again.due_day, counted_again.due_by_hand) == (counted, False)
    assert counted is not None
    assert counted > MONDAY
