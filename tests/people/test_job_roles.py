"""The job roles that travel with the product."""

from __future__ import annotations

from orchflow.people.job_roles import GROUPS, SHIPPED


def test_the_ten_job_roles_are_in_their_four_groups() -> None:
    by_group = {group: [role.key for role in SHIPPED.values() if role.group == group] for group in GROUPS}
    assert by_group == {
        "leadership": ["cto", "ai_lead", "product_owner"],
        "management": ["engineering_manager", "product_manager"],
        "development": ["ai_engineer", "backend_engineer", "frontend_engineer"],
        "power_users": ["business_analyst", "domain_expert"],
    }


def test_every_job_role_says_what_it_does_and_what_to_learn() -> None:
    for role in SHIPPED.values():
        assert role.name
        assert len(role.responsibilities) >= 3
        assert len(role.training) >= 3
