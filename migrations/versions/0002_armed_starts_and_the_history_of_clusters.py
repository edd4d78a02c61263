"""Armed starts and the history of clusters."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "armed_start",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.String(length=120), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("calendar_version", sa.String(length=80), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("not_before", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_seconds", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_armed_start")),
        sa.UniqueConstraint(
            "process_key",
            "element",
            "subject",
            "occurrence",
            name=op.f("uq_armed_start_process_key_element_subject_occurrence"),
        ),
    )
    with op.batch_alter_table("armed_start", schema=None) as batch_op:
        batch_op.create_index("ix_armed_start_due", ["status", "due_at"], unique=False)

    op.create_table(
        "cluster_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status_from", sa.String(length=20), nullable=True),
        sa.Column("status_to", sa.String(length=20), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("doc_no", sa.String(length=60), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=36), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_cluster_event_cluster_no")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_event")),
        sa.UniqueConstraint(
            "cluster_no",
            "kind",
            "instance_id",
            "task_id",
            name=op.f("uq_cluster_event_cluster_no_kind_instance_id_task_id"),
        ),
    )
    with op.batch_alter_table("cluster_event", schema=None) as batch_op:
        batch_op.create_index("ix_cluster_event_cluster", ["cluster_no", "id"], unique=False)
    # Clusters designated before there was a history: it begins with their designation.
    op.execute(
        sa.text(
            'INSERT INTO cluster_event (cluster_no, kind, status_to, "on", text, doc_no, instance_id,'
            " task_id, recorded_at) SELECT c.cluster_no, 'designated', 'valid', d.decision_date, :text,"
            " c.decision_no, c.instance_id, c.task_id, c.designated_at FROM cluster c"
            " JOIN designation_decision d ON d.decision_no = c.decision_no ORDER BY c.cluster_no"
        ).bindparams(text="认定为省级中小企业特色产业集群")
    )


def downgrade() -> None:
    with op.batch_alter_table("cluster_event", schema=None) as batch_op:
        batch_op.drop_index("ix_cluster_event_cluster")

    op.drop_table("cluster_event")
    with op.batch_alter_table("armed_start", schema=None) as batch_op:
        batch_op.drop_index("ix_armed_start_due")

    op.drop_table("armed_start")
