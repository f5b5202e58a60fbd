"""What a migration says of a table: who owns it, which role may do what, on which rows.

One policy per role and never an OR across roles, so that each reads by its own index.
"""

from __future__ import annotations

from collections.abc import Mapping

from alembic import op

FIRM = "firm_id = (SELECT platform.current_firm())"
EVERY_FIRM = "true"


def protect(table: str, grants: Mapping[str, str], rows: Mapping[str, str]) -> None:
    """Enable and force row security on `table`; `grants` maps role → privileges ("SELECT, INSERT"), `rows` maps
    role → the condition of its one policy. Roles are named without their `portal_` prefix."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for role, privileges in grants.items():
        op.execute(f"GRANT {privileges} ON {table} TO portal_{role}")
        condition = rows[role]
        op.execute(
            f"CREATE POLICY {role} ON {table} FOR ALL TO portal_{role} USING ({condition}) WITH CHECK ({condition})"
        )


def append_only(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`, to its owner too."""
    name = table.split(".")[1]
    op.execute(
        f"CREATE TRIGGER {name}_never_changed BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION platform.deny_change()"
    )
    op.execute(
        f"CREATE TRIGGER {name}_never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION platform.deny_change()"
    )
