"""Case studies and what was published of them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publicity_case",
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("started_by", sa.String(length=32), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("draft_submission", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("themes", sa.Text(), nullable=False),
        sa.Column("enterprises", sa.Text(), nullable=False),
        sa.Column("wished", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.String(length=32), nullable=True),
        sa.Column("publisher", sa.String(length=10), nullable=False),
        sa.Column("consent_submission", sa.String(length=32), nullable=True),
        sa.Column("consent_scope", sa.Text(), nullable=False),
        sa.Column("consent_date", sa.Date(), nullable=True),
        sa.Column("consent_valid_to", sa.Date(), nullable=True),
        sa.Column("review_submission", sa.String(length=32), nullable=True),
        sa.Column("secrecy", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.String(length=18), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_publicity_case_cluster_no")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_publicity_case")),
    )
    with op.batch_alter_table("publicity_case", schema=None) as batch_op:
        batch_op.create_index("ix_publicity_case_cluster", ["cluster_no", "status"], unique=False)

    op.create_table(
        "published_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("taken_down_on", sa.Date(), nullable=True),
        sa.Column("take_down_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_no"], ["publicity_case.no"], name=op.f("fk_published_item_case_no")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_item")),
        sa.UniqueConstraint(
            "instance_id", "task_id", "seq", name=op.f("uq_published_item_instance_id_task_id_seq")
        ),
    )
    with op.batch_alter_table("published_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_published_item_case_no"), ["case_no"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("published_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_published_item_case_no"))

    op.drop_table("published_item")
    with op.batch_alter_table("publicity_case", schema=None) as batch_op:
        batch_op.drop_index("ix_publicity_case_cluster")

    op.drop_table("publicity_case")
