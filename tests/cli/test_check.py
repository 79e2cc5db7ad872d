"""`orchflow check …`"""

from __future__ import annotations

from tests.cli.conftest import Run


def test_checks_are_evaluated_listed_and_explained(run: Run) -> None:
    ran = run("check", "run", "administrators", "single-sign-on")
    assert ran.code == 1, ran.err
    assert "FAILED" in ran.out
    assert "0 active administrators; 2 to 5 are asked for" in ran.out
    listed = run("check", "list", "--flow", "1", "--state", "failed", "--json").document
    assert {"administrators", "single-sign-on"} <= {check["key"] for check in listed["checks"]}
    assert [level["flow"] for level in listed["levels"]] == [1]
    assert "missing for the next" in run("check", "list").out
    shown = run("check", "show", "single-sign-on").out
    assert "Is single sign-on on?" in shown
    assert "To mend it: Set oidc.*" in shown


def test_what_there_is_not_is_said(run: Run) -> None:
    unknown = run("check", "show", "budget-set")
    assert (unknown.code, "There is no check 'budget-set'" in unknown.err) == (1, True)
    assert run("check", "list", "--state", "broken").code == 2
