"""Datasets."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import datasets
from orchflow.screens.session import require

datasets.show(require(permission("datasets")))
