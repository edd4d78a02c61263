"""Annual reports, assessments and awards."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assessment_template",
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("doc_no", sa.String(length=60), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("published_by", sa.String(length=32), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_assessment_template")),
    )
    op.create_table(
        "annual_assessment",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("total", sa.String(length=12), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("grade_reason", sa.Text(), nullable=False),
        sa.Column("late_report", sa.Boolean(), nullable=False),
        sa.Column("scored_by", sa.String(length=32), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_no", sa.String(length=60), nullable=False),
        sa.Column("decision_date", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(length=32), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("letter_no", sa.String(length=60), nullable=False),
        sa.Column("letter_due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_annual_assessment_cluster_no")
        ),
        sa.ForeignKeyConstraint(
            ["template"], ["assessment_template.version"], name=op.f("fk_annual_assessment_template")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_annual_assessment")),
        sa.UniqueConstraint("cluster_no", "year", name=op.f("uq_annual_assessment_cluster_no_year")),
        sa.UniqueConstraint("instance_id", "task_id", name=op.f("uq_annual_assessment_instance_id_task_id")),
    )
    with op.batch_alter_table("annual_assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_annual_assessment_cluster_no"), ["cluster_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_annual_assessment_year"), ["year"], unique=False)

    op.create_table(
        "annual_report",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=12), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("seal_hashes", sa.Text(), nullable=False),
        sa.Column("preliminary", sa.Text(), nullable=False),
        sa.Column("at_city_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("city_due_on", sa.Date(), nullable=True),
        sa.Column("at_province_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_key", sa.String(length=40), nullable=True),
        sa.Column("proposal_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_annual_report_cluster_no")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_annual_report")),
        sa.UniqueConstraint("cluster_no", "year", name=op.f("uq_annual_report_cluster_no_year")),
        sa.UniqueConstraint("instance_id", "task_id", name=op.f("uq_annual_report_instance_id_task_id")),
    )
    with op.batch_alter_table("annual_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_annual_report_cluster_no"), ["cluster_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_annual_report_county_code"), ["county_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_annual_report_instance_id"), ["instance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_annual_report_year"), ["year"], unique=False)

    op.create_table(
        "award",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("cluster_no", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fund_doc_no", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("award_doc_no", sa.String(length=60), nullable=False),
        sa.Column("payee_uscc", sa.String(length=18), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("status_then", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cluster_no"], ["cluster.cluster_no"], name=op.f("fk_award_cluster_no")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_award")),
        sa.UniqueConstraint("cluster_no", "year", name=op.f("uq_award_cluster_no_year")),
        sa.UniqueConstraint("instance_id", "task_id", name=op.f("uq_award_instance_id_task_id")),
    )
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_cluster_no"), ["cluster_no"], unique=False)

    op.create_table(
        "annual_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_key", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=32), nullable=False),
        sa.Column("about_submission", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=200), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_key"], ["annual_report.key"], name=op.f("fk_annual_correction_report_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_correction")),
        sa.UniqueConstraint(
            "instance_id", "task_id", "no", name=op.f("uq_annual_correction_instance_id_task_id_no")
        ),
    )
    with op.batch_alter_table("annual_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_annual_correction_report_key"), ["report_key"], unique=False)

    op.create_table(
        "report_chase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_key", sa.String(length=40), nullable=False),
        sa.Column("instance_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=36), nullable=False),
        sa.Column("late", sa.String(length=12), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_key"], ["annual_report.key"], name=op.f("fk_report_chase_report_key")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_chase")),
        sa.UniqueConstraint("instance_id", "task_id", name=op.f("uq_report_chase_instance_id_task_id")),
    )
    with op.batch_alter_table("report_chase", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_chase_report_key"), ["report_key"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("report_chase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_chase_report_key"))

    op.drop_table("report_chase")
    with op.batch_alter_table("annual_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_annual_correction_report_key"))

    op.drop_table("annual_correction")
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_cluster_no"))

    op.drop_table("award")
    with op.batch_alter_table("annual_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_annual_report_year"))
        batch_op.drop_index(batch_op.f("ix_annual_report_instance_id"))
        batch_op.drop_index(batch_op.f("ix_annual_report_county_code"))
        batch_op.drop_index(batch_op.f("ix_annual_report_cluster_no"))

    op.drop_table("annual_report")
    with op.batch_alter_table("annual_assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_annual_assessment_year"))
        batch_op.drop_index(batch_op.f("ix_annual_assessment_cluster_no"))

    op.drop_table("annual_assessment")
    op.drop_table("assessment_template")
