"""My account."""

from __future__ import annotations

from orchflow.screens.team import account
from orchflow.ui.session import require

account.show(require())
