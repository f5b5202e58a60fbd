"""Who begins and ends transactions, who reads and who writes."""

import ast
import re
from collections.abc import Iterator, Sequence

from tests.architecture.source import Source, dotted, rule

DB = "portal/platform/db.py"
MODELS = "portal/domain/people/profiles/models.py"
EDGES = ("portal/web", "portal/api", "portal/jobs", "portal/cli", "portal/stream", "portal/printing")
SERVICE = "portal/domain/people/profiles/services.py"
QUERY = "portal/domain/people/profiles/queries.py"
READS = re.compile(r"\s*(SELECT\s|WITH\s+(?:RECURSIVE\s+)?\w+[^;]*\bAS\s*(?:NOT\s+)?(?:MATERIALIZED\s*)?\()")
WRITES = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+[\w.]+(\s+AS)?(\s+\w+)?\s+SET|DELETE\s+FROM|MERGE\s+INTO|COPY\s+\w+|TRUNCATE)\b"
)
LOCKS = re.compile(r"\bFOR\s+(UPDATE|NO\s+KEY\s+UPDATE|SHARE)\b|\bpg_(try_)?advisory_(xact_)?lock\b|\bset_config\b")
SENDING = {"fetch_all", "fetch_one", "fetch_value", "execute", "copy_rows", "session"}


@rule(
    "Leave it to @transactional: only portal/platform/db.py ends a transaction.",
    bad=[
        {SERVICE: "def f():\n    session.commit()\n"},
        {"portal/jobs/mail.py": "def f():\n    db.session.rollback()\n"},
        {"portal/web/people/profiles.py": "def f(s):\n    s().commit()\n"},
    ],
    good=[{DB: "def f():\n    session.commit()\n    session.rollback()\n"}],
)
def one_module_ends_transactions(sources: Sequence[Source]) -> Iterator[str]:
    for source in _product(sources):
        if source.path != DB:
            for call, name in source.calls():
                if name.endswith((".commit", ".rollback")) or _attribute(call) in {"commit", "rollback"}:
                    yield source.at(call, f"{ast.unparse(call)} ends a transaction")


@rule(
    "Read in queries.py. A service inserts, updates, deletes, locks what it changes (SELECT … FOR UPDATE).",
    bad=[
        {SERVICE: 'def f():\n    fetch_all("SELECT id FROM people.profiles")\n'},
        {SERVICE: 'SQL = """\nSELECT id FROM people.profiles\n"""\n'},
        {SERVICE: 'SQL = "WITH x AS (SELECT 1) SELECT * FROM x"\n'},
        {SERVICE: "def f():\n    session.scalars(select(Profile))\n"},
        {SERVICE: 'def f(x):\n    fetch_one(f"SELECT id FROM {x}")\n'},
        {MODELS: "def f(session):\n    session.query(Profile)\n"},
    ],
    good=[
        {QUERY: 'SQL = "SELECT 1"\n\ndef f():\n    select(Profile)\n'},
        {SERVICE: 'SQL = "SELECT id FROM people.profiles WHERE id = 1 FOR UPDATE"\n'},
        {SERVICE: 'SQL = "INSERT INTO people.profiles SELECT * FROM staged"\n'},
        {SERVICE: 'SQL = "WITH x AS (SELECT 1) INSERT INTO people.profiles SELECT * FROM x"\n'},
        {SERVICE: "SENTENCE = 'Select an account.'\n"},
        {SERVICE: "def f():\n    session.get(Profile, 1)\n"},
    ],
)
def reading_is_for_queries(sources: Sequence[Source]) -> Iterator[str]:
    for source in _product(sources):
        if source.under("portal/platform") or source.role == "queries":
            continue
        for node, text in source.strings():
            if READS.match(text) and not WRITES.search(text) and not LOCKS.search(text):
                yield source.at(node, f"reads: {' '.join(text.split())[:60]}")
        for call, name in source.calls():
            if name == "select" or name.endswith((".query", ".scalars", "sa.select")):
                yield source.at(call, f"{name}() reads")


