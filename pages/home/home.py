"""Home."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.home import home
from orchflow.screens.session import require

home.show(require(permission("home")))
