"""Acts are stored once, whichever door they come through; the API's answers of the last day move there."""

import json

import sqlalchemy as sa
from alembic import op

from orchflow.store.columns import BigId, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stored = op.create_table(
        "stored_act",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("key", sa.String(300), nullable=False, unique=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("request", sa.String(64)),
        sa.Column("outcome", sa.Text),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stored_act_created_at"), "stored_act", ["created_at"])
    before = sa.table(
        "idempotency_key",
        *(
            sa.column(name)
            for name in ("token_id", "key", "fingerprint", "status", "content_type", "location", "body")
        ),
        sa.column("created_at", UtcDateTime),
    )
    for row in op.get_bind().execute(sa.select(before)).mappings().all():
        answer = {name: row[name] for name in ("status", "content_type", "location", "body")}
        op.bulk_insert(
            stored,
            [
                {
                    "key": f"token {row['token_id']}: {row['key']}",
                    "fingerprint": row["fingerprint"],
                    "created_at": row["created_at"],
                    "outcome": None if row["status"] is None else json.dumps(answer),
                }
            ],
        )
    op.drop_table("idempotency_key")
