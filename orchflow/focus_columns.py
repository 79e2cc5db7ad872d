"""The columns of FOCUS, the open specification of what clouds and services bill, and which version of it a file has."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType

from orchflow.errors import SourceError

_FIRST = """
AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory
ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd ChargePeriodStart CommitmentDiscountCategory CommitmentDiscountId
CommitmentDiscountName CommitmentDiscountStatus CommitmentDiscountType ConsumedQuantity ConsumedUnit ContractedCost
ContractedUnitPrice EffectiveCost InvoiceIssuerName ListCost ListUnitPrice PricingCategory PricingQuantity PricingUnit ProviderName
PublisherName RegionId RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName SkuId SkuPriceId SubAccountId
SubAccountName Tags
"""
ADDED: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "1.0": tuple(_FIRST.split()),
    "1.1": (
        "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity", "CommitmentDiscountUnit",
        "ServiceSubcategory", "SkuMeter", "SkuPriceDetails",
    ),
    "1.2": (
        "BillingAccountType", "InvoiceId", "PricingCurrency", "PricingCurrencyContractedUnitPrice",
        "PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice", "SubAccountType",
    ),
})  # fmt: skip
"""The columns that each version brought."""
COLUMNS: tuple[str, ...] = tuple(sorted(name for added in ADDED.values() for name in added))
"""All columns of the newest version that is read."""
MANDATORY: tuple[str, ...] = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart",
    "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargePeriodEnd", "ChargePeriodStart", "ContractedCost",
    "EffectiveCost", "InvoiceIssuerName", "ListCost", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName",
    "ServiceCategory", "ServiceName",
)  # fmt: skip
"""The columns that every file has, whatever its provider can do; their values may be empty."""
OTHERS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "0.5 or 1.0-preview": (
        "AmortizedCost", "BilledCurrency", "ChargeSubcategory", "ChargeType", "InvoiceIssuer", "Provider", "Publisher",
        "Region", "ResourceID", "UsageQuantity", "UsageUnit",
    ),
    "1.3": (
        "AllocatedMethodDetails", "AllocatedMethodId", "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags",
        "ContractApplied", "HostProviderName", "ServiceProviderName",
    ),
    "1.4": ("CommitmentProgramEligibilityDetails", "InvoiceDetailId"),
})  # fmt: skip
"""Columns by which versions are known that are not read."""
CATEGORIES = ("Usage", "Purchase", "Tax", "Credit", "Adjustment")
"""What a charge may be."""
COSTS: Mapping[str, str] = MappingProxyType({
    "billed": "BilledCost", "effective": "EffectiveCost", "listed": "ListCost", "contracted": "ContractedCost",
})  # fmt: skip
"""The four costs of a charge under the names that they have as numbers, beside the texts they came as."""


def columns_of(version: str) -> tuple[str, ...]:
    """The columns of a version, those that it brought last."""
    brought = list(ADDED)
    return tuple(name for known in brought[: brought.index(version) + 1] for name in ADDED[known])


def plain_name(column: str) -> str:
    """The name of a column in the warehouse: BilledCost is billed_cost."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column).lower()


def version_of(file: object, columns: Collection[str]) -> str:
    """The version of FOCUS whose columns a file has. SourceError names what is missing, or the other version they are of."""
    present = set(columns)
    versions = list(ADDED)
    newest = next(
        (version for version in reversed(versions) if present.intersection(ADDED[version])), versions[0]
    )
    missing = [name for name in MANDATORY if name not in present]
    for version, names in OTHERS.items():
        if foreign := [name for name in names if name in present]:
            beside = "" if missing else f" beside those of {newest}"
            raise SourceError(
                f"{file} has columns of FOCUS {version}{beside} ({', '.join(foreign)}); {_READ} are read",
                "Have the bill written as one of these versions, and load that file.",
            )
    if missing:
        raise SourceError(
            f"{file} is no file of FOCUS {_READ}: it lacks {', '.join(missing)}{_alike(missing, present)}",
            "Have it written with all mandatory columns of the version, by exactly these names.",
        )
    return newest


_READ = f"{', '.join(list(ADDED)[:-1])} and {list(ADDED)[-1]}"


def _alike(missing: Collection[str], present: Collection[str]) -> str:
    """In words, which columns have the letters of a missing one."""
    letters = {re.sub(r"[^a-z]", "", name.lower()): name for name in present}
    pairs = [f"{letters[name.lower()]!r} for {name}" for name in missing if name.lower() in letters]
    return f" (it has {', '.join(pairs)})" if pairs else ""
