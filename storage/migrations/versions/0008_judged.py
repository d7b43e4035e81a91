"""Schema of `judged`: which rows were judged on by whom, which outlives a deleted run."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Adds the table; every run that was evaluated is in it, without a sketch of its rows."""
    judged = op.create_table(
        "judged",
        sa.Column("run_id", sa.String(), primary_key=True),
        sa.Column("dataset_id", sa.String(), sa.ForeignKey("dataset.id", ondelete="CASCADE"), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("smallest", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_judged_target", "judged", ["target"])
    op.create_index("ix_judged_dataset_id", "judged", ["dataset_id"])
    run = sa.table("run", *(sa.column(name) for name in ("id", "dataset_id", "config", "evaluation")))
    ended = sa.select(run, sa.column("ended", sa.DateTime())).where(
        run.c.evaluation.is_not(None), sa.column("ended").is_not(None)
    )
    found = [
        {
            "run_id": one.id,
            "dataset_id": one.dataset_id,
            "target": _target(one.config),
            "rows": 0,
            "smallest": [],
            "at": one.ended,
        }
        for one in op.get_bind().execute(ended)
    ]
    if found:
        op.bulk_insert(judged, found)


def _target(config: object) -> str:
    """Target column of the settings as they were written; "" where they cannot be read."""
    try:
        return str(json.loads(str(config))["task"]["target"])
    except (ValueError, KeyError, TypeError):
        return ""
