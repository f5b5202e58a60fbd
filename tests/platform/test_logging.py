"""What a line of the log holds, and what it never holds."""

import json
import logging
import subprocess
import sys
import uuid
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from portal.platform import logging as portal_logging

FIRM, USER = uuid.uuid4(), uuid.uuid4()


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave the loggers of the test run as they were."""
    root, names = (
        logging.getLogger(),
        [*portal_logging.QUIET, "gunicorn.error", "gunicorn.access", "rq.worker"],
    )
    kept = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:], root.level = kept[0], kept[1]
    for name, level in kept[2].items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(False)
    portal_logging.clear()
    structlog.reset_defaults()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Any:
    """Each line written since the last call, as JSON, in production."""
    portal_logging.configure("production")
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_says_when_where_what_and_for_whom(lines: Any) -> None:
    portal_logging.bind(request_id="r-1", user_id=USER, firm_id=FIRM)
    structlog.get_logger("portal.jobs.statements").info("statement_rendered", pages=3)

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "statement_rendered",
        "level": "info",
        "logger": "portal.jobs.statements",
        "pages": 3,
        "request_id": "r-1",
        "user_id": str(USER),
        "firm_id": str(FIRM),
    }


def test_ids_are_added_one_by_one_and_forgotten_together(lines: Any) -> None:
    log = structlog.get_logger("portal")
    portal_logging.clear()
    portal_logging.bind(request_id="r-1")
    portal_logging.bind(firm_id=FIRM)
    log.info("both")
    portal_logging.clear()
    log.info("neither")

    both, neither = lines()
    assert (both["request_id"], both["firm_id"], "user_id" in both) == ("r-1", str(FIRM), False)
    assert not {"request_id", "firm_id"} & set(neither)


@pytest.mark.parametrize("name", ["gunicorn.error", "gunicorn.access", "rq.worker", "flask.app", "portal.x"])
def test_libraries_log_through_the_same_formatter(lines: Any, name: str) -> None:
    portal_logging.bind(request_id="r-9")
    logging.getLogger(name).info("Listening at: %s (%d)", "http://0.0.0.0:8000", 7)

    (line,) = lines()
    assert (line["event"], line["logger"], line["request_id"], line["level"]) == (
        "Listening at: http://0.0.0.0:8000 (7)",
        name,
        "r-9",
        "info",
    )


def test_statements_and_bucket_requests_are_not_logged(lines: Any) -> None:
    for name in ("sqlalchemy.engine.Engine", "botocore.endpoint", "urllib3.connectionpool"):
        logging.getLogger(name).info("chatter")
    logging.getLogger("sqlalchemy.pool").warning("worth knowing")

    assert [line["event"] for line in lines()] == ["worth knowing"]


def test_a_warning_of_python_is_a_line_too(lines: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old way", DeprecationWarning, stacklevel=1)

    (line,) = lines()
    assert (line["logger"], line["level"]) == ("py.warnings", "warning")


NAMES = """password new_password secret_key accessToken refresh_token csrf_token Authorization set-cookie
    tin account_tin address email investorEmail phone ssn"""


@pytest.mark.parametrize("key", NAMES.split())
def test_a_key_that_names_personal_data_is_dropped_at_any_depth(lines: Any, key: str) -> None:
    structlog.get_logger("portal").info("done", **{key: "leak", "inner": {"list": [{key: "leak", "ok": 1}]}})

    (line,) = lines()
    assert "leak" not in json.dumps(line)
    assert line["inner"] == {"list": [{"ok": 1}]}


@pytest.mark.parametrize("key", ["starting", "job_id", "tinted", "recipient_count", "listing", "routine"])
def test_a_key_that_only_looks_like_one_stays(lines: Any, key: str) -> None:
    structlog.get_logger("portal").info("done", **{key: "kept"})

    assert lines()[0][key] == "kept"


def test_addresses_and_passwords_inside_texts_are_masked(lines: Any) -> None:
    log = structlog.get_logger("portal")
    log.warning("Mail to ada.lovelace+x@fund.example.com refused")
    logging.getLogger("rq.worker").warning("Cannot reach %s", "rediss://user:hunter2@cache.internal:6379/0")
    try:
        raise ValueError("Key (email)=(ada@fund.example.com) already exists")
    except ValueError:
        log.exception("failed", url="postgresql://portal_web:hunter2@db/portal")

    written = json.dumps(lines())
    assert "ada" not in written
    assert "hunter2" not in written
    assert "Key (email)=([address]) already exists" in written
    assert "rediss://user:[secret]@cache.internal:6379/0" in written


def test_the_values_of_a_row_are_masked_and_the_error_stays(lines: Any) -> None:
    detail = "DETAIL:  Failing row contains (7, Mona Leaving, \n\nher reason)."
    try:
        raise ValueError(f'null value in column "x"\n{detail}\n[SQL: INSERT INTO people]')
    except ValueError:
        structlog.get_logger("portal").exception("failed")

    written = json.dumps(lines())
    assert "Mona" not in written
    assert "her reason" not in written
    assert "null value in column" in written
    assert "[SQL: INSERT INTO people]" in written


def test_an_exception_is_one_line_with_its_traceback(lines: Any) -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        structlog.get_logger("portal").exception("failed")
        logging.getLogger("flask.app").exception("failed too")

    written = lines()
    assert len(written) == 2
    for line in written:
        assert line["level"] == "error"
        assert line["exception"].startswith("Traceback")
        assert line["exception"].endswith("RuntimeError: broken")


def test_development_reads_well_and_hides_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    portal_logging.configure("development")
    structlog.get_logger("portal").info("signed_in", email="ada@fund.example.com", user="u-1")
    try:
        raise ValueError("ada@fund.example.com")
    except ValueError:
        logging.getLogger("portal").exception("failed")

    written = capsys.readouterr().out
    assert "signed_in" in written
    assert "user=u-1" in written
    assert "Traceback" in written
    assert "ada@" not in written


def test_gunicorn_itself_starts_with_json(tmp_path: Any) -> None:
    """gunicorn reads `dict_config` before our code runs: its first line is JSON already."""
    config = tmp_path / "gunicorn.conf.py"
    config.write_text("from portal.platform.logging import dict_config\nlogconfig_dict = dict_config('production')\n")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        str(config),
        "--bind",
        "127.0.0.1:0",
        "no_such_module:app",
    ]

    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert run.returncode != 0
    assert any(line["event"].startswith("Starting gunicorn") for line in lines)
    assert {line["logger"] for line in lines} == {"gunicorn.error"}
