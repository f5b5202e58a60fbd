"""The database as the migrations leave it: closed by row security, append-only where it must be, as the models say."""

from __future__ import annotations

from importlib import util
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, create_engine
from sqlalchemy.dialects.postgresql.base import ischema_names

from portal.platform.db import TransactionId
from portal.platform.migrating import MIGRATIONS, migrate_database
from tests.servers import as_login

SCHEMAS = ("platform", "identity", "people", "documents", "investments")
OURS = "n.nspname IN ('platform', 'identity', 'people', 'documents', 'investments')"
RULES = {
    "a table without forced row security": f"""
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)""",
    "a table without a policy": f"""
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)""",
    "a table without firm_id": f"""
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND c.relkind IN ('r', 'p') AND c.oid <> 'identity.firms'::regclass AND NOT EXISTS (
          SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'firm_id' AND a.attnotnull)""",
    "a view that runs with its owner's rights": f"""
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {OURS} AND (c.relkind = 'm'
          OR (c.relkind = 'v' AND NOT COALESCE(c.reloptions @> ARRAY['security_invoker=true'], false)))""",
    "a function that runs with its owner's rights": f"""
        SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE {OURS} AND p.prosecdef""",
    "a role of ours that can escape": """
        SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'portal\\_%'
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR (rolcanlogin AND rolinherit))""",
    "a right to change what is append-only": """
        SELECT grantee || ' ' || privilege_type || ' ' || table_name FROM information_schema.role_table_grants
        WHERE table_name IN ('journals', 'postings', 'audit_events', 'audit_seals', 'audit_sealed')
        AND grantee <> 'portal_owner'
        AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')""",
    "a policy with OR": """
        SELECT polrelid::regclass || ' ' || polname FROM pg_policy
        WHERE pg_get_expr(polqual, polrelid) ~* '\\mOR\\M' OR pg_get_expr(polwithcheck, polrelid) ~* '\\mOR\\M'""",
    "two policies of one role on a table": """
        SELECT polrelid::regclass::text FROM pg_policy GROUP BY polrelid, polroles HAVING count(*) > 1""",
    "a right of everybody": f"""
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
          LATERAL aclexplode(c.relacl) acl WHERE {OURS} AND acl.grantee = 0""",
    "a log-in with a right of its own": f"""
        SELECT c.oid::regclass || ' ' || r.rolname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
          LATERAL aclexplode(c.relacl) acl JOIN pg_roles r ON r.oid = acl.grantee WHERE {OURS} AND r.rolcanlogin""",
    "a row that goes with another and is looked for without an index": f"""
        SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
        JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE {OURS} AND c.contype = 'f' AND c.confdeltype IN ('c', 'n') AND NOT EXISTS (
          SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])""",
    "the gate in a money table": """
        SELECT table_name::text FROM information_schema.role_table_grants
        WHERE grantee = 'portal_gate' AND table_schema IN ('people', 'documents', 'investments')""",
}


def _found(url: str, rule: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(RULES[rule]).fetchall()]


@pytest.mark.parametrize("rule", RULES)
def test_there_is_no(postgres_url: str, rule: str) -> None:
    assert _found(postgres_url, rule) == []


BREACHES = {
    "a table without forced row security": "ALTER TABLE investments.holdings NO FORCE ROW LEVEL SECURITY",
    "a table without a policy": "CREATE TABLE people.bare (firm_id uuid NOT NULL)",
    "a table without firm_id": "CREATE TABLE people.bare (id uuid)",
    "a view that runs with its owner's rights": "CREATE VIEW people.every AS SELECT * FROM people.investor_accounts",
    "a function that runs with its owner's rights": "ALTER FUNCTION people.my_account_ids() SECURITY DEFINER",
    "a role of ours that can escape": "ALTER ROLE portal_web BYPASSRLS",
    "a right to change what is append-only": "GRANT UPDATE ON investments.postings TO portal_staff",
    "a policy with OR": "CREATE POLICY loose ON investments.holdings TO portal_gate USING (firm_id IS NULL OR true)",
    "two policies of one role on a table": "CREATE POLICY loose ON investments.holdings TO portal_staff USING (true)",
    "a right of everybody": "GRANT SELECT ON investments.holdings TO PUBLIC",
    "a log-in with a right of its own": "GRANT SELECT ON investments.holdings TO portal_web",
    "a row that goes with another and is looked for without an index": "DROP INDEX documents.reads_by_document",
    "the gate in a money table": "GRANT SELECT ON investments.holdings TO portal_gate",
}


@pytest.mark.parametrize("rule", BREACHES)
def test_the_lint_finds(postgres_url: str, rule: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute(BREACHES[rule])
        assert connection.execute(RULES[rule]).fetchall() != []
        connection.rollback()


@pytest.fixture
def tables() -> MetaData:
    """What the models say."""
    import pkgutil
    from importlib import import_module

    import portal.domain
    from portal.platform.db import Base

    for module in pkgutil.walk_packages(portal.domain.__path__, "portal.domain."):
        if module.name.endswith(".models"):
            import_module(module.name)
    import_module("portal.platform.storage.losses")
    return Base.metadata


def test_models_and_migrations_agree(postgres_url: str, tables: MetaData) -> None:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "schema" or name in SCHEMAS

    ischema_names["xid8"] = TransactionId
    with create_engine(postgres_url).connect() as connection:
        options = {"include_schemas": True, "include_name": ours, "compare_type": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), tables) == []


def test_migrating_twice_changes_nothing(postgres_url: str) -> None:
    migrate_database(postgres_url, logins=[as_login(postgres_url, "portal_web")])


def test_every_migration_says_what_it_does_and_follows_the_one_before() -> None:
    before = None
    for path in sorted(Path(MIGRATIONS, "versions").glob("*.py")):
        spec = util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = util.module_from_spec(spec)
        spec.loader.exec_module(module)
        assert module.__doc__
        assert path.stem.startswith(f"{module.revision}_")
        assert module.down_revision == before
        before = module.revision
