"""What use would have cost otherwise: other models, more from the cache, more or less of it, other prices.

The use of a period is priced with the prices in force, kind of token by kind of token; that is the base. The changes are made to it
in one order — volume, models, cache, prices — and the same prices are applied again. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from orchflow import format as fmt
from orchflow.errors import Invalid, Problem
from orchflow.insights.cents import NOTHING, shared_out, to_coins

Key = tuple[str, str]
"""Provider and model, as usage spells them."""
KINDS = ("input", "cached", "cache_write", "output")
WHOLE = Decimal(1)


@dataclass(frozen=True)
class Tokens:
    """What one model read and wrote: `input` neither read from a cache nor written to one, `cached` and `cache_write` apart."""

    calls: Decimal = NOTHING
    input: Decimal = NOTHING
    cached: Decimal = NOTHING
    cache_write: Decimal = NOTHING
    output: Decimal = NOTHING

    @property
    def read(self) -> Decimal:
        """All tokens read."""
        return self.input + self.cached + self.cache_write

    def times(self, factor: Decimal) -> Tokens:
        """So many times as much."""
        return Tokens(*(getattr(self, name) * factor for name in ("calls", *KINDS)))

    def plus(self, other: Tokens) -> Tokens:
        """Both together."""
        return Tokens(*(getattr(self, name) + getattr(other, name) for name in ("calls", *KINDS)))

    def with_cached(self, share: Decimal) -> Tokens:
        """With this share of what is read from the cache; what is written to one stays as it is, as far as there is room."""
        cached = self.read * share
        write = min(self.cache_write, self.read - cached)
        return replace(self, input=self.read - cached - write, cached=cached, cache_write=write)


@dataclass(frozen=True)
class Price:
    """What one token of each kind costs in the workspace's currency; None for a kind without a price. `origin`: where it is from."""

    input: Decimal | None = None
    cached: Decimal | None = None
    cache_write: Decimal | None = None
    output: Decimal | None = None
    origin: str = ""

    def times(self, factor: Decimal) -> Price:
        """So many times as dear."""
        each = {name: getattr(self, name) for name in KINDS}
        dearer = {name: None if price is None else price * factor for name, price in each.items()}
        return Price(**dearer, origin=self.origin)

    def of(self, used: Tokens) -> Decimal:
        """What this use costs; tokens of a cache without a price of their own cost what those read cost."""
        each = {
            "input": self.input, "output": self.output,
            "cached": self.input if self.cached is None else self.cached,
            "cache_write": self.input if self.cache_write is None else self.cache_write,
        }  # fmt: skip
        return sum((getattr(used, name) * (price or NOTHING) for name, price in each.items()), NOTHING)

    def lacks(self, used: Tokens) -> list[str]:
        """The kinds of this use for which no price is known."""
        lacking = ["input"] if self.input is None and used.read else []
        return [*lacking, *(["output"] if self.output is None and used.output else [])]


@dataclass(frozen=True)
class Shift:
    """A share of one model's use goes to another one, with as many tokens of each kind."""

    of: Key
    to: Key
    share: Decimal


@dataclass(frozen=True)
class Changes:
    """What is to be otherwise. `volume` is how many times as much there is, `cached` the share of tokens read that comes from
    the cache, `prices` how many times as dear a model is; all by model, None standing for all of them."""

    volume: Mapping[Key | None, Decimal] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    cached: Mapping[Key | None, Decimal] = field(default_factory=dict)
    prices: Mapping[Key | None, Decimal] = field(default_factory=dict)

    @property
    def any(self) -> bool:
        """Whether anything is to be otherwise."""
        return bool(self.volume or self.shifts or self.cached or self.prices)


@dataclass(frozen=True)
class ModelOutcome:
    """What one model costs now and would cost, in coins; `tokens` it had and would have."""

    model: Key
    before: Decimal
    after: Decimal
    tokens_before: Decimal
    tokens_after: Decimal

    @property
    def delta(self) -> Decimal:
        """How much more it would be."""
        return self.after - self.before


@dataclass(frozen=True)
class Outcome:
    """The whole now and otherwise, in coins; the models, whose differences add up to it, and each assumption in words."""

    before: Decimal
    after: Decimal
    models: tuple[ModelOutcome, ...]
    assumptions: tuple[str, ...]

    @property
    def delta(self) -> Decimal:
        """How much more it would be."""
        return self.after - self.before


def what_if(
    use: Mapping[Key, Tokens], prices: Mapping[Key, Price], changes: Changes, coin: Decimal
) -> Outcome:
    """The use priced as it is and as it would be. Invalid for a change that makes no sense, or of a model without a price.

    Models without a price that no change names are left out, which the assumptions say by name.
    """
    problems = [*_senseless(use, changes)]
    if problems:
        raise Invalid(problems, "Correct the change.")
    asked = _named_in(changes)
    unpriced = dict([*_without_price(use, prices), *_without_price(_changed(use, changes), prices)])
    refused = [Problem(None, "model", said) for key, said in unpriced.items() if key in asked]
    if refused:
        raise Invalid(refused, "Add the price to the price book, or leave the model out.")
    aside = sorted(unpriced)
    use = {key: used for key, used in use.items() if key not in unpriced}
    changed = _changed(use, changes)
    dearer = {key: price.times(_for(changes.prices, key, WHOLE)) for key, price in prices.items()}
    keys = sorted(use.keys() | changed.keys())
    before = [prices[key].of(use[key]) if key in use else NOTHING for key in keys]
    after = [dearer[key].of(changed[key]) if key in changed else NOTHING for key in keys]
    models = [
        ModelOutcome(key, now, then, _tokens(use.get(key)), _tokens(changed.get(key)))
        for key, now, then in zip(keys, shared_out(before, coin), shared_out(after, coin), strict=True)
    ]
    models.sort(key=lambda model: (-abs(model.delta), model.model))
    return Outcome(
        to_coins(sum(before, NOTHING), coin), to_coins(sum(after, NOTHING), coin), tuple(models),
        tuple(assumptions(changes, prices, changed, aside)),
    )  # fmt: skip


