"""64-bit primary keys in PostgreSQL, so that a busy one does not run out of row numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widens the primary keys and sequences that are 32 bits wide."""
    if op.get_bind().dialect.name == "postgresql":
        for table in ("job", "log_line", "audit"):
            op.alter_column(table, "id", type_=sa.BigInteger(), existing_type=sa.Integer())
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS BIGINT")