@rule(
    "Write in services.py: a page that only looks must leave nothing behind.",
    bad=[
        {QUERY: 'SQL = "UPDATE people.profiles SET name = 1"\n'},
        {QUERY: "def f():\n    session.add(Profile())\n"},
        {QUERY: "def f():\n    db.execute(SQL)\n"},
    ],
    good=[{QUERY: 'SQL = "SELECT updated_at FROM people.profiles"\n'}],
)
def queries_write_nothing(sources: Sequence[Source]) -> Iterator[str]:
    for source in _product(sources):
        if source.role != "queries":
            continue
        yield from _writing(source)
        for call, name in source.calls():
            if name.rsplit(".", 1)[-1] in {"add", "add_all", "merge", "flush", "execute", "copy_rows"} and (
                "session" in name or name.startswith("db.") or name in {"execute", "copy_rows"}
            ):
                yield source.at(call, f"{name}() writes")


@rule(
    "Ask the domain: a query reads, a service writes. Edges send no statements and hold no session.",
    bad=[
        {"portal/web/people/profiles.py": "from portal.platform.db import fetch_all\n"},
        {"portal/api/v1/people.py": "from portal.platform import db\n\ndef f():\n    db.execute(SQL)\n"},
        {"portal/jobs/mail.py": 'SQL = "DELETE FROM people.profiles"\n'},
        {"portal/cli/firms.py": "from portal.platform.db import session\n"},
    ],
    good=[{"portal/jobs/mail.py": "from portal.platform import db\n\ndef f():\n    db.end_reading()\n"}],
)
def edges_send_no_statements(sources: Sequence[Source]) -> Iterator[str]:
    for source in _product(sources):
        if source.under(*EDGES):
            for statement, name in source.imports():
                if name.startswith("portal.platform.db.") and name.rsplit(".", 1)[-1] in SENDING:
                    yield source.at(statement, f"imports {name}")
            for call, name in source.calls():
                if name.startswith("db.") and name.split(".")[1] in SENDING:
                    yield source.at(call, f"{name}() sends a statement")
            yield from _writing(source)


@rule(
    "Go through the owner's services and queries; only queries.py may join another feature's tables.",
    bad=[
        {SERVICE: "from portal.domain.people.houses.models import House\n"},
        {"portal/domain/people/profiles/rules.py": "import portal.domain.identity.accounts.models\n"},
    ],
    good=[
        {SERVICE: "from portal.domain.people.profiles.models import Profile\n"},
        {QUERY: "from portal.domain.people.houses.models import House\n"},
    ],
)
def tables_belong_to_their_feature(sources: Sequence[Source]) -> Iterator[str]:
    for source in _product(sources):
        if source.feature is None or source.role == "queries":
            continue
        for statement, name in source.imports():
            parts = name.split(".")
            foreign = parts[:2] == ["portal", "domain"] and tuple(parts[2:4]) != source.feature
            if foreign and parts[4:5] == ["models"]:
                yield source.at(statement, f"imports the tables of {parts[2]}.{parts[3]}")


@rule(
    "Keep the id and join in queries.py: no relationship() reaches into another domain.",
    bad=[
        {
            MODELS: "class Profile(Base):\n    user = relationship('User')\n",
            "portal/domain/identity/accounts/models.py": "class User(Base):\n    pass\n",
        },
        {MODELS: "class Profile(Base):\n    user: Mapped[User] = relationship()\n"},
    ],
    good=[{MODELS: "class Profile(Base):\n    lines = relationship('Line')\n\nclass Line(Base):\n    pass\n"}],
)
def relationships_stay_at_home(sources: Sequence[Source]) -> Iterator[str]:
    tables = [source for source in _product(sources) if source.role == "models"]
    homes = {kind.name: source.domain for source in tables for kind in source.classes()}
    for source in tables:
        for call, name in source.calls():
            if name.rsplit(".", 1)[-1] == "relationship":
                target = call.args[0] if call.args else None
                named = target.value if isinstance(target, ast.Constant) else dotted(target) if target else ""
                if homes.get(str(named)) != source.domain:
                    yield source.at(call, f"relationship to {named or 'an unnamed table'} leaves {source.domain}")


def _product(sources: Sequence[Source]) -> Iterator[Source]:
    return (source for source in sources if source.under("portal") and source.is_python)


def _writing(source: Source) -> Iterator[str]:
    for node, text in source.strings():
        if WRITES.search(text):
            yield source.at(node, f"writes: {' '.join(text.split())[:60]}")


def _attribute(call: ast.Call) -> str | None:
    return call.func.attr if isinstance(call.func, ast.Attribute) else None
