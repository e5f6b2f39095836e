"""limits of trunks and of an organization's own numbers"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Whoever places a call sees its own organization alone, and a trunk is everybody's: this tells a number and no more.
# A call's planned phones count too, as many as are rung at once, so that nobody is rung into a conversation that then
# finds no line. What is counted are the calls themselves, so no crash leaves a count behind.
COUNT_TRUNK_LINES = """
    CREATE FUNCTION count_trunk_lines(trunk text, holds boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        IF holds THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(trunk, 7203144522));
        END IF;
        RETURN (
            SELECT coalesce(sum(lines), 0) FROM (
                SELECT count(*) FILTER (
                    WHERE legs.state <> 'planned' OR legs.party <> 'agent' OR calls.ringing = 'at-once'
                ) + CASE
                    WHEN bool_or(legs.state = 'planned' AND legs.party = 'agent' AND calls.ringing <> 'at-once')
                        AND NOT EXISTS (
                            SELECT FROM call_legs AS agents
                            WHERE agents.org_id = calls.org_id AND agents.call_id = calls.id
                                AND agents.party = 'agent' AND agents.state NOT IN ('planned', 'ended')
                        )
                    THEN 1 ELSE 0
                END AS lines
                FROM calls JOIN call_legs AS legs ON legs.org_id = calls.org_id AND legs.call_id = calls.id
                WHERE calls.state <> 'ended' AND calls.server = trunk
                    AND legs.state <> 'ended' AND legs.number IS NOT NULL AND legs.line_leg_id IS NULL
                GROUP BY calls.org_id, calls.id
            ) AS of_each
        );
    END $$
"""


def upgrade() -> None:
    op.add_column("asterisk_servers", sa.Column("next_call_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calling_settings", sa.Column("calls_per_number_a_day", sa.Integer(), nullable=True))
    op.add_column("calling_settings", sa.Column("calls_per_number_at_once", sa.Integer(), nullable=True))
    op.create_index(
        "ix_calls_caller_id",
        "calls",
        ["org_id", "caller_id", sa.literal_column("requested_at DESC")],
        unique=False,
        postgresql_where=sa.text("caller_id IS NOT NULL"),
    )
    op.execute(COUNT_TRUNK_LINES)
    op.execute("REVOKE ALL ON FUNCTION count_trunk_lines(text, boolean) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION count_trunk_lines(text, boolean) TO metacortex_app")


def downgrade() -> None:
    op.execute("DROP FUNCTION count_trunk_lines(text, boolean)")
    op.drop_index("ix_calls_caller_id", table_name="calls", postgresql_where=sa.text("caller_id IS NOT NULL"))
    op.drop_column("calling_settings", "calls_per_number_at_once")
    op.drop_column("calling_settings", "calls_per_number_a_day")
    op.drop_column("asterisk_servers", "next_call_at")
