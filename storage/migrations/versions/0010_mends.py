"""Schema of `dataset.mends`: how a mended version came from the rows as they were read."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Adds the column; versions that are there say what was done in their notes alone."""
    with op.batch_alter_table("dataset") as table:
        table.add_column(sa.Column("mends", sa.JSON(), nullable=False, server_default="[]"))
