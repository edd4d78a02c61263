"""Notices, statements and decisions of revocations."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revocation_decision",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("decision_no", sa.String(length=60), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=False),
        sa.Column("rectify_due", sa.Date(), nullable=True),
        sa.Column("remedy_text", sa.Text(), nullable=False),
        sa.Column("award_clawback", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_url", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["revocation_proposal.id"], name=op.f("fk_revocation_decision_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_decision")),
        sa.UniqueConstraint(
            "instance_id", "task_id", name=op.f("uq_revocation_decision_instance_id_task_id")
        ),
    )
    with op.batch_alter_table("revocation_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_revocation_decision_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "revocation_notice",
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("notice_no", sa.String(length=60), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("service_way", sa.String(length=12), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("statement_due", sa.Date(), nullable=False),
        sa.Column("due_trace", sa.Text(), nullable=False),
        sa.Column("served_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["revocation_proposal.id"], name=op.f("fk_revocation_notice_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_revocation_notice")),
        sa.UniqueConstraint("instance_id", "task_id", name=op.f("uq_revocation_notice_instance_id_task_id")),
    )
    op.create_table(
        "revocation_statement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("stated_by", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wants_hearing", sa.Boolean(), nullable=False),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["revocation_proposal.id"], name=op.f("fk_revocation_statement_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation_statement")),
        sa.UniqueConstraint(
            "instance_id", "task_id", name=op.f("uq_revocation_statement_instance_id_task_id")
        ),
    )
    with op.batch_alter_table("revocation_statement", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_revocation_statement_proposal_id"), ["proposal_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("revocation_statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revocation_statement_proposal_id"))

    op.drop_table("revocation_statement")
    op.drop_table("revocation_notice")
    with op.batch_alter_table("revocation_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_revocation_decision_proposal_id"))

    op.drop_table("revocation_decision")
