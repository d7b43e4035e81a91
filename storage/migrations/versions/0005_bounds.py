"""Schema of limits: a job's turn in the queue, bytes, log lines and points of a run, and the size of original files."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the columns; every job that is there waits in the order in which it was asked for."""
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("asked_by", sa.String(), nullable=False, server_default=""))
        job.add_column(sa.Column("turn", sa.BigInteger(), nullable=False, server_default="0"))
        job.drop_index("ix_job_state")
        job.create_index("ix_job_waiting", ["state", "turn", "id"])
        job.create_index("ix_job_turn", ["turn"])
        job.create_index("ix_job_asked_by", ["asked_by", "turn"])
    op.execute("UPDATE job SET asked_by = (SELECT created_by FROM run WHERE run.id = job.run_id)")
    with op.batch_alter_table("run") as run:
        run.add_column(sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0"))
        run.add_column(sa.Column("log_lines", sa.Integer(), nullable=False, server_default="0"))
        run.add_column(sa.Column("metric_points", sa.BigInteger(), nullable=False, server_default="0"))
        run.add_column(sa.Column("cut", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("dataset") as dataset:
        dataset.add_column(sa.Column("original_bytes", sa.BigInteger(), nullable=False, server_default="0"))
