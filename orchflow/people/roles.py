"""The five roles; what each may do is in `permissions`."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is in this workspace; everyone has exactly one."""

    VIEWER = "viewer"
    MEMBER = "member"
    MANAGER = "manager"
    ANALYST = "analyst"
    ADMIN = "admin"
