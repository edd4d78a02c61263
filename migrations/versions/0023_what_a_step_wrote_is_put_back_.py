"""What a step wrote is put back when it is recalled."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Steps of earlier releases could be recalled only where their handlers had written nothing.
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.add_column(sa.Column("written", sa.Text(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("told", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("snapshot", schema=None) as batch_op:
        batch_op.drop_column("told")
        batch_op.drop_column("written")
