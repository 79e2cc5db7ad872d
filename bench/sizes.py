"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Rows and repetitions of a run."""

    arrow_rows: int = 1_000_000
    bill_rows: int = 1_000_000
    postgres_rows: int = 300_000
    api_rows: int = 20_000
    small: int = 1_000_000
    large: int = 10_000_000
    backfill: int = 1_000_000
    days: int = 180
    repeats: int = 3
    visits: int = 15
    reruns: int = 60
    plan_small: int = 1_000
    plan_large: int = 10_000
    plan_repeats: int = 9
    plan_rounds: int = 15
    people: int = 500
    agents: int = 200
    items: int = 20_000
    tabs: int = 100
    walking: float = 60.0
    settling: float = 120.0
    screens: int = 100


QUICK = Sizes(
    arrow_rows=20_000,
    bill_rows=2_000,
    postgres_rows=2_000,
    api_rows=600,
    small=2_000,
    large=2_000,
    backfill=20_000,
    days=14,
    repeats=1,
    visits=1,
    reruns=1,
    plan_small=30,
    plan_large=90,
    plan_repeats=1,
    plan_rounds=1,
    people=150,
    agents=22,
    items=250,
    tabs=3,
    walking=2.5,
    settling=0.1,
    screens=1,
)
