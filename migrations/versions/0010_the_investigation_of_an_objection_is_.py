"""The investigation of an objection is the engine's; four eyes across cases."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_column("supplement_due")
        batch_op.drop_column("due_trace")
        batch_op.drop_column("investigation_due")

    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_by_case", sa.String(length=120), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_column("not_by_case")

    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("investigation_due", sa.DATE(), nullable=True))
        batch_op.add_column(sa.Column("due_trace", sa.TEXT(), nullable=True))
        batch_op.add_column(sa.Column("supplement_due", sa.DATE(), nullable=True))
