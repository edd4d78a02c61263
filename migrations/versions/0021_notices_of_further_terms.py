"""Notices of further terms stand where those of designations do."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was published without list and frozen text is remembered in words; its timer goes on.
    op.execute(
        "UPDATE reexamination SET wants_notice = false, no_notice_reason = '已在门户网站公示至'"
        " || CAST(notice_last_day AS TEXT) || '，' || notice_url WHERE notice_last_day IS NOT NULL"
    )
    with op.batch_alter_table("reexamination", schema=None) as batch_op:
        batch_op.drop_column("notice_url")
        batch_op.drop_column("notice_published_on")
        batch_op.drop_column("notice_last_day")
        batch_op.drop_column("notice_trace")
        batch_op.drop_column("old_baseline")  # each baseline is a row of baseline_version


def downgrade() -> None:
    with op.batch_alter_table("reexamination", schema=None) as batch_op:
        batch_op.add_column(sa.Column("old_baseline", sa.TEXT(), nullable=True))
        batch_op.add_column(sa.Column("notice_trace", sa.TEXT(), nullable=True))
        batch_op.add_column(sa.Column("notice_last_day", sa.DATE(), nullable=True))
        batch_op.add_column(sa.Column("notice_published_on", sa.DATE(), nullable=True))
        batch_op.add_column(sa.Column("notice_url", sa.TEXT(), nullable=False, server_default=""))
