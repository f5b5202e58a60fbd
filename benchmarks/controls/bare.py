"""The least a page can do: say hello, ask the same of the database, check the same password."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import orjson
import psycopg
from argon2 import PasswordHasher
from flask import Blueprint, Response, request

from portal.platform.storage.files import FileStore

blueprint = Blueprint("bare", __name__)
Step = tuple[str, Any]


@blueprint.get("/hello")
def hello() -> str:
    """Nothing but the framework."""
    return "hello"


@blueprint.get("/replay/<name>")
def replay(name: str) -> Response:
    """The statements a page was recorded with, in the same transactions, and their rows as a bare table."""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(str(value))}</td>' for value in row)}</tr>" for row in _asked(name))
    return Response(f"<!doctype html><title>{name}</title><table>{lines}</table>")


@blueprint.get("/replay/<name>.json")
def replay_json(name: str) -> Response:
    """The same as JSON."""
    return Response(orjson.dumps(_asked(name), default=str), content_type="application/json")


@blueprint.get("/file")
def file() -> Response:
    """A file off the disk, block by block, and nothing else."""
    path = Path(os.environ["BENCH_RECORDINGS"], "file")
    response = Response(_blocks(path), content_type="application/octet-stream")
    response.content_length = path.stat().st_size
    return response


@blueprint.get("/stored")
def stored() -> Response:
    """An object of the store, compared with its digest as the store does on each reading, and nothing else."""
    store = FileStore(Path(os.environ["BENCH_RECORDINGS"]))
    response = Response(store.stream("file", digest=request.args["digest"]), content_type="application/octet-stream")
    response.content_length = store.describe("file").size
    return response


@blueprint.post("/verify")
def verify() -> Response:
    """One password checked with the product's parameters, and nothing else."""
    PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1).verify(_stored(), request.form["password"])
    return Response("good")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while block := opened.read(256 * 1024):
            yield block


def _asked(name: str) -> list[tuple[Any, ...]]:
    connection = _connection()
    answers = [connection.execute(text, parameters) for text, parameters in _steps(name)]
    return [row for answer in answers if answer.description for row in answer.fetchall()]


@cache
def _steps(name: str) -> list[Step]:
    path = Path(os.environ["BENCH_RECORDINGS"]) / f"{Path(name).name}.pickle"
    steps: list[Step] = pickle.loads(path.read_bytes())
    return steps


@cache
def _connection() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


@cache
def _stored() -> str:
    from benchmarks.generator import PASSWORD

    return PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1).hash(PASSWORD)
