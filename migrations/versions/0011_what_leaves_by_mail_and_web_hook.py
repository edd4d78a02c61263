"""What leaves by mail and web hook."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "parcel",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["inbox_message.id"], name=op.f("fk_parcel_message_id")),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_parcel_outbox_id")),
        sa.PrimaryKeyConstraint("message_id", "channel", name=op.f("pk_parcel")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index("ix_parcel_waiting", ["outbox_id", "person_id"], unique=False)

    op.create_table(
        "mail_preference",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("reminder", sa.String(length=10), nullable=False),
        sa.Column("urge", sa.String(length=10), nullable=False),
        sa.Column("task", sa.String(length=10), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_preference_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_preference")),
    )
    with op.batch_alter_table("inbox_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=12), server_default="result", nullable=False))
        batch_op.add_column(sa.Column("item_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_inbox_message_unrouted", ["routed_at", "id"], unique=False)

    # What was told before this version stays in the inbox; nobody gets a year of old news by mail.
    op.execute("UPDATE inbox_message SET routed_at = at")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("title", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("address", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("last_error", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("last_error")
        batch_op.drop_column("address")
        batch_op.drop_column("title")
        batch_op.drop_column("person_id")

    with op.batch_alter_table("inbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_message_unrouted")
        batch_op.drop_column("routed_at")
        batch_op.drop_column("item_id")
        batch_op.drop_column("kind")

    op.drop_table("mail_preference")
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index("ix_parcel_waiting")

    op.drop_table("parcel")
