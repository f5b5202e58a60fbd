"""The database itself shows and gives everybody only their own rows, whatever the application asks of it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from portal.platform.tenancy import DatabaseRole
from tests.security.harvest import SCHEMAS, Found, harvest
from tests.security.identities import Identity, identities
from tests.security.reading import scopes_in
from tests.security.scene import Scene
from tests.servers import as_login

READABLE = """
SELECT table_schema, table_name FROM information_schema.role_table_grants
WHERE table_schema = ANY(%s) AND grantee = %s AND privilege_type = %s ORDER BY 1, 2
"""
KEYS = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisprimary AND format_type(a.atttypid, NULL) = 'uuid' AND n.nspname = %s AND c.relname = %s
"""
# By rows that lead here, by a trigger that says no, or by a right to some columns only. Rows of others are not seen, so
# that nothing of them refuses: what is refused for such a reason was the firm's own.
REFUSED = (psycopg.IntegrityError, psycopg.errors.RaiseException, psycopg.errors.InsufficientPrivilege)
# Rows that everybody of a firm reads: what the firm is called, its colours, and what it asks people's consent for.
ALL_OF_A_FIRM = {"identity.firms", "people.consent_purposes", "people.consent_texts"}

# A row of one's own, which says that one was invited to a room, and by whom: the room asks it whether it is shown, so
# that it cannot ask the room.
OF_ONESELF = {("documents.room_members", "room_id")}


def _grants(admin_url: str, role: str, privilege: str) -> list[tuple[str, str]]:
    with psycopg.connect(admin_url) as connection:
        return list(connection.execute(READABLE, (SCHEMAS, role, privilege)))


def _known(admin_url: str) -> dict[str, Found]:
    return {each.id: each for each in harvest(admin_url)}


class _As:
    """The database as one person's requests reach it."""

    def __init__(self, admin_url: str, identity: Identity) -> None:
        assert identity.person is not None
        self.identity, self.tenancy = identity, identity.person.tenancy
        self.connection = psycopg.connect(as_login(admin_url, "portal_web"), autocommit=False)

    def run(self, statement: sql.Composed) -> list[str]:
        """The first column of the answer; nothing stays done."""
        try:
            self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(self.tenancy.role.value)))
            for name, value in (("app.firm_id", self.tenancy.firm_id), ("app.actor_id", self.tenancy.actor_id)):
                self.connection.execute(sql.SQL("SET LOCAL {} = {}").format(sql.SQL(name), sql.Literal(str(value))))
            return [str(row[0]) for row in self.connection.execute(statement)]
        finally:
            self.connection.rollback()

    def rows(self, schema: str, table: str) -> list[str]:
        return self.run(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, table)))

    def keys(self, schema: str, table: str) -> Iterator[tuple[str, str]]:
        """The columns of the primary key that are ids, each with those in it."""
        names = [str(row[0]) for row in self.connection.execute(KEYS, (schema, table))]
        self.connection.rollback()
        for name in names:
            statement = sql.SQL("SELECT {}::text FROM {}")
            found = self.run(statement.format(sql.Identifier(name), sql.Identifier(schema, table)))
            yield from ((name, key) for key in found)


@pytest.fixture
def people(scene: Scene, scene_url: str) -> Iterator[list[_As]]:
    everybody = identities(scene).values()
    found = [_As(scene_url, each) for each in everybody if each.person is not None and not each.everywhere]
    yield found
    for each in found:
        each.connection.close()


def test_no_role_reads_what_is_not_its_own(people: list[_As], scene_url: str) -> None:
    known, read = _known(scene_url), 0
    for who in people:
        for schema, table in _grants(scene_url, who.tenancy.role.value, "SELECT"):
            rows = who.rows(schema, table)
            strangers = scopes_in("".join(rows)).keys() - who.identity.scopes
            assert not strangers, f"{who.identity.name} reads {strangers} in {schema}.{table}"
            if f"{schema}.{table}" not in ALL_OF_A_FIRM:
                for name, key in who.keys(schema, table):
                    own = (f"{schema}.{table}", name) in OF_ONESELF
                    assert own or key not in known or who.identity.may_know(known[key]), (
                        f"{who.identity.name} reads a row of {schema}.{table} whose {name} is about somebody else"
                    )
            read += len(rows)
    assert read > 1_000


def test_investors_read_what_was_published(people: list[_As]) -> None:
    for who in people:
        states = set(who.run(sql.SQL("SELECT state FROM investments.statements")))
        if who.tenancy.role is DatabaseRole.INVESTOR:
            assert states == {"published", "superseded"}
        else:
            assert "ready" in states


@pytest.mark.parametrize("privilege", ["UPDATE", "DELETE"])
def test_no_role_changes_what_is_not_its_own(people: list[_As], scene_url: str, privilege: str) -> None:
    tried = 0
    for who in people:
        for schema, table in _grants(scene_url, who.tenancy.role.value, privilege):
            place, firm = sql.Identifier(schema, table), sql.Identifier("id" if table == "firms" else "firm_id")
            statement = {
                "UPDATE": sql.SQL("UPDATE {place} SET {firm} = {firm} RETURNING {firm}::text"),
                "DELETE": sql.SQL("DELETE FROM {place} RETURNING {firm}::text"),
            }[privilege].format(place=place, firm=firm)
            try:
                firms = set(who.run(statement))
            except REFUSED:
                continue
            assert firms <= {str(who.tenancy.firm_id)}, f"{who.identity.name} may {privilege} in {schema}.{table}"
            tried += 1
    assert tried > 5


def test_no_role_writes_into_another_firm(people: list[_As], scene_url: str) -> None:
    firms = {str(who.tenancy.firm_id) for who in people}
    for who in people:
        (other,) = firms - {str(who.tenancy.firm_id)}
        for schema, table in _grants(scene_url, who.tenancy.role.value, "UPDATE"):
            if table != "firms":
                statement = sql.SQL("UPDATE {} SET firm_id = {} RETURNING firm_id")
                try:
                    moved = who.run(statement.format(sql.Identifier(schema, table), sql.Literal(other)))
                except REFUSED:
                    continue
                assert not moved, f"{who.identity.name} moved rows of {schema}.{table} to another firm"


def test_the_record_is_never_changed(scene: Scene, scene_url: str) -> None:
    """Not by the owner of the database either: a trigger says no before any right is looked at."""
    with psycopg.connect(scene_url, autocommit=True) as connection:
        for statement in ("UPDATE {} SET act = 'nothing'", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            with pytest.raises(psycopg.Error, match="append-only"):
                connection.execute(sql.SQL(statement).format(sql.Identifier("identity", "audit_events")))
