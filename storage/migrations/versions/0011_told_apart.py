"""Schema of `number`, `note` and `is_starred`: what tells runs of one dataset apart."""

from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Adds the columns; runs that are there are numbered within their dataset, the oldest first."""
    with op.batch_alter_table("run") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("note", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("is_starred", sa.Boolean(), nullable=False, server_default="0"))
    run = sa.table("run", *(sa.column(name) for name in ("id", "dataset_id", "created", "number")))
    connection, counted = op.get_bind(), Counter[str]()
    numbered = []
    for one in connection.execute(sa.select(run.c.id, run.c.dataset_id).order_by(run.c.created, run.c.id)).all():
        counted[one.dataset_id] += 1
        numbered.append({"which": one.id, "counted": counted[one.dataset_id]})
    if numbered:
        connection.execute(
            sa.update(run).where(run.c.id == sa.bindparam("which")).values(number=sa.bindparam("counted")), numbered
        )
