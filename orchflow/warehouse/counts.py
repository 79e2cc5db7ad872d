"""What became of the rows of a load."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoadCount:
    """read = new + changed + unchanged + superseded + rejected + duplicate.

    `superseded` were said otherwise by a newer delivery already; `gone` are stored rows that were taken away, and
    `elsewhere` those that stay because another source told of them too, `older` those that stay because the platform no longer has
    any that old; none of them were read.
    `doubtful` were kept without a count of theirs that cannot be: one below zero, more cached than read tokens.
    """

    read: int = 0
    new: int = 0
    changed: int = 0
    rejected: int = 0
    duplicate: int = 0
    superseded: int = 0
    gone: int = 0
    doubtful: int = 0
    elsewhere: int = 0
    older: int = 0

    def __add__(self, other: LoadCount) -> LoadCount:
        return LoadCount(**{name: count + getattr(other, name) for name, count in vars(self).items()})

    @property
    def unchanged(self) -> int:
        """Rows that are stored with the same content."""
        return self.read - self.new - self.changed - self.superseded - self.rejected - self.duplicate

    @property
    def kept(self) -> int:
        """Rows written: new and changed."""
        return self.new + self.changed
