"""Schema of reading: how a dataset's file was read, and what was found in reading it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Adds the columns; of datasets that are there nothing was said and nothing was found."""
    with op.batch_alter_table("dataset") as dataset:
        dataset.add_column(sa.Column("options", sa.JSON(), nullable=False, server_default="{}"))
        dataset.add_column(sa.Column("findings", sa.JSON(), nullable=False, server_default="[]"))
