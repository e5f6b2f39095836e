"""how many phones a server has in calls, agents' too, for its limit"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# As `count_trunk_lines`, with the same lock, but every phone counts, and not only numbers. A line that was lent is in a
# call of its own.
COUNT_SERVER_CHANNELS = """
    CREATE FUNCTION count_server_channels(server_name text, holds boolean) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        IF holds THEN
            PERFORM pg_advisory_xact_lock(hashtextextended(server_name, 7203144522));
        END IF;
        RETURN (
            SELECT coalesce(sum(channels), 0) FROM (
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
                END AS channels
                FROM calls JOIN call_legs AS legs ON legs.org_id = calls.org_id AND legs.call_id = calls.id
                WHERE calls.state <> 'ended' AND calls.server = server_name
                    AND legs.state <> 'ended' AND legs.line_leg_id IS NULL
                GROUP BY calls.org_id, calls.id
            ) AS of_each
        );
    END $$
"""


def upgrade() -> None:
    op.execute(COUNT_SERVER_CHANNELS)
    op.execute("REVOKE ALL ON FUNCTION count_server_channels(text, boolean) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION count_server_channels(text, boolean) TO metacortex_app")


def downgrade() -> None:
    op.execute("DROP FUNCTION count_server_channels(text, boolean)")
