"""Which columns hold keys of files, and the claims their rows make."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import Text

from portal.domain.identity.access.values import Actor
from portal.platform import db
from portal.platform.db import Base
from portal.platform.storage import claims
from portal.platform.storage.claims import CLAIM, Claim, file_columns, find_claim, list_claims
from portal.platform.tenancy import acting_as
from tests.conftest import World
from tests.factories.documents import PAPER, make_document
from tests.factories.identity import found_firm

OF_NO_ROW = {
    "documents.uploads.key",  # nothing lies there before the upload is complete, and then a version says so
    "platform.file_losses.key",
}
NO_FILES = {"business_key", "name_key", "once_key", "shape_key", "account_key"}
PLANNED = "EXPLAIN (FORMAT TEXT) "


def test_every_column_of_keys_says_of_which_files_it_is(app: Flask) -> None:
    """A file whose column does not say so would be thrown away by the sweep: declare the column with
    `mapped_column(info=claim("folder", …))` and `file_index(…)`, or add its name to NO_FILES where it is of none."""
    silent = [
        f"{table.fullname}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if re.search(r"(^|_)keys?$", column.name)
        and isinstance(column.type, Text)
        and CLAIM not in column.info
        and column.name not in NO_FILES
        and f"{table.fullname}.{column.name}" not in OF_NO_ROW
    ]
    assert silent == []


def test_what_a_column_says_is_sql_that_holds(app: Flask, world: World) -> None:
    with acting_as(Actor.system(world.firm_id).tenancy):
        for table, name, column in file_columns():
            indexes = {
                tuple(each.name for each in index.columns): index for index in Base.metadata.tables[table].indexes
            }
            assert ("firm_id", name) in indexes
            said = f"{column.row} AS a, {column.digest or 'NULL'} AS b, {column.size or 'NULL'} AS c"
            db.fetch_all(f"SELECT {said} FROM {table} WHERE NOT ({column.unless})")


def test_claims_come_in_the_order_of_their_keys_firm_by_firm(app: Flask) -> None:
    firm, other = found_firm("claims", "Claims"), found_firm("other-claims", "Others")
    mine = [make_document(firm, f"Paper {number}") for number in range(5)]
    make_document(other)
    with acting_as(Actor.system(firm).tenancy):
        found = list_claims()
        assert len(found) == len(mine)
        assert [each.key for each in found] == sorted(each.key for each in found)
        assert all((each.firm_id, each.table) == (firm, "documents.versions") for each in found)
        assert all(each.digest is not None and each.size == len(PAPER) for each in found)
        assert list_claims(after=found[1].key, most=2) == found[2:4]
        assert find_claim(found[3].key) == found[3]
    with acting_as(Actor.system(other).tenancy):
        assert find_claim(found[3].key) is None
        assert isinstance(list_claims()[0], Claim)


def test_a_page_of_claims_is_read_by_the_indexes(app: Flask) -> None:
    firm = found_firm("indexed", "Indexed")
    with acting_as(Actor.system(firm).tenancy):
        question = f"{PLANNED}{claims._union(claims.AFTER)} ORDER BY key LIMIT %(most)s"
        db.fetch_all("SELECT set_config('enable_seqscan', 'off', true)")
        plan = "\n".join(row[0] for row in db.fetch_all(question, firm=firm, after="a", most=10))
    assert "Seq Scan" not in plan
    assert [line for line in plan.splitlines() if "_key)::text >" in line and "Index Cond" not in line] == []
    assert "->  Sort" not in plan
