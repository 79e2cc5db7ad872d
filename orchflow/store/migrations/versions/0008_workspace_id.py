"""Every workspace has its mark from the start, so that taking the plan away writes nothing."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instants = (sa.column(name, UtcDateTime) for name in ("created_at", "updated_at"))
    setting = sa.table("setting", sa.column("key"), sa.column("value", Json), sa.column("version"), *instants)
    key = "workspace.id"
    if op.get_bind().scalar(sa.select(sa.func.count()).select_from(setting).where(setting.c.key == key)) == 0:
        now = datetime.now(UTC)
        row = {"key": key, "value": uuid4().hex[:8], "version": 1, "created_at": now, "updated_at": now}
        op.bulk_insert(setting, [row])
