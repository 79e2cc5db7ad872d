"""The people of Northwind Claims: teams, job roles, habits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from orchflow.demo.columns import draw_uuids
from orchflow.people.job_roles import JOB_ROLES
from orchflow.people.roles import Role

NAME = "Northwind Claims"
DOMAIN = "northwind-claims.example"

ORGANIZATIONS: dict[str, tuple[str, str]] = {
    "claims": ("Claims", "Motor, property and liability claims from first notice to settlement"),
    "customer-service": ("Customer Service", "Calls, letters and e-mail of policy holders"),
    "finance": ("Finance", "Reserves, invoices and recoveries"),
    "legal": ("Legal", "Contracts, disputes and regulation"),
    "engineering": ("Engineering", "Systems, digital products and the AI platform"),
    "human-resources": ("Human Resources", "People, policies and learning"),
}


@dataclass(frozen=True)
class Team:
    """One team: where it belongs and how many of each job role it has."""

    name: str
    organization: str
    description: str
    seats: tuple[tuple[str, int], ...]

    @property
    def size(self) -> int:
        """How many people the team has."""
        return sum(count for _, count in self.seats)


TEAMS: tuple[Team, ...] = (
    Team(
        "Leadership",
        "engineering",
        "Technology leadership and the AI programme",
        (("cto", 1), ("ai_lead", 1)),
    ),
    Team(
        "AI Platform",
        "engineering",
        "Builds and runs the agents",
        (("engineering_manager", 1), ("product_owner", 1), ("ai_engineer", 6), ("backend_engineer", 3)),
    ),
    Team(
        "Claims Systems",
        "engineering",
        "The claims ledger and its interfaces",
        (
            ("engineering_manager", 1),
            ("product_manager", 1),
            ("backend_engineer", 4),
            ("frontend_engineer", 3),
        ),
    ),
    Team(
        "Digital Products",
        "engineering",
        "Portal and app of the policy holders",
        (
            ("engineering_manager", 1),
            ("product_manager", 2),
            ("backend_engineer", 2),
            ("frontend_engineer", 3),
        ),
    ),
    Team(
        "Claims Intake",
        "claims",
        "First notice of loss",
        (("product_owner", 1), ("business_analyst", 3), ("domain_expert", 14)),
    ),
    Team("Motor Claims", "claims", "Motor adjusters", (("business_analyst", 2), ("domain_expert", 12))),
    Team("Property Claims", "claims", "Property adjusters", (("business_analyst", 2), ("domain_expert", 11))),
    Team(
        "Fraud and Recovery",
        "claims",
        "Investigation and recourse",
        (("business_analyst", 3), ("domain_expert", 6)),
    ),
    Team(
        "Customer Care",
        "customer-service",
        "Answers policy holders",
        (("product_manager", 1), ("business_analyst", 3), ("domain_expert", 13)),
    ),
    Team(
        "Legal Review",
        "legal",
        "Contracts and disputes",
        (("product_owner", 1), ("business_analyst", 1), ("domain_expert", 5)),
    ),
    Team(
        "Finance Control", "finance", "Reserves and payments", (("business_analyst", 4), ("domain_expert", 4))
    ),
    Team(
        "People Operations",
        "human-resources",
        "Hiring and learning",
        (("business_analyst", 2), ("domain_expert", 2)),
    ),
)

SignIn = Literal["admin", "manager", "analyst", "member", "viewer"]
SIGN_INS: dict[SignIn, tuple[str, str]] = {
    "admin": ("Leadership", "ai_lead"),
    "manager": ("AI Platform", "engineering_manager"),
    "analyst": ("Finance Control", "business_analyst"),
    "member": ("Claims Intake", "domain_expert"),
    "viewer": ("Legal Review", "domain_expert"),
}
"""The people who can sign in to the demo: role → team and job role of the person."""

Habit = Literal["daily", "weekly", "rare", "never"]
HABITS: tuple[Habit, ...] = ("daily", "weekly", "rare", "never")
HABIT_SHARES = (0.36, 0.38, 0.17, 0.09)
HABIT_CHANCE: dict[Habit, float] = {"daily": 0.86, "weekly": 0.36, "rare": 0.08, "never": 0.0}
"""The chance that a person of each habit uses agents at all on a working day."""

FIRST_NAMES = (
    "Ada", "Amir", "Anika", "Bela", "Bruno", "Carla", "Chidi", "Dana", "Deniz", "Diego", "Elif", "Emeka",
    "Esther", "Farid", "Fiona", "Gabriel", "Greta", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jonas",
    "Kaito", "Karin", "Leila", "Lena", "Luca", "Maja", "Marco", "Mei", "Milan", "Nadia", "Nils", "Nora",
    "Omar", "Paula", "Priya", "Quinn", "Rafael", "Rosa", "Samir", "Sofia", "Tariq", "Tessa", "Uma",
    "Viktor", "Wanda", "Yara", "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Adler", "Almeida", "Ansari", "Bauer", "Becker", "Bianchi", "Borg", "Castillo", "Chen", "Cole",
    "Costa", "Dahl", "Delgado", "Dubois", "Eriksen", "Farouk", "Fischer", "Fontaine", "Garcia", "Grant",
    "Haddad", "Hansen", "Hayashi", "Horvat", "Ibrahim", "Ivanova", "Jansen", "Jensen", "Kaya", "Keller",
    "Kim", "Kovacs", "Lange", "Larsen", "Lopez", "Marin", "Mbeki", "Mehta", "Moreau", "Nakamura", "Nguyen",
    "Novak", "Nowak", "Okafor", "Olsen", "Ortiz", "Park", "Patel", "Petrov", "Quint", "Rahman", "Rossi",
    "Sato", "Silva", "Singh", "Sousa", "Tanaka", "Varga", "Weber",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One employee; `position` is the place in the list that `people` returns."""

    position: int
    username: str
    display_name: str
    email: str
    job_role: str
    team: str
    organization: str
    platform_id: str
    habit: Habit
    joined: date
    left: bool = False
    sign_in: SignIn | None = None

    @property
    def role(self) -> Role:
        """What they may do in the product."""
        return Role(self.sign_in) if self.sign_in else JOB_ROLES[self.job_role].access


