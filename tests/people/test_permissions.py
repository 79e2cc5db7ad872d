"""Roles and what they may do."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchflow.errors import Forbidden
from orchflow.people.permissions import IN_WORDS, MATRIX, SYSTEM, Actor, Permission, Role

README = Path(__file__).parents[2] / "README.md"


def actor(role: Role, *, must_change_password: bool = False) -> Actor:
    return Actor(1, "ada", "Ada", role, must_change_password)


def test_every_role_is_in_the_matrix_and_every_permission_in_words() -> None:
    assert set(MATRIX) == set(Role)
    assert set(IN_WORDS) == set(Permission)


def test_each_step_up_keeps_what_the_step_below_may() -> None:
    assert MATRIX[Role.VIEWER] < MATRIX[Role.MEMBER] < MATRIX[Role.MANAGER] < MATRIX[Role.ADMIN]
    assert MATRIX[Role.MEMBER] < MATRIX[Role.ANALYST] < MATRIX[Role.ADMIN]


@pytest.mark.parametrize("permission", [Permission.PEOPLE_MANAGE, Permission.INGEST_RUN, Permission.ADMIN])
def test_only_administrators_change_the_workspace(permission: Permission) -> None:
    assert [role for role in Role if actor(role).may(permission)] == [Role.ADMIN]


def test_the_readme_tells_who_may_do_what() -> None:
    """Its table has a row for each permission, which begins with the permission in words."""
    [chapter] = [text for text in README.read_text("utf-8").split("\n## ") if text.startswith("Roles\n")]
    heading, _, *lines = [line for line in chapter.splitlines() if line.startswith("|")]
    roles = [Role(cell.strip()) for cell in heading.strip("|").split("|")[1:]]
    told: dict[str, set[Role]] = {}
    for line in lines:
        words, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        assert set(cells) <= {"yes", ""}
        told[words.split(":")[0]] = {role for role, cell in zip(roles, cells, strict=True) if cell}
    assert set(roles) == set(Role)
    assert told == {
        IN_WORDS[permission]: {role for role in Role if actor(role).may(permission)}
        for permission in Permission
    }


def test_figures_of_single_people_and_exports_are_for_those_who_plan_and_analyse() -> None:
    for permission in (Permission.PERSON_FIGURES, Permission.EXPORT, Permission.SOURCES_VIEW):
        allowed = {role for role in Role if actor(role).may(permission)}
        assert allowed == {Role.MANAGER, Role.ANALYST, Role.ADMIN}


def test_everybody_sees_figures_and_all_but_viewers_see_people() -> None:
    assert {role for role in Role if actor(role).may(Permission.INSIGHTS_VIEW)} == set(Role)
    assert {role for role in Role if actor(role).may(Permission.PEOPLE_VIEW)} == set(Role) - {Role.VIEWER}


def test_a_refusal_says_who_may_not_do_what_and_whom_to_ask() -> None:
    with pytest.raises(Forbidden, match=r"Ada \(viewer\) may not export data") as refused:
        actor(Role.VIEWER).require(Permission.EXPORT)
    assert "administrator" in refused.value.hint


def test_with_a_one_time_password_even_an_administrator_may_do_nothing() -> None:
    newcomer = actor(Role.ADMIN, must_change_password=True)
    assert not any(newcomer.may(permission) for permission in Permission)
    with pytest.raises(Forbidden, match="one-time password"):
        newcomer.require(Permission.INSIGHTS_VIEW)


def test_the_product_itself_may_do_everything() -> None:
    assert all(SYSTEM.may(permission) for permission in Permission)


def test_everybody_sees_the_plan_members_work_on_their_tasks_managers_plan() -> None:
    allowed = {
        permission: {role for role in Role if actor(role).may(permission)}
        for permission in (Permission.PLAN_VIEW, Permission.PLAN_EDIT_OWN, Permission.PLAN_EDIT)
    }
    assert allowed == {
        Permission.PLAN_VIEW: set(Role),
        Permission.PLAN_EDIT_OWN: set(Role) - {Role.VIEWER},
        Permission.PLAN_EDIT: {Role.MANAGER, Role.ADMIN},
    }
