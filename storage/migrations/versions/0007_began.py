"""Schema of `began`: the attempt that a job's process and its offset in the event file belong to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds `began`; of jobs that are there, the newest attempt is the one that had a process."""
    with op.batch_alter_table("job") as table:
        table.add_column(sa.Column("began", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE job SET began = attempts WHERE state IN ('running', 'succeeded', 'failed', 'cancelled')")
    op.execute("UPDATE job SET began = attempts - 1 WHERE state = 'leased'")
    op.execute("UPDATE job SET began = attempts WHERE state = 'queued'")
