"""What the framework logs of errors: one line where they explain themselves, and no traceback twice."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from streamlit import error_util
from streamlit.testing.v1 import AppTest

from orchflow.errors import Unavailable
from orchflow.ui.states import explain_in_one_line


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """The lines of the framework's log of errors."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    logger, kept = logging.getLogger("streamlit.error_util"), Keep()
    explain_in_one_line()
    logger.addHandler(kept)
    yield lines
    logger.removeHandler(kept)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:
        return caught


def test_an_error_that_explains_itself_is_one_line(logged: list[str]) -> None:
    error_util._log_uncaught_app_exception(raised(Unavailable("PostgreSQL does not answer", "Start it.")))
    assert logged == ["PostgreSQL does not answer. Start it."]


def test_an_unforeseen_error_is_logged_by_us_under_its_number_and_not_twice(logged: list[str]) -> None:
    error_util._log_uncaught_app_exception(raised(ValueError("what is this")))
    assert logged == []


def test_refused_values_stand_under_the_names_of_their_fields() -> None:
    def script() -> None:
        from orchflow.errors import Invalid, Problem
        from orchflow.ui.states import problem

        refused = [
            Problem(None, "display_name", "is needed"),
            *(Problem(None, "team_id", "is gone") for _ in range(9)),
        ]
        problem(Invalid(refused), {"display_name": "Name"})

    lines = AppTest.from_function(script).run().error[0].value.split("  \n")
    assert lines[:2] == ["**Name**: is needed", "**Team**: is gone"]
    assert lines[8:] == ["and 2 more", r"Correct the values and save again\."]
