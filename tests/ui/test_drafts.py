"""Unsaved edits on disk: offered in another tab, to their owner only, and thrown away when they are old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from orchflow import clock
from orchflow.ui.drafts import Drafts


def test_a_draft_is_offered_in_another_tab_of_its_owner(tmp_path: Path) -> None:
    Drafts(tmp_path, 3, "plan-task").keep("aa", {"edits": {"task-1": {"due": date(2026, 11, 22)}}}, 1)

    (draft,) = Drafts(tmp_path, 3, "plan-task").waiting("bb")
    assert (draft.tab, draft.count) == ("aa", 1)
    assert draft.content == {"edits": {"task-1": {"due": "2026-11-22"}}}
    assert Drafts(tmp_path, 3, "plan-task").waiting("aa") == []
    assert Drafts(tmp_path, 33, "plan-task").waiting("bb") == []
    assert Drafts(tmp_path, 3, "plan-tree").waiting("bb") == []


def test_a_dropped_draft_is_gone(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, 3, "plan")
    drafts.keep("aa", {}, 1)
    drafts.drop("aa")

    assert drafts.waiting("bb") == []


def test_an_old_or_broken_draft_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = Drafts(tmp_path, 3, "plan")
    drafts.keep("aa", {}, 1)
    (tmp_path / "3-plan-cc.json").write_text("{half", encoding="utf-8")
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=15))

    assert drafts.waiting("bb") == []
    assert list(tmp_path.iterdir()) == []
