"""The interpreter's search for garbage during large work."""

from __future__ import annotations

import gc

import pytest

from orchflow.garbage import seldom_collected


def test_garbage_is_looked_for_as_before_once_the_work_is_over_or_broken_off() -> None:
    usual = gc.get_threshold()
    with seldom_collected(), seldom_collected():
        assert gc.get_threshold()[0] > usual[0]
    with pytest.raises(ZeroDivisionError), seldom_collected():
        _ = 1 / 0
    assert gc.get_threshold() == usual
