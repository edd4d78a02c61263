"""Changes after designation and the versions of a baseline."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_case",
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("found_in", sa.String(length=16), nullable=False),
        sa.Column("found_case", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(length=32), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("basis_kind", sa.String(length=20), nullable=False),
        sa.Column("basis_doc_no", sa.String(length=60), nullable=False),
        sa.Column("basis_files", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_trace", sa.Text(), nullable=True),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("seal_hashes", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=False),
        sa.Column("classification", sa.String(length=12), nullable=False),
        sa.Column("class_reason", sa.Text(), nullable=False),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_no", sa.String(length=60), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("certificate", sa.String(length=12), nullable=False),
        sa.Column("province_order", sa.String(length=12), nullable=False),
        sa.Column("province_note", sa.Text(), nullable=False),
        sa.Column("looked", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_change_case_cluster_no")
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_change_case")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_change_case_instance_id")),
    )
    with op.batch_alter_table("change_case", schema=None) as batch_op:
        batch_op.create_index("ix_change_case_cluster", ["cluster_no", "status"], unique=False)

    op.create_table(
        "baseline_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("change_no", sa.String(length=40), nullable=True),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_no"], ["change_case.no"], name=op.f("fk_baseline_version_change_no")
        ),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_baseline_version_cluster_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline_version")),
        sa.UniqueConstraint("cluster_no", "version", name=op.f("uq_baseline_version_cluster_no_version")),
        sa.UniqueConstraint(
            "instance_id", "task_id", "version", name=op.f("uq_baseline_version_instance_id_task_id_version")
        ),
    )


def downgrade() -> None:
    op.drop_table("baseline_version")
    with op.batch_alter_table("change_case", schema=None) as batch_op:
        batch_op.drop_index("ix_change_case_cluster")

    op.drop_table("change_case")
