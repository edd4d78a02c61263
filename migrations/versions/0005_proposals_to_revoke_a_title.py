"""Proposals to revoke a title."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revocation_proposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("no", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("ground", sa.String(length=8), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("refs", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=True),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_revocation_proposal_cluster_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_proposal")),
        sa.UniqueConstraint(
            "instance_id", "task_id", name=op.f("uq_revocation_proposal_instance_id_task_id")
        ),
        sa.UniqueConstraint("no", name=op.f("uq_revocation_proposal_no")),
    )
    with op.batch_alter_table("revocation_proposal", schema=None) as batch_op:
        batch_op.create_index("ix_revocation_proposal_cluster", ["cluster_no", "status"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("revocation_proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_revocation_proposal_cluster")

    op.drop_table("revocation_proposal")