def named(key: Key | None) -> str:
    """What a model is called in words."""
    return "all models" if key is None else f"{key[1]} of {key[0]}"


def assumptions(
    changes: Changes, prices: Mapping[Key, Price], changed: Mapping[Key, Tokens], aside: Sequence[Key] = ()
) -> list[str]:
    """Every assumption, in the order in which they are made."""
    said = [f"Volume of {named(key)}: {_times(factor)}" for key, factor in changes.volume.items()]
    said += [
        f"{fmt.percent(shift.share)} of the use of {named(shift.of)} goes to {named(shift.to)}, with as many tokens of each kind"
        for shift in changes.shifts
    ]
    said += [
        f"{fmt.percent(share)} of what {named(key)} reads comes from the cache; as much is written to it as before"
        for key, share in changes.cached.items()
    ]
    said += [f"Prices of {named(key)}: {_times(factor)}" for key, factor in changes.prices.items()]
    for key, used in sorted(changed.items()):
        kinds = [
            name.replace("_", " ") for name in ("cached", "cache_write")
            if getattr(used, name) and getattr(prices[key], name) is None
        ]  # fmt: skip
        if kinds:
            said.append(
                f"No price is known for {' and '.join(kinds)} tokens of {named(key)}: they cost what read ones cost"
            )
    if aside:
        said.append(f"Left out, since no price is known: {', '.join(map(named, aside))}")
    said.append("Answers are as long as before, and nothing is called more often because it is cheaper")
    return said


def _times(factor: Decimal) -> str:
    change = factor - 1
    return f"{'+' if change > 0 else '−' if change < 0 else '±'}{fmt.percent(abs(change))}"


def _tokens(used: Tokens | None) -> Decimal:
    return NOTHING if used is None else used.read + used.output


def _for(by_model: Mapping[Key | None, Decimal], key: Key, otherwise: Decimal) -> Decimal:
    """What is said of a model itself beats what is said of all."""
    return by_model.get(key, by_model.get(None, otherwise))


def _changed(use: Mapping[Key, Tokens], changes: Changes) -> dict[Key, Tokens]:
    grown = {key: used.times(_for(changes.volume, key, WHOLE)) for key, used in use.items()}
    moved = dict(grown)
    for shift in changes.shifts:
        part = grown[shift.of].times(shift.share)
        moved[shift.of] = moved[shift.of].plus(part.times(Decimal(-1)))
        moved[shift.to] = moved.get(shift.to, Tokens()).plus(part)
    shares = {key: _for(changes.cached, key, Decimal(-1)) for key in moved}
    return {key: used.with_cached(shares[key]) if shares[key] >= 0 else used for key, used in moved.items()}


def _without_price(use: Mapping[Key, Tokens], prices: Mapping[Key, Price]) -> list[tuple[Key, str]]:
    return [
        (key, f"{named(key)} has no price for {' and '.join(kinds)} tokens")
        for key, used in sorted(use.items())
        if (kinds := prices.get(key, Price()).lacks(used))
    ]


def _named_in(changes: Changes) -> set[Key]:
    """The models that some change names."""
    shifted = {key for shift in changes.shifts for key in (shift.of, shift.to)}
    return shifted | {key for each in (changes.volume, changes.cached, changes.prices) for key in each if key}


def _senseless(use: Mapping[Key, Tokens], changes: Changes) -> list[Problem]:
    problems = [
        Problem(None, name, f"{named(key)}: must not be below 0")
        for name, by_model in (("volume", changes.volume), ("prices", changes.prices))
        for key, factor in by_model.items()
        if factor < 0
    ]
    problems += [
        Problem(None, "cached", f"{named(key)}: must be from 0 to 100 %")
        for key, share in changes.cached.items()
        if not 0 <= share <= 1
    ]
    given: dict[Key, Decimal] = {}
    for shift in changes.shifts:
        given[shift.of] = given.get(shift.of, NOTHING) + shift.share
        if shift.of == shift.to:
            problems.append(
                Problem(None, "shifts", f"{named(shift.of)} stays where it is: name another model")
            )
        if shift.share < 0:
            problems.append(Problem(None, "shifts", f"{named(shift.of)}: must not be below 0"))
    problems += [
        Problem(None, "shifts", f"{named(key)}: {fmt.percent(share)} of it are to go, more than there is")
        for key, share in given.items()
        if share > 1
    ]
    asked = {
        *given,
        *(key for each in (changes.volume, changes.cached, changes.prices) for key in each if key),
    }
    there = {*use, *(shift.to for shift in changes.shifts)}
    problems += [
        Problem(None, "model", f"{named(key)} is not used in the period") for key in sorted(asked - there)
    ]
    return problems
