"""Re-examination of clusters after three years."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reexamination",
        sa.Column("case_no", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("term_no", sa.Integer(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("apply_due", sa.Date(), nullable=True),
        sa.Column("overdue_note", sa.Text(), nullable=False),
        sa.Column("wants_notice", sa.Boolean(), nullable=False),
        sa.Column("no_notice_reason", sa.Text(), nullable=False),
        sa.Column("notice_url", sa.Text(), nullable=False),
        sa.Column("notice_published_on", sa.Date(), nullable=True),
        sa.Column("notice_last_day", sa.Date(), nullable=True),
        sa.Column("notice_trace", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.String(length=12), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decision_no", sa.String(length=60), nullable=True),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("submission_id", sa.String(length=32), nullable=True),
        sa.Column("new_valid_from", sa.Date(), nullable=True),
        sa.Column("new_valid_to", sa.Date(), nullable=True),
        sa.Column("old_baseline", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_no"], ["application.case_no"], name=op.f("fk_reexamination_case_no")),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_reexamination_cluster_no")
        ),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_reexamination")),
        sa.UniqueConstraint("cluster_no", "term_no", name=op.f("uq_reexamination_cluster_no_term_no")),
        sa.UniqueConstraint("decision_no", name=op.f("uq_reexamination_decision_no")),
        sa.UniqueConstraint("instance_id", "task_id", name=op.f("uq_reexamination_instance_id_task_id")),
    )
    op.create_table(
        "reexamination_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_key", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("term_no", sa.Integer(), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_key"], ["batch.key"], name=op.f("fk_reexamination_call_batch_key")),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_reexamination_call_cluster_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reexamination_call")),
        sa.UniqueConstraint(
            "batch_key", "cluster_no", name=op.f("uq_reexamination_call_batch_key_cluster_no")
        ),
    )
    with op.batch_alter_table("reexamination_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reexamination_call_cluster_no"), ["cluster_no"], unique=False)

    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=20), server_default="application", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_column("kind")

    with op.batch_alter_table("reexamination_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reexamination_call_cluster_no"))

    op.drop_table("reexamination_call")
    op.drop_table("reexamination")