def people(seed: int, start: date) -> list[Person]:
    """Return the same 120 people for the same seed; accounts on the platform open within weeks of `start`."""
    rng = np.random.default_rng([seed, 1])
    size = sum(team.size for team in TEAMS)
    names = rng.choice(len(FIRST_NAMES) * len(LAST_NAMES), size=size, replace=False)
    habits = rng.choice(len(HABITS), size=size, p=HABIT_SHARES)
    ids = draw_uuids(rng, size)
    joined = rng.integers(0, 30, size=size)
    leavers = set(rng.choice(np.arange(60, size - 30), size=2, replace=False).tolist())
    open_sign_ins = {place: role for role, place in SIGN_INS.items()}
    found: list[Person] = []
    for team in TEAMS:
        for job_role in [role for role, count in team.seats for _ in range(count)]:
            position = len(found)
            first = FIRST_NAMES[int(names[position]) // len(LAST_NAMES)]
            last = LAST_NAMES[int(names[position]) % len(LAST_NAMES)]
            role = open_sign_ins.pop((team.name, job_role), None)
            pioneer = team.name in ("AI Platform", "Leadership")
            found.append(
                Person(
                    position=position,
                    username=role or f"{first}.{last}".lower(),
                    display_name=f"{first} {last}",
                    email=f"{first}.{last}@{DOMAIN}".lower(),
                    job_role=job_role,
                    team=team.name,
                    organization=team.organization,
                    platform_id=ids[position].tobytes().decode(),
                    habit="daily" if pioneer or role else HABITS[int(habits[position])],
                    joined=start + timedelta(days=0 if pioneer else int(joined[position])),
                    left=position in leavers and role is None,
                    sign_in=role,
                )
            )
    return found
