"""What was adopted beside a kept standard."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_supplement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adopted_by", sa.String(length=32), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_version"], ["rule_version.code"], name=op.f("fk_rule_supplement_rule_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_supplement")),
        sa.UniqueConstraint(
            "rule_version", "part", "name", name=op.f("uq_rule_supplement_rule_version_part_name")
        ),
    )


def downgrade() -> None:
    op.drop_table("rule_supplement")
