"""Objections: ground, receipt, instance, signature."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instance_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("ground", sa.String(length=12), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("receipt_hash", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("lead_reason", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("supplement_asked", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("supplement_due", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("finding_files", sa.Text(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("signed_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reply_channel", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("lead_outcome", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("lead_note", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_objection_instance_id"), ["instance_id"], unique=False)

    with op.batch_alter_table("objector", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fingerprint", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_objector_fingerprint"), ["fingerprint"], unique=False)
    op.execute("UPDATE objection SET lead_reason = 'out_of_time', status = 'closed' WHERE status = 'lead'")


def downgrade() -> None:
    with op.batch_alter_table("objector", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objector_fingerprint"))
        batch_op.drop_column("fingerprint")

    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_instance_id"))
        batch_op.drop_column("lead_note")
        batch_op.drop_column("lead_outcome")
        batch_op.drop_column("reply_channel")
        batch_op.drop_column("signed_at")
        batch_op.drop_column("signed_by")
        batch_op.drop_column("finding_files")
        batch_op.drop_column("supplement_due")
        batch_op.drop_column("supplement_asked")
        batch_op.drop_column("lead_reason")
        batch_op.drop_column("receipt_hash")
        batch_op.drop_column("ground")
        batch_op.drop_column("instance_id")
