"""What a busy PostgreSQL needs: row numbers that do not run out, and an index on the jobs that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WAITING = sa.text("state = 'queued'")


def upgrade() -> None:
    """Widens the row numbers where they are 32 bits wide, and indexes the queue."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("job", "log_line", "audit"):
            op.alter_column(table, "id", type_=sa.BigInteger(), existing_type=sa.Integer())
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS BIGINT")
    op.create_index("ix_job_waiting", "job", ["id"], sqlite_where=WAITING, postgresql_where=WAITING)
