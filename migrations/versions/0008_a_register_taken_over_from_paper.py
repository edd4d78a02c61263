"""A register taken over from paper."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.alter_column("case_no", existing_type=sa.VARCHAR(length=40), nullable=True)

    with op.batch_alter_table("designation_decision", schema=None) as batch_op:
        batch_op.alter_column("notice_no", existing_type=sa.VARCHAR(length=40), nullable=True)
        batch_op.drop_constraint(batch_op.f("uq_designation_decision_instance_id_task_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_designation_decision_instance_id_task_id_decision_no"),
            ["instance_id", "task_id", "decision_no"],
        )


def downgrade() -> None:
    with op.batch_alter_table("designation_decision", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_designation_decision_instance_id_task_id_decision_no"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_designation_decision_instance_id_task_id"), ["instance_id", "task_id"]
        )
        batch_op.alter_column("notice_no", existing_type=sa.VARCHAR(length=40), nullable=False)

    with op.batch_alter_table("cluster", schema=None) as batch_op:
        batch_op.alter_column("case_no", existing_type=sa.VARCHAR(length=40), nullable=False)
