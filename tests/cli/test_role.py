"""`orchflow role …`, as it is typed."""

from __future__ import annotations

from tests.cli.conftest import Run


def test_a_role_is_changed_looked_at_and_brought_back(run: Run) -> None:
    assert "as it ships" in run("role", "list").out
    assert run("role", "set", "cto", "access=viewer", "training=Law\\nFigures").code == 0
    cto = run("role", "list", "--json").document["job_roles"][0]
    assert (cto["key"], cto["access"], cto["training"]) == ("cto", "viewer", ["Law", "Figures"])
    assert run("role", "reset", "cto").code == 0
    assert run("role", "reset", "cto").code == 1
    assert run("role", "set", "cto", "access").code == 2


def test_a_role_of_ones_own_has_a_first_week(run: Run) -> None:
    run("role", "set", "steward", "name=Data Steward", "training=Data quality")
    run("user", "add", "dee", "--email", "dee@example.org")
    assert run("role", "first-week", "dee").code == 0
    week = run("role", "first-week", "dee", "--json").document
    assert (week["name"], week["job_role"], len(week["days"])) == ("dee", None, 5)
    assert "There is no user" in run("role", "first-week", "nobody").err
