"""Schema of searches, decisions, versions of datasets and shares."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds a run's search and decision, a dataset's parent, and the shares."""
    with op.batch_alter_table("run") as run:
        run.add_column(sa.Column("search", sa.String(), nullable=True))
        run.add_column(sa.Column("decision", sa.String(), nullable=True))
    with op.batch_alter_table("dataset") as dataset:
        dataset.add_column(sa.Column("parent_id", sa.String(), nullable=True))
    op.create_table(
        "share",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("run_ids", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("revoked", sa.DateTime(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_share"),
        sa.UniqueConstraint("token_sha256", name="uq_share_token_sha256"),
    )
