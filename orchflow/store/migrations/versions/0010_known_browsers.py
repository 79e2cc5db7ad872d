"""Failed sign-ins in a browser that a person is known in are counted apart from everybody else's."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_attempt", sa.Column("browser", sa.String(32), nullable=False, server_default=""))
    with op.batch_alter_table("sign_in_attempt") as table:
        table.alter_column("browser", server_default=None)
