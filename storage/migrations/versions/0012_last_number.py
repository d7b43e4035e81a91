"""Schema of `last_number`: a number that a dataset's run has had is given to no other, deleted or not."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Adds the column, at the greatest number of the runs that are there."""
    with op.batch_alter_table("dataset") as table:
        table.add_column(sa.Column("last_number", sa.Integer(), nullable=False, server_default="0"))
    dataset, run = (
        sa.table("dataset", sa.column("id"), sa.column("last_number")),
        sa.table("run", sa.column("dataset_id"), sa.column("number")),
    )
    greatest = sa.select(sa.func.max(run.c.number)).where(run.c.dataset_id == dataset.c.id).scalar_subquery()
    op.execute(sa.update(dataset).values(last_number=sa.func.coalesce(greatest, 0)))
