"""A second seat for a step."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("also_role", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("also_scope", sa.String(length=40), nullable=True))
        batch_op.create_index("ix_work_item_also", ["status", "also_role", "also_scope"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index("ix_work_item_also")
        batch_op.drop_column("also_scope")
        batch_op.drop_column("also_role")
