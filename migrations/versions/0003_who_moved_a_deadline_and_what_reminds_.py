"""Who moved a deadline, and what reminds of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legal_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("due_note", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legal_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("due_note", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("remind", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_column("remind")
        batch_op.drop_column("due_note")
        batch_op.drop_column("legal_on")

    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_column("due_note")
        batch_op.drop_column("legal_on")
