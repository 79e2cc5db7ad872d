"""Seats that are paid for, and champions, as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.enablement.own_rows import OwnRows
from orchflow.enablement.tables import Champion, SeatPurchase
from orchflow.errors import Problem
from orchflow.inputs.stretches import StretchRules
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    SeatPurchaseRow: TypeAlias = SeatPurchase
    ChampionRow: TypeAlias = Champion
else:
    SeatPurchaseRow = row_type("SeatPurchaseRow", SeatPurchase, __name__)
    ChampionRow = row_type("ChampionRow", Champion, __name__)


class _SeatRules(StretchRules):
    """Of one platform and price one row holds: other seats at the same price are another number of them."""

    subject = ("platform", "price", "currency")
    whose = "platform and price"


class _ChampionRules(OwnRows):
    """Nobody opts in, or changes it, for another person: no manager and not the product itself."""

    refusal = "only the person says so: it is theirs to opt in"

    def may_write_of(self, person: int | None) -> bool:
        return person is not None and person == self.actor.user_id

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        if self.entity.owned_by(row, self.actor):
            return []
        return [Problem(None, name, self.refusal) for name in values]


SEAT_PURCHASES = Entity(
    SeatPurchase,
    SeatPurchaseRow,
    "The seats of a platform that are paid for, what one costs a month, and when that can be changed.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    order=(SeatPurchase.platform, SeatPurchase.valid_from, SeatPurchase.id),
    span=("valid_from", "valid_to"),
    lock="seat purchases",
    locked=frozenset({"platform", "price", "currency", "valid_from", "valid_to"}),
    known_by=("platform", "price", "currency", "valid_from"),
    rules=_SeatRules,
)
CHAMPIONS = Entity(
    Champion,
    ChampionRow,
    "Who helps others with agents, because they said so themselves.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.ADMIN,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="person_id",
    own_words="Only the person",
    order=(Champion.id,),
    known_by=("person_id",),
    called_by="helps_with",
    forgotten=True,
    rules=_ChampionRules,
)
