"""Run by alembic: the connection, and with it the transaction, is the one `orchflow.store.schema` was given."""

from alembic import context

from orchflow.store.schema import REVISION_TABLE
from orchflow.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=REVISION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
