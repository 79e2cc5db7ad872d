"""What became of the rows of a load."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoadCount:
    """read = new + changed + rejected + duplicate + those already stored with the same content."""

    read: int = 0
    new: int = 0
    changed: int = 0
    rejected: int = 0
    duplicate: int = 0

    def __add__(self, other: LoadCount) -> LoadCount:
        return LoadCount(**{name: count + getattr(other, name) for name, count in vars(self).items()})

    @property
    def kept(self) -> int:
        """Rows written: new and changed."""
        return self.new + self.changed
