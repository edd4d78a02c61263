"""Clusters designated by one decision each keep their first baseline."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OLD = "uq_baseline_version_instance_id_task_id_version"
NEW = "uq_baseline_version_cluster_no_instance_id_task_id"


def upgrade() -> None:
    with op.batch_alter_table("baseline_version", schema=None) as batch_op:
        batch_op.drop_constraint(OLD, type_="unique")
        batch_op.create_unique_constraint(NEW, ["cluster_no", "instance_id", "task_id"])


def downgrade() -> None:
    with op.batch_alter_table("baseline_version", schema=None) as batch_op:
        batch_op.drop_constraint(NEW, type_="unique")
        batch_op.create_unique_constraint(OLD, ["instance_id", "task_id", "version"])
