"""Alembic's entry: one connection, one transaction per revision, given by `portal migrate` or Flask-Migrate."""

import pkgutil
from importlib import import_module

from alembic import context
from sqlalchemy import MetaData, create_engine, pool

import portal.domain
from portal.platform.db import Base

SCHEMAS = {"platform", "identity", "people", "documents", "investments"}


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "schema" or name in SCHEMAS


def tables() -> MetaData:
    """Every table of the product, with all models imported."""
    import_module("portal.platform.outbox")
    for module in pkgutil.walk_packages(portal.domain.__path__, "portal.domain."):
        if module.name.endswith(".models"):
            import_module(module.name)
    return Base.metadata


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:
        engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
        with engine.connect() as opened:
            migrate(opened)
            opened.commit()
        return
    migrate(connection)


def migrate(connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables(),
        include_schemas=True,
        include_name=_ours,
        compare_server_default=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
