"""The arithmetic of returns by examples that others worked out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchflow.errors import Invalid
from orchflow.value.returns import by_year, capacity_lost, irr, net_flows, npv, payback, relapses, roi
from orchflow.value.sensitivity import Range, break_even, tornado, weakest
from orchflow.value.tables import Grade
from orchflow.value.waterfall import waterfall

D = Decimal
COSTS = [53_150, 666_715, 636_772, 647_783]
BENEFITS = [0, 1_606_511, 3_061_331, 4_229_760]
"""A study of total economic impact over three years."""


def of(*flows: float) -> list[Decimal]:
    return [D(str(flow)) for flow in flows]


def near(value: Decimal | None, right: float, digits: int) -> bool:
    return value is not None and round(value, digits) == round(D(str(right)), digits)


def test_net_present_value_leaves_year_0_as_it_is() -> None:
    assert near(npv(D("0.08"), of(-40000, 5000, 8000, 12000, 30000)), 3065.22266818, 8)
    flows = of(-10000, 3000, 4200, 6800)
    assert near(npv(D("0.1"), flows), 1307.29, 2)
    assert near(npv(D("0.1"), [D(0), *flows]), 1188.44, 2)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [((-100, 39, 59, 55, 20), 0.28095), ((-100, 0, 0, 74), -0.0955), ((-100, 100, 0, 7), 0.06206)],
)
def test_a_rate_of_return_that_is_the_only_one(flows: Sequence[float], rate: float) -> None:
    found = irr(of(*flows))
    assert len(found.solutions) == 1
    assert near(found.rate, rate, len(str(rate).split(".")[1]))


def test_several_rates_of_return_are_listed_and_none_is_it() -> None:
    found = irr(of(-1600, 10000, -10000))
    assert [round(rate, 9) for rate in found.solutions] == [D("0.25"), D(4)]
    assert found.rate is None
    assert "25.0% and 400.0%" in found.said


@pytest.mark.parametrize("flows", [(100, 200, 300), (1000, -3000, 2500), (0, 0), ()])
def test_where_there_is_no_rate_of_return_that_is_said(flows: Sequence[float]) -> None:
    found = irr(of(*flows))
    assert (found.solutions, found.rate) == ((), None)
    assert found.said.startswith("No rate of return")


def test_three_rates_and_one_that_is_only_touched() -> None:
    assert [round(rate, 9) for rate in irr(of(-1, 6, -11, 6)).solutions] == [D(0), D(1), D(2)]
    assert [round(rate, 9) for rate in irr(of(1, -2, 1)).solutions] == [D(0)]


def test_total_economic_impact() -> None:
    costs, benefits = of(*COSTS), of(*BENEFITS)
    worth, spent = npv(D("0.1"), benefits), npv(D("0.1"), costs)
    net = net_flows(benefits, costs)
    assert round(spent) == 1_672_201
    assert round(worth) == 7_168_371
    assert round(npv(D("0.1"), net)) == 5_496_170
    assert near(roi(worth, spent), 3.29, 2)
    assert near(payback(net, costs).months, 0.679, 3)
    found = irr(net, costs)
    assert near(found.solutions[0] * 100, 1911.6, 1)
    assert found.rate is None
    assert "2.7% of the costs" in found.said


def test_what_a_better_delivery_of_software_brings() -> None:
    people, salary = D(500), D(176_000)
    hard = people * (250 + 80) + 100_000 + people * 9_600
    dip = capacity_lost(people, salary, D("0.15"), D(3))
    capacity = people * salary * D("0.125")
    revenue = (56 - 50) * D("0.33") * D("0.005") * 100_000_000
    downtime = (56 * D("0.06") - 50 * D("0.05")) * 4 * 100_000
    gained = capacity + revenue - downtime
    assert (hard, dip, capacity, revenue, downtime) == (5_065_000, 3_300_000, 11_000_000, 990_000, 344_000)
    assert (hard + dip, gained) == (8_365_000, 11_646_000)
    part = roi(gained, hard + dip)
    assert part is not None
    assert near(part * 100, 39.2230, 4)
    assert near(payback([-(hard + dip), gained]).months, 8.6193, 4)


def test_payback_is_where_the_sum_stays_and_not_where_it_first_is() -> None:
    flows = of(-100, 150, -120, 140)
    assert payback(flows, months=1).months == 2 + D(70) / 140
    assert relapses([D(-100), D(50), D(-70), D(70)]) == 1


def test_payback_is_counted_after_the_first_cost() -> None:
    assert payback(of(0, 50, -80, 60), months=1).months == D(2.5)
    assert payback(of(10, 10)).said == "Nothing was spent, so nothing has to be paid back"
    assert payback(of(-10, 4)).said == "Not reached: 6 are still to be earned at the end"
    assert payback(of(20, -10, 5)).months == 0


def test_a_rate_of_minus_one_no_flows_and_no_costs_are_no_numbers() -> None:
    with pytest.raises(Invalid, match="above -100 %"):
        npv(D(-1), of(-1, 2))
    with pytest.raises(Invalid, match="at least one"):
        npv(D("0.1"), [])
    assert roi(D(10), D(0)) is None


def test_months_become_years_after_year_0() -> None:
    assert by_year(of(*[1] * 12, *[2] * 6)) == (0, 12, 12)
    assert by_year([]) == (0,)


@given(
    st.lists(st.integers(-10_000, 10_000), min_size=2, max_size=9).map(lambda values: of(*values)),
)
def test_at_every_rate_of_return_the_flows_are_worth_nothing(flows: list[Decimal]) -> None:
    for rate in irr(flows).solutions:
        size = sum(abs(flow) / (1 + rate) ** year for year, flow in enumerate(flows))
        assert abs(npv(rate, flows)) <= size * D("1e-12")


@given(st.lists(st.integers(-9, 9).map(D), min_size=1, max_size=5, unique=True))
def test_no_rate_of_return_is_missed(growth: list[Decimal]) -> None:
    rates = sorted({D(each) / 10 for each in growth})
    flows = [D(1)]
    for rate in rates:  # one factor (1 + r) - (1 + rate) for each, written in falling powers of 1 + r
        flows = [one - other * (1 + rate) for one, other in zip([*flows, D(0)], [D(0), *flows], strict=True)]
    assert [round(each, 6) for each in irr(flows).solutions] == [round(each, 6) for each in rates]


def test_the_assumption_with_the_widest_swing_comes_first_and_the_weakest_is_named() -> None:
    ranges = {
        "recapture": Range(D(30), D(50), D(70), most=D(100)),
        "rate": Range(D(55), D(60), D(62)),
    }

    def net(values: object) -> Decimal:
        assert isinstance(values, dict)
        return D(1000) * values["recapture"] / 100 * values["rate"] - 24_000

    swings = tornado(net, ranges)
    assert [(each.name, each.at_low, each.at_high) for each in swings] == [
        ("recapture", -6000, 18_000), ("rate", 3500, 7000),
    ]  # fmt: skip
    assert [round(each.break_even or D(0), 6) for each in swings] == [40, 48]
    found = weakest(swings, ranges)
    assert found is not None
    assert found.name in ranges


def test_where_nothing_turns_a_result_there_is_no_break_even() -> None:
    assert break_even(lambda value: value + 5, Range(D(1), D(2), D(3))) is None
    twice = Range(D(5), D(6), D(7), D(0), D(10))  # of one sign at 0, 6 and 10
    assert round(break_even(lambda value: (value - 2) * (value - 4), twice) or D(0), 6) == 4
    assert break_even(lambda value: value - 2, Range(D(1), D(2), D(3))) == 2


amounts = st.decimals(0, 10**9, places=4)


@given(amounts, st.fixed_dictionaries({}, optional=dict.fromkeys(Grade, amounts)))
def test_the_steps_of_a_waterfall_add_up(lost: Decimal, by_grade: dict[Grade, Decimal]) -> None:
    gross = lost + sum(by_grade.values(), D(0))
    steps = waterfall(gross, by_grade)
    assert sum(step.change for step in steps) == steps[-1].left == by_grade.get(Grade.VERIFIED, 0)
    assert steps[1].left == sum(by_grade.values(), D(0))
