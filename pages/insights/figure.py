"""What is behind a figure."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.insights import figure
from orchflow.screens.session import require

figure.show(require(permission("figure")))
